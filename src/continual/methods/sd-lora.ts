import * as v from 'valibot';
import { DecoupledLora } from '../adaptations/decoupled';
import { defineMethod, IDLE, rankWords, targets } from '../definition';
import { freshLora } from '../lora';
import { LORA, type Paper } from '../papers';
import { ownHeads } from '../readouts/own-heads';
import { createRng } from '../rng';
import { adapted, type Targets } from '../targets';

const SD_LORA: Paper = {
  key: 'wu2025sdlora',
  citation: 'Wu et al., ICLR 2025',
  url: 'https://arxiv.org/abs/2501.13198',
  bibtex: `@inproceedings{wu2025sdlora,
  title     = {{SD-LoRA}: Scalable Decoupled Low-Rank Adaptation for Class Incremental Learning},
  author    = {Wu, Yichen and Piao, Hongming and Huang, Long-Kai and Wang, Renzhen and Li, Wanhua and Pfister, Hanspeter and Meng, Deyu and Ma, Kede and Wei, Ying},
  booktitle = {The Thirteenth International Conference on Learning Representations},
  year      = {2025},
  url       = {https://arxiv.org/abs/2501.13198}
}`,
};

/** Queries and values, as the authors' code. */
const on = (chosen: Targets | undefined): Targets => chosen ?? ['q', 'v'];

/** Low-rank directions are found task by task and kept; how far to go along each goes on learning. */
export const sdLora = defineMethod({
  id: 'sd-lora',
  title: 'SD-LoRA',
  role: 'contestant',
  approach: 'subspace',
  papers: [SD_LORA, LORA],
  equations: [{ reference: 'SD-LoRA: W + Σ c_i A_i B_i / (‖A_i‖ ‖B_i‖) + c A B', code: 'DecoupledLora' }],
  trainsOn: 'task',
  options: {
    rank: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 10),
    targets,
    /** Magnitudes begin every task anew, as both public codes have it; or go on learning, as the paper reads. */
    magnitudes: v.optional(v.picklist(['restart', 'keep']), 'restart'),
    magnitude: v.optional(v.pipe(v.number(), v.minValue(0)), 0.8),
  },
  searched: {
    materials: { rate: 1e-3, options: { rank: 16, targets: 'all' } },
    ten: { rate: 1e-3, options: { rank: 16, targets: 'all' } },
    alphabets: { rate: 1e-3 },
    styles: { rate: 1e-3 },
    things: { rate: 5e-4 },
  },
  plan: (options) => ({
    ...IDLE,
    trainables: { backbone: 'none', adapters: 'both' },
    adapters: { targets: adapted(on(options.targets)), rank: options.rank, scale: 'shared' },
    accumulates: true,
    keeps: ['increments'],
  }),
  describe: ({ rank, targets: chosen, magnitudes, magnitude }) => [
    rankWords(rank, adapted(on(chosen))),
    magnitudes === 'restart'
      ? `all magnitudes restart at ${magnitude} with every task`
      : `magnitudes from ${magnitude}, kept from task to task`,
  ],
  create: (bench, { rank, targets: chosen, magnitudes, magnitude }) => {
    const seed = bench.rng.fork('lora').integer(2 ** 31);
    const fresh = (task: number) => freshLora(bench.model.config, rank, createRng(seed, `task ${task}`), adapted(on(chosen)));
    const adaptation = new DecoupledLora(bench, { fresh, magnitude, restart: magnitudes !== 'keep' });
    return { adaptation, readout: ownHeads(adaptation) };
  },
});
