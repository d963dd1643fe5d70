import { LANES, type Block } from './block';
import type { Product } from './product';

export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
export const lines = (count: number, code: (i: number) => string): string => range(count).map(code).join('\n');

/** Which block is mine, where its operands begin, and sums `s0`, `s1` ... by rows, starting from the bias. */
export function blockStart({ finish }: Product, { rows, columns }: Block, column: (c: number) => string): string {
  const bias = finish?.bias !== undefined;
  return `
  let tile = group % (p.across * p.down);
  let z = group / (p.across * p.down);
  let row0 = (tile / p.across) * ${rows}u;
  let column0 = (tile % p.across) * ${LANES * columns}u;
  let aBase = p.aAt + (z / p.heads) * p.aImage + (z % p.heads) * p.aHead;
  let bBase = p.bAt + (z / p.heads) * p.bImage + (z % p.heads) * p.bHead;
  let outBase = p.outAt + (z / p.heads) * p.outImage + (z % p.heads) * p.outHead;
  ${lines(columns, (c) => `let start${c} = ${bias ? `$bias[p.biasAt + min(${column(c)}, p.n - 1u)]` : '0.0'};`)}
  ${lines(rows * columns, (i) => `var s${i} = start${i % columns};`)}`;
}

/** Finishes and stores the sums, a row a turn: unrolled altogether, it would make most of the code and of the time to compile it. */
export function storeBlock({ rows, columns }: Block, column: (c: number) => string): string {
  return `
  var sums = array<f32, ${rows * columns}>(${range(rows * columns)
    .map((i) => `s${i}`)
    .join(', ')});
  for (var r = 0u; r < ${rows}u; r++) {
    let row = row0 + r;
    if (row >= p.m) { break; }
    ${lines(columns, (c) => `if (${column(c)} < p.n) { finish(sums[r * ${columns}u + ${c}u], row, ${column(c)}, outBase); }`)}
  }`;
}
