import * as v from 'valibot';
import { SequentialTraining } from '../adaptations/sequential';
import { defineMethod, IDLE, rank, rankWords, targets } from '../definition';
import { freshLora } from '../lora';
import { LORA } from '../papers';
import { ownHeads } from '../readouts/own-heads';
import { adapted } from '../targets';

/** One low-rank pair a map, trained on through all tasks; nothing guards what earlier tasks wrote there. */
export const sequentialLora = defineMethod({
  id: 'sequential-lora',
  title: 'Sequential LoRA',
  role: 'contestant',
  approach: 'unguarded',
  papers: [LORA],
  equations: [{ reference: 'LoRA, eq. 3: W + A B', code: 'freshLora' }],
  trainsOn: 'task',
  options: {
    rank,
    /** `up`: B keeps its random start and A alone learns, as in InfLoRA; what differs then is how B is chosen, and the memory. */
    factors: v.optional(v.picklist(['both', 'up']), 'both'),
    targets,
  },
  searched: {
    materials: { rate: 5e-4, options: { rank: 16, targets: 'all' } },
    ten: { rate: 1e-3, options: { rank: 16, targets: 'all' } },
    alphabets: { rate: 2e-4 },
    styles: { rate: 2e-4 },
    things: { rate: 2e-4 },
  },
  plan: (options) => ({
    ...IDLE,
    trainables: { backbone: 'none', adapters: options.factors },
    adapters: { targets: adapted(options.targets), rank: options.rank },
  }),
  describe: (options) => [rankWords(options.rank, options.targets), ...(options.factors === 'up' ? ['B frozen'] : [])],
  create: (bench, options) => {
    const adaptation = new SequentialTraining(bench, { backbone: 'none', adapters: options.factors });
    const { config } = bench.model;
    bench.model.attach(freshLora(config, options.rank, bench.rng.fork('lora'), adapted(options.targets)));
    return { adaptation, readout: ownHeads(adaptation) };
  },
});
