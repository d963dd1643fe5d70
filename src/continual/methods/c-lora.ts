import * as v from 'valibot';
import type { Adapter, Penalty } from '../../compute/backbone';
import { FreshLora, onSameMap, type FreshLoraHooks } from '../adaptations/fresh-lora';
import { defineMethod, IDLE, rankWords, targets } from '../definition';
import type { Bench } from '../method';
import { addIncrement } from '../present-weights';
import { ownHeads } from '../readouts/own-heads';
import { adapted, type Targets } from '../targets';

export interface CLoraOptions {
  readonly rank: number;
  readonly lambda: number;
  readonly targets?: Targets | undefined;
}

/**
 * λ Σ (S ∘ (up · down))² on every map, S = Σ up_j · down_j over the earlier tasks: where they changed a weight, changing it again
 * costs. There is no public code; this is the formula of the paper as InfLoRA's authors left it in theirs.
 */
export function selfRegularisation(
  fresh: readonly Adapter[],
  past: readonly Adapter[],
  lambda: number,
  sums: PastSums = new PastSums(),
): Penalty[] {
  if (past.length === 0) return [];
  return fresh.map((adapter) => {
    const place = `blocks.${adapter.block}.${adapter.target}`;
    return { kind: 'product', weight: lambda, adapter: place, past: sums.of(place, adapter, onSameMap(past, adapter)) };
  });
}

/** S of every map, to which a task adds what it learned: from the beginning it would be more work with every task. */
export class PastSums {
  readonly #known = new Map<string, { readonly sum: Float32Array; readonly past: readonly Adapter[] }>();

  /** Of all of `past`: [outputs, inputs], the caller's own. */
  of(place: string, { up, down, rank }: Adapter, past: readonly Adapter[]): Float32Array {
    const known = this.#known.get(place);
    const added = known?.past.every((increment, i) => increment === past[i]) ? known : null;
    const sum = added?.sum ?? new Float32Array((up.length / rank) * (down.length / rank));
    for (const increment of past.slice(added?.past.length ?? 0)) addIncrement(sum, increment);
    this.#known.set(place, { sum, past });
    return sum.slice();
  }
}

export function createCLora(bench: Bench, { rank, lambda, targets: on }: CLoraOptions, hooks?: FreshLoraHooks): FreshLora {
  const sums = new PastSums();
  return new FreshLora(
    bench,
    {
      ...{ rank, targets: on },
      guards: (fresh, past) => ({ penalties: selfRegularisation(fresh, past, lambda, sums) }),
      keeps: (past) => past.reduce((sum, { up, down }) => sum + up.byteLength + down.byteLength, 0),
    },
    hooks,
  );
}

export const cLora = defineMethod({
  id: 'c-lora',
  title: 'C-LoRA',
  role: 'contestant',
  approach: 'penalise',
  papers: [
    {
      key: 'smith2024continual',
      citation: 'Smith et al., TMLR 2024',
      url: 'https://arxiv.org/abs/2304.06027',
      bibtex: `@article{smith2024continual,
  title   = {Continual Diffusion: Continual Customization of Text-to-Image Diffusion with {C-LoRA}},
  author  = {Smith, James Seale and Hsu, Yen-Chang and Zhang, Lingyu and Hua, Ting and Kira, Zsolt and Shen, Yilin and Jin, Hongxia},
  journal = {Transactions on Machine Learning Research},
  year    = {2024},
  url     = {https://arxiv.org/abs/2304.06027}
}`,
    },
  ],
  equations: [{ reference: 'C-LoRA: self-regularisation by the past increments', code: 'selfRegularisation' }],
  trainsOn: 'task',
  options: {
    /** As InfLoRA's appendix runs it; on a small backbone far less does. */
    rank: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 64),
    /** It grows with the number of weights that the sum runs over. */
    lambda: v.optional(v.pipe(v.number(), v.minValue(0)), 0.5),
    targets,
  },
  suggested: { rank: 8 },
  searched: {
    materials: { rate: 5e-4, options: { rank: 16, targets: 'all' } },
    ten: { rate: 1e-3, options: { rank: 16, targets: 'all' } },
    alphabets: { rate: 2e-4 },
    styles: { rate: 2e-4 },
    things: { rate: 2e-4 },
  },
  plan: ({ rank, targets: on }) => ({
    ...IDLE,
    trainables: { backbone: 'none', adapters: 'both' },
    adapters: { targets: adapted(on), rank },
    penalty: 'product',
    keeps: ['increments'],
  }),
  describe: ({ rank, targets: on, lambda }) => [`a fresh pair for each task, ${rankWords(rank, on)}`, `penalty ${lambda}`],
  create: (bench, options) => {
    const adaptation = createCLora(bench, options);
    return { adaptation, readout: ownHeads(adaptation) };
  },
});
