import * as v from 'valibot';
import { ProjectedTraining } from '../adaptations/projected';
import { defineMethod, FULL } from '../definition';
import { ownHeads } from '../readouts/own-heads';
import { inputsOf } from '../targets';

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** Every linear map, as GPM protects every layer; or those of attention's queries, keys and values alone. */
const inputsOn = (maps: 'all' | 'qkv') => (maps === 'all' ? inputsOf(['q', 'proj', 'fc1', 'fc2']) : inputsOf(['q']));

export const gpm = defineMethod({
  id: 'gpm',
  title: 'GPM',
  role: 'contestant',
  approach: 'project',
  papers: [
    {
      key: 'saha2021gradient',
      citation: 'Saha et al., ICLR 2021',
      url: 'https://arxiv.org/abs/2103.09762',
      bibtex: `@inproceedings{saha2021gradient,
  title     = {Gradient Projection Memory for Continual Learning},
  author    = {Saha, Gobinda and Garg, Isha and Roy, Kaushik},
  booktitle = {International Conference on Learning Representations},
  year      = {2021},
  url       = {https://arxiv.org/abs/2103.09762}
}`,
    },
  ],
  equations: [
    { reference: 'GPM, eq. 6: projection of the step', code: 'correctUpdate' },
    { reference: 'GPM, eqs. 5 and 8-9: bases of the inputs', code: 'updateDualGPM' },
  ],
  trainsOn: 'task',
  options: {
    /** ε of task t: threshold + growth · t, at most 1; as the authors run CIFAR-100. */
    threshold: v.optional(share, 0.97),
    growth: v.optional(share, 0.003),
    maps: v.optional(v.picklist(['all', 'qkv']), 'all'),
  },
  searched: {
    materials: { rate: 1e-4, options: { threshold: 0.9995, growth: 0.0001 } },
    ten: { rate: 2e-4, options: { threshold: 0.9995, growth: 0.0001 } },
    alphabets: { rate: 3e-5, options: { threshold: 0.9995, growth: 0.0001 } },
    styles: { rate: 1e-4, options: { threshold: 0.9995, growth: 0.0001 } },
    things: { rate: 1e-4, options: { threshold: 0.9995, growth: 0.0001 } },
  },
  plan: ({ maps }) => ({ ...FULL, after: inputsOn(maps), subspaces: true, projects: inputsOn(maps), keeps: ['bases'] }),
  describe: ({ threshold, growth, maps }) => [
    `${maps === 'all' ? 'all linear maps' : 'queries, keys and values'} and heads, steps projected`,
    `threshold ${threshold} growing by ${growth} a task`,
  ],
  create: (bench, { threshold, growth, maps }) => {
    const options = { inputs: inputsOn(maps), thresholdOf: (task: number) => Math.min(1, threshold + growth * task) };
    const adaptation = new ProjectedTraining(bench, options);
    return { adaptation, readout: ownHeads(adaptation) };
  },
});
