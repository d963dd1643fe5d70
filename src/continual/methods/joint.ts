import * as v from 'valibot';
import { JointTraining } from '../adaptations/joint';
import { defineMethod, FULL, IDLE, rank, rankWords, targets } from '../definition';
import { ownHeads } from '../readouts/own-heads';
import { adapted } from '../targets';

/** All tasks' images at once, cross-entropy over all classes: the upper bound. When tasks are appended, it starts afresh. */
export const joint = defineMethod({
  id: 'joint',
  title: 'Joint training',
  role: 'bound',
  approach: 'bound',
  papers: [],
  equations: [],
  trainsOn: 'all',
  options: {
    rank,
    /** Low-rank pairs, or all weights. */
    adapt: v.optional(v.picklist(['lora', 'full']), 'lora'),
    targets,
  },
  searched: {
    materials: { rate: 4e-3, options: { rank: 16, targets: 'all' } },
    ten: { rate: 2e-3, options: { rank: 16, targets: 'all' } },
    alphabets: { rate: 1e-3 },
    styles: { rate: 5e-4 },
    things: { rate: 2e-3 },
  },
  plan: (options) =>
    options.adapt === 'full'
      ? FULL
      : {
          ...IDLE,
          trainables: { backbone: 'none', adapters: 'both' },
          adapters: { targets: adapted(options.targets), rank: options.rank },
        },
  describe: (options) => [options.adapt === 'full' ? 'all weights trained' : rankWords(options.rank, options.targets)],
  create: (bench, options) => {
    const adaptation = new JointTraining(bench, options);
    return { adaptation, readout: ownHeads(adaptation) };
  },
});
