import * as v from 'valibot';
import { Accumulation, TASK_DECAY } from '../adaptations/accumulated';
import { defineMethod, firstBlocks, IDLE, rankWords, targets } from '../definition';
import { normalHeads } from '../heads';
import { freshLora } from '../lora';
import { LORA, type Paper } from '../papers';
import { ensembleOfHeads } from '../readouts/ensemble';
import { adapted } from '../targets';

const LAE: Paper = {
  key: 'gao2023lae',
  citation: 'Gao et al., ICCV 2023',
  url: 'https://arxiv.org/abs/2303.10070',
  bibtex: `@inproceedings{gao2023lae,
  title     = {A Unified Continual Learning Framework with General Parameter-Efficient Tuning},
  author    = {Gao, Qiankun and Zhao, Chen and Sun, Yifan and Xi, Teng and Zhang, Gang and Ghanem, Bernard and Zhang, Jian},
  booktitle = {Proceedings of the IEEE/CVF International Conference on Computer Vision},
  year      = {2023},
  url       = {https://arxiv.org/abs/2303.10070}
}`,
};

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
/** Of the heads at the start, as the authors' code draws them. */
const HEAD_DEVIATION = 0.001;

/** Learning, accumulation and ensemble: a fast adapter, a slow copy of it, and the larger of what the two say. */
export const lae = defineMethod({
  id: 'lae',
  title: 'LAE',
  role: 'contestant',
  approach: 'subspace',
  papers: [LAE, LORA],
  equations: [
    { reference: 'LAE, accumulation: θ_off ← α θ_off + (1 − α) θ_on after every step', code: 'StepRates.average' },
    { reference: 'LAE, ensemble: per class the larger of both softmax outputs', code: 'ensembleOfHeads' },
  ],
  trainsOn: 'task',
  options: {
    rank: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 5),
    blocks: firstBlocks,
    targets,
    /** Share of the epochs in which the head learns alone: 3 of 5 on CIFAR-100, 30 of 50 on ImageNet-R. */
    heldShare: v.optional(share, 0.6),
    /** The authors' .9999 a step needs a thousand steps a task: by default what it leaves after one of theirs, whatever the steps. */
    decay: v.optional(share),
  },
  searched: {
    materials: { rate: 1e-3, options: { rank: 16, targets: 'all', blocks: 6 } },
    ten: { rate: 1e-3, options: { rank: 16, targets: 'all', blocks: 6 } },
    alphabets: { rate: 5e-4 },
    styles: { rate: 5e-4 },
    things: { rate: 5e-4 },
  },
  plan: (options) => ({
    ...IDLE,
    trainables: { backbone: 'none', adapters: 'both' },
    adapters: { targets: adapted(options.targets), rank: options.rank, blocks: options.blocks, scale: 'each' },
    held: options.heldShare,
    keeps: ['adapter'],
    sight: { passes: 2, widths: 2 },
  }),
  describe: ({ rank, blocks, targets: on, heldShare, decay }) => [
    `${rankWords(rank, on)} of the first ${blocks} blocks`,
    `head alone for ${heldShare} of the epochs from the second task on`,
    decay === undefined ? `a slow copy that keeps ${TASK_DECAY} of itself over a task` : `a slow copy that decays by ${decay} a step`,
  ],
  create: (bench, options) => {
    const { config } = bench.model;
    const fresh = freshLora(config, options.rank, bench.rng.fork('lora'), adapted(options.targets));
    const adapters = fresh
      .filter(({ block }) => block < options.blocks)
      .map((adapter) => ({ ...adapter, scale: { name: `${adapter.block}.${adapter.target}`, value: 1 } }));
    const { heldShare, decay = null } = options;
    const initialiseHead = normalHeads(bench.rng.fork('heads').integer(2 ** 31), HEAD_DEVIATION);
    const adaptation = new Accumulation(bench, { adapters, heldShare, decay }, { initialiseHead });
    return { adaptation, readout: ensembleOfHeads(adaptation) };
  },
});
