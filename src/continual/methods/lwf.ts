import * as v from 'valibot';
import { adaptBytes, adaptOptions, adaptPlan, adaptWords, sequentially, type AdaptOptions } from '../adaptations/adapted';
import { defineMethod } from '../definition';
import { Distillation } from '../distillation';
import type { LearnerHooks } from '../learner';
import type { Bench, Method } from '../method';
import { ownHeads } from '../readouts/own-heads';

interface LwfOptions extends AdaptOptions {
  readonly lambda: number;
  readonly temperature: number;
}

/** `hooks`: for whoever replays a recording. */
export function createLwf(bench: Bench, options: LwfOptions, hooks?: LearnerHooks): Method {
  const { lambda, temperature } = options;
  const past = new Distillation(adaptBytes(bench.model.config, options), (task, old) => ({
    terms: [
      { kind: 'cross-entropy', classes: task, weight: 1 },
      { kind: 'distil', classes: old, weight: lambda, temperature },
    ],
  }));
  const adaptation = sequentially(bench, options, past, hooks);
  return { adaptation, readout: ownHeads(adaptation) };
}

/** The network before the task is kept, and its answers for the old classes on the new images are held: no image of the past is needed. */
export const lwf = defineMethod({
  id: 'lwf',
  title: 'LwF',
  role: 'contestant',
  approach: 'penalise',
  papers: [
    {
      key: 'li2018lwf',
      citation: 'Li & Hoiem, ECCV 2016',
      url: 'https://arxiv.org/abs/1606.09282',
      bibtex: `@article{li2018lwf,
  title   = {Learning without Forgetting},
  author  = {Li, Zhizhong and Hoiem, Derek},
  journal = {IEEE Transactions on Pattern Analysis and Machine Intelligence},
  volume  = {40},
  number  = {12},
  pages   = {2935--2947},
  year    = {2018},
  url     = {https://arxiv.org/abs/1606.09282}
}`,
    },
  ],
  equations: [{ reference: 'LwF, eq. 2 and 3: distillation at a temperature, not multiplied by its square', code: 'Distillation' }],
  trainsOn: 'task',
  options: {
    /** λ: what distillation counts; PyCIL takes 3, the paper 1. The paper's warm-up of the new head is left out, as in PyCIL. */
    lambda: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0)), 3),
    temperature: v.optional(v.pipe(v.number(), v.finite(), v.gtValue(0)), 2),
    ...adaptOptions,
  },
  searched: {
    materials: { rate: 1e-4 },
    ten: { rate: 2e-4 },
    alphabets: { rate: 3e-5 },
    styles: { rate: 1e-4 },
    things: { rate: 1e-4 },
  },
  plan: (options) => ({ ...adaptPlan(options), teacher: true, keeps: ['model'] }),
  describe: (options) => [`distillation weight ${options.lambda}`, `temperature ${options.temperature}`, adaptWords(options)],
  create: (bench, options) => createLwf(bench, options),
});
