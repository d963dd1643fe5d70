import * as v from 'valibot';
import type { Adapter, Penalty } from '../../compute/backbone';
import { FreshLora, onSameMap, type FreshLoraHooks } from '../adaptations/fresh-lora';
import { defineMethod, IDLE, map, rank, rankWords } from '../definition';
import type { Guards } from '../learner';
import type { Bench } from '../method';
import { ownHeads } from '../readouts/own-heads';
import { adapted, type Targets } from '../targets';

export interface OLoraOptions {
  readonly rank: number;
  /** W + scaling · up · down. */
  readonly scaling: number;
  readonly lambda1: number;
  readonly lambda2: number;
  readonly targets: Targets;
}

/** Rows of all the earlier `down`s of a map, one under the other. */
function stacked(past: readonly Adapter[], adapter: Adapter): Float32Array {
  const downs = onSameMap(past, adapter).map(({ down }) => down);
  const rows = new Float32Array(downs.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const down of downs) {
    rows.set(down, at);
    at += down.length;
  }
  return rows;
}

/**
 * λ₁ Σ |D downᵀ| + λ₂ (|down| + |up|) on every map, D the rows of all earlier `down`s: the absolute values are those of the released
 * code, where the paper squares. It makes parameters orthogonal, not updates orthogonal to old inputs.
 */
export function orthogonality(
  fresh: readonly Adapter[],
  past: readonly Adapter[],
  options: Omit<OLoraOptions, 'rank' | 'targets'>,
): Penalty[] {
  const { lambda1, lambda2, scaling } = options;
  return fresh.flatMap((adapter): Penalty[] => {
    const name = `blocks.${adapter.block}.${adapter.target}`;
    const rows = stacked(past, adapter);
    return [
      ...(rows.length > 0 ? [{ kind: 'row-overlap', weight: lambda1, name: `${name}.down`, rows } as const] : []),
      ...(lambda2 > 0 ? [{ kind: 'norm', weight: lambda2, name: `${name}.down` } as const] : []),
      // The factor is part of the `up` that is trained here.
      ...(lambda2 > 0 ? [{ kind: 'norm', weight: lambda2 / scaling, name: `${name}.up` } as const] : []),
    ];
  });
}

export const createOLora = (bench: Bench, options: OLoraOptions, hooks?: FreshLoraHooks): FreshLora => {
  const { scaling } = options;
  // With u = scaling · up: Adam takes steps of one size whatever the gradient's, plain gradients count the factor once more.
  const factor = bench.optimizer.kind === 'adam' ? scaling : scaling ** 2;
  const rates: Guards = scaling === 1 ? {} : { rates: [{ match: '*.up', factor }] };
  return new FreshLora(
    bench,
    {
      ...{ rank: options.rank, targets: options.targets },
      guards: (fresh, past) => ({ ...rates, penalties: orthogonality(fresh, past, options) }),
      keeps: (past) => past.reduce((sum, { down }) => sum + down.byteLength, 0),
    },
    hooks,
  );
};

const weight = v.pipe(v.number(), v.minValue(0));

export const oLora = defineMethod({
  id: 'o-lora',
  title: 'O-LoRA',
  role: 'contestant',
  approach: 'penalise',
  papers: [
    {
      key: 'wang2023orthogonal',
      citation: 'Wang et al., Findings of EMNLP 2023',
      url: 'https://arxiv.org/abs/2310.14152',
      bibtex: `@inproceedings{wang2023orthogonal,
  title     = {Orthogonal Subspace Learning for Language Model Continual Learning},
  author    = {Wang, Xiao and Chen, Tianze and Ge, Qiming and Xia, Han and Bao, Rong and Zheng, Rui and Zhang, Qi and Gui, Tao and Huang, Xuanjing},
  booktitle = {Findings of the Association for Computational Linguistics: EMNLP 2023},
  year      = {2023},
  url       = {https://arxiv.org/abs/2310.14152}
}`,
    },
  ],
  equations: [{ reference: 'O-LoRA, released code: orthogonal loss and norms', code: 'orthogonality' }],
  trainsOn: 'task',
  options: {
    rank,
    /** α / r of the released code: α 32, r 8. */
    scaling: v.optional(v.pipe(v.number(), v.gtValue(0)), 4),
    lambda1: v.optional(weight, 0.5),
    lambda2: v.optional(weight, 0),
    targets: v.optional(v.union([v.picklist(['qv', 'kv', 'all']), v.pipe(v.array(map), v.minLength(1))]), 'qv'),
  },
  searched: {
    materials: { rate: 5e-4, options: { rank: 16, targets: 'all' } },
    ten: { rate: 1e-3, options: { rank: 16, targets: 'all' } },
    alphabets: { rate: 2e-4 },
    styles: { rate: 2e-4 },
    things: { rate: 2e-4 },
  },
  plan: ({ rank: rows, targets: on }) => ({
    ...IDLE,
    trainables: { backbone: 'none', adapters: 'both' },
    adapters: { targets: adapted(on), rank: rows },
    penalty: 'row-overlap',
    keeps: ['increments'],
  }),
  describe: ({ rank: rows, targets: on, scaling, lambda1, lambda2 }) => [
    `a fresh pair for each task, ${rankWords(rows, on)}, scaled by ${scaling}`,
    `penalty ${lambda1} on overlap${lambda2 > 0 ? `, ${lambda2} on norms` : ''}, no dropout`,
  ],
  create: (bench, options) => {
    const adaptation = createOLora(bench, options);
    return { adaptation, readout: ownHeads(adaptation) };
  },
});
