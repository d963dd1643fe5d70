import { extentOf, type ColumnSum } from '../../plan/ops';
import { at, launch, type KernelTemplate } from '../kernel';
import type { Lowering } from '../lowering';
import { ROWS_A_SHARE } from './layer-norm';

/** Σ over a share of the rows, one column an invocation; a share a row of the result. */
const columnSum: KernelTemplate = {
  name: 'columnSum',
  workgroup: 64,
  parameters: {
    ...{ rows: 'u32', columns: 'u32', rowsAShare: 'u32', shares: 'u32', xAt: 'u32', xRow: 'u32', outAt: 'u32' },
  },
  buffers: { x: { access: 'read' }, out: { access: 'write' } },
  body: `
  let c = index % p.columns;
  let share = index / p.columns;
  if (share >= p.shares) { return; }
  var sum = 0.0;
  for (var row = share * p.rowsAShare; row < min(p.rows, (share + 1u) * p.rowsAShare); row++) {
    sum += $x[p.xAt + row * p.xRow + c];
  }
  $out[p.outAt + share * p.columns + c] = sum;`,
};

/** Sums many rows in two passes, so that more than `columns` invocations have work; the order is fixed by the shape alone. */
export function lowerColumnSum(to: Lowering, op: ColumnSum): void {
  const { x, out, columns } = op;
  const rows = (batch: number): number => extentOf(op.rows, batch);
  if (rows(to.maxBatch) <= 2 * ROWS_A_SHARE) {
    to.push(
      launch(columnSum, {
        buffers: { x: x.buffer, out: out.buffer },
        parameters: (batch) => ({ rows: rows(batch), columns, rowsAShare: rows(batch), shares: 1, ...at('x', x), outAt: out.offset }),
        groups: () => Math.ceil(columns / 64),
      }),
    );
    return;
  }
  const shares = (batch: number): number => Math.ceil(rows(batch) / ROWS_A_SHARE);
  const partial = to.room('partial', columns * shares(to.maxBatch));
  to.push(
    launch(columnSum, {
      buffers: { x: x.buffer, out: partial },
      parameters: (batch) => ({
        ...{ rows: rows(batch), columns, rowsAShare: ROWS_A_SHARE, shares: shares(batch), ...at('x', x), outAt: 0 },
      }),
      groups: (batch) => Math.ceil((columns * shares(batch)) / 64),
    }),
    launch(columnSum, {
      buffers: { x: partial, out: out.buffer },
      parameters: (batch) => ({
        ...{ rows: shares(batch), columns, rowsAShare: shares(batch), shares: 1, xAt: 0, xRow: columns, outAt: out.offset },
      }),
      groups: () => Math.ceil(columns / 64),
    }),
  );
}
