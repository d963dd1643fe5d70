import type { Limit, Squares } from '../../plan/ops';
import { launch, type KernelTemplate } from '../kernel';
import type { Lowering } from '../lowering';

/** Invocations that share a sum, each with every `shares`-th value. */
const SHARES = 1024;

const squares = (first: boolean): KernelTemplate => ({
  name: 'squares',
  workgroup: 64,
  parameters: { count: 'u32', shares: 'u32', xAt: 'u32', outAt: 'u32' },
  buffers: { x: { access: 'read' }, out: { access: 'write' } },
  body: `
  if (index >= p.shares) { return; }
  var sum = 0.0;
  for (var i = index; i < p.count; i += p.shares) {
    let value = $x[p.xAt + i];
    sum += ${first ? 'value * value' : 'value'};
  }
  $out[p.outAt + index] = sum;`,
});

export function lowerSquares(to: Lowering, { x, count, out }: Squares): void {
  const shares = Math.min(SHARES, Math.ceil(count / 16));
  const partial = to.room('squares', SHARES);
  to.push(
    launch(squares(true), {
      buffers: { x: x.buffer, out: partial },
      parameters: () => ({ count, shares, xAt: x.offset, outAt: 0 }),
      groups: () => Math.ceil(shares / 64),
    }),
    launch(squares(false), {
      buffers: { x: partial, out: out.buffer },
      parameters: () => ({ count: shares, shares: 1, xAt: 0, outAt: out.offset }),
      groups: () => 1,
    }),
  );
}

const limit: KernelTemplate = {
  name: 'limit',
  workgroup: 64,
  parameters: { count: 'u32', parts: 'u32', xAt: 'u32', squaresAt: 'u32', limit: 'f32' },
  buffers: { x: { access: 'write' }, squares: { access: 'read' } },
  body: `
  if (index >= p.count) { return; }
  var sum = 0.0;
  for (var i = 0u; i < p.parts; i++) { sum += $squares[p.squaresAt + i]; }
  $x[p.xAt + index] = $x[p.xAt + index] * min(1.0, p.limit / (sqrt(sum) + 1e-6));`,
};

export function lowerLimit(to: Lowering, { x, count, squares: sums, parts, limit: most }: Limit): void {
  to.push(
    launch(limit, {
      buffers: { x: x.buffer, squares: sums.buffer },
      parameters: () => ({ count, parts, xAt: x.offset, squaresAt: sums.offset, limit: most }),
      groups: () => Math.ceil(count / 64),
    }),
  );
}
