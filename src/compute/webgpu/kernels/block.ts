import type { KernelChoice } from '../table';

/**
 * Blocks of a product's result for software adapters, which run neighbouring invocations as the lanes of one SIMD register.
 * There every load from a buffer is a gather of some 18 ns whatever the addresses, and a multiplication with an addition
 * costs 1.1 ns where all operands are at hand, a fused one 14 ns (no such instruction), a turn of a loop 36 ns and 2 ns more
 * for every variable that it carries (SwiftShader on a 2.5 GHz Xeon): hence a large block of results an invocation, no fma,
 * no transposed copies, no shared memory.
 */
export interface Block {
  /** Rows and columns an invocation computes; its lanes' columns lie side by side. */
  readonly rows: number;
  readonly columns: number;
}

/** Invocations side by side in a workgroup: one SIMD register. */
export const LANES = 4;

/** Results an invocation: more would save loads, but take seconds to compile. */
const MOST = 384;
const ROWS = Array.from({ length: 12 }, (_, i) => 4 * (i + 1));
const COLUMNS = Array.from({ length: 16 }, (_, i) => i + 1);

/** Nanoseconds: a load for all lanes, a step of the depth an element of the block, a turn of the loop a step, and storing an element. */
const COST = { load: 18, step: 1.5, turn: 9, store: 60 } as const;

/** Whether the lanes of a register can hand values to each other. */
export const sharesLoads = ({ subgroups }: KernelChoice): boolean => subgroups?.least === LANES && subgroups.most === LANES;

export interface ProductShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Products in the batch. */
  readonly products: number;
}

/** The block that is the least work by these costs, edges and an idle second thread included. */
export function blockFor({ m, n, k, products }: ProductShape): Block {
  let best: { block: Block; cost: number } | undefined;
  for (const rows of ROWS) {
    for (const columns of COLUMNS) {
      if (rows * columns > MOST) continue;
      const tiles = products * Math.ceil(m / rows) * Math.ceil(n / (LANES * columns));
      const step = COST.load * (rows / LANES + columns) + COST.step * rows * columns + COST.turn;
      const cost = Math.ceil(tiles / 2) * (k * step + COST.store * rows * columns);
      if (!best || cost < best.cost) best = { block: { rows, columns }, cost };
    }
  }
  return best?.block ?? { rows: LANES, columns: 1 };
}
