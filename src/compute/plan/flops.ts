import { extentOf, type Op } from './ops';

/** Multiplications and additions of an operation's products for a batch; 0 for what only moves or adds rows. */
export function flopsOf(op: Op, batch: number): number {
  switch (op.kind) {
    case 'gemm':
      return 2 * extentOf(op.m, batch) * op.n * extentOf(op.k, batch);
    case 'attention':
      return 4 * batch * op.heads * op.queries * op.keys * op.width;
    case 'attentionBackward': {
      // The scores again, dP, then one product for each gradient wanted.
      const products = 2 + [op.dq, op.dk, op.dv].filter(Boolean).length;
      return 2 * products * batch * op.heads * op.queries * op.keys * op.width;
    }
    case 'addLowRank':
      return 2 * op.rows * op.columns * (op.increment?.rank ?? 0);
    default:
      return 0;
  }
}
