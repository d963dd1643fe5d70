import type { Network } from './network';
import { fixed, type View } from './ops';

/** Consecutive floats that the optimiser updates. */
export interface Span {
  readonly buffer: string;
  readonly offset: number;
  readonly count: number;
}

/** Input and result of a step that clips: Σ of squares of gradients kept elsewhere, and of all by part. */
export const BESIDE = 'squares.beside';
export const SQUARES = 'squares';

/** Scales the gradients of all that learns so that their norm, with those kept elsewhere, is at most `limit`. */
export function clipGradients({ builder }: Network, limit: number, learned: readonly Span[]): void {
  const spans = learned.filter(({ count }) => count > 0);
  const parts = spans.length + 1;
  builder.declare(BESIDE, 'input', fixed(1));
  builder.declare(SQUARES, 'result', fixed(parts));
  const part = (i: number): View => ({ buffer: SQUARES, offset: i, stride: 1 });
  const views = spans.map(({ buffer, offset, count }) => ({ x: { buffer: `gradient.${buffer}`, offset, stride: 1 }, count }));
  builder.push(
    // The sum over one row copies.
    { kind: 'columnSum', x: { buffer: BESIDE, offset: 0, stride: 1 }, out: part(0), rows: fixed(1), columns: 1 },
    ...views.map(({ x, count }, i) => ({ kind: 'squares', x, count, out: part(i + 1) }) as const),
    ...views.map(({ x, count }) => ({ kind: 'limit', x, count, squares: part(0), parts, limit }) as const),
  );
}
