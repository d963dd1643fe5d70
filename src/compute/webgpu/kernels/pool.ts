import type { Pool, PoolBackward } from '../../plan/ops';
import { at, launch, type KernelTemplate } from '../kernel';
import type { Lowering } from '../lowering';

/** The largest of a column of an image's tokens, `most`; $x is read, xAt and xRow say where. */
const LARGEST = `
  var most = $x[p.xAt + (image * p.tokens + p.front) * p.xRow + c];
  for (var token = p.front + 1u; token < p.tokens; token++) { most = max(most, $x[p.xAt + (image * p.tokens + token) * p.xRow + c]); }`;

const OF = { tokens: 'u32', front: 'u32', columns: 'u32' } as const;

const mean: KernelTemplate = {
  name: 'poolMean',
  workgroup: 64,
  parameters: { images: 'u32', ...OF, xAt: 'u32', xRow: 'u32', outAt: 'u32', outRow: 'u32' },
  buffers: { x: { access: 'read' }, out: { access: 'write' } },
  body: `
  let c = index % p.columns;
  let image = index / p.columns;
  if (image >= p.images) { return; }
  var sum = 0.0;
  for (var token = p.front; token < p.tokens; token++) { sum += $x[p.xAt + (image * p.tokens + token) * p.xRow + c]; }
  $out[p.outAt + image * p.outRow + c] = sum / f32(p.tokens - p.front);`,
};

const meanBackward: KernelTemplate = {
  name: 'poolMeanBackward',
  workgroup: 64,
  parameters: { rows: 'u32', ...OF, share: 'f32', gradientAt: 'u32', gradientRow: 'u32', outAt: 'u32', outRow: 'u32' },
  buffers: { gradient: { access: 'read' }, out: { access: 'write' } },
  body: `
  let c = index % p.columns;
  let row = index / p.columns;
  if (row >= p.rows) { return; }
  let g = $gradient[p.gradientAt + (row / p.tokens) * p.gradientRow + c] * p.share / f32(p.tokens - p.front);
  $out[p.outAt + row * p.outRow + c] = select(g, 0.0, row % p.tokens < p.front);`,
};

/** After the mean: out = (1 − maximum) · out + maximum · the largest. */
const largest: KernelTemplate = {
  name: 'poolMaximum',
  workgroup: 64,
  parameters: { images: 'u32', ...OF, maximum: 'f32', xAt: 'u32', xRow: 'u32', outAt: 'u32', outRow: 'u32' },
  buffers: { x: { access: 'read' }, out: { access: 'write' } },
  body: `
  let c = index % p.columns;
  let image = index / p.columns;
  if (image >= p.images) { return; }${LARGEST}
  let to = p.outAt + image * p.outRow + c;
  $out[to] = (1.0 - p.maximum) * $out[to] + p.maximum * most;`,
};

/** After the mean's share: the largest tokens of a column share the rest. */
const largestBackward: KernelTemplate = {
  name: 'poolMaximumBackward',
  workgroup: 64,
  parameters: {
    ...{ images: 'u32', ...OF, maximum: 'f32', xAt: 'u32', xRow: 'u32' },
    ...{ gradientAt: 'u32', gradientRow: 'u32', outAt: 'u32', outRow: 'u32' },
  },
  buffers: { x: { access: 'read' }, gradient: { access: 'read' }, out: { access: 'write' } },
  body: `
  let c = index % p.columns;
  let image = index / p.columns;
  if (image >= p.images) { return; }${LARGEST}
  var equals = 0.0;
  for (var token = p.front; token < p.tokens; token++) {
    if ($x[p.xAt + (image * p.tokens + token) * p.xRow + c] == most) { equals += 1.0; }
  }
  let g = p.maximum * $gradient[p.gradientAt + image * p.gradientRow + c] / equals;
  for (var token = p.front; token < p.tokens; token++) {
    if ($x[p.xAt + (image * p.tokens + token) * p.xRow + c] == most) { $out[p.outAt + (image * p.tokens + token) * p.outRow + c] += g; }
  }`,
};

export function lowerPool(to: Lowering, { x, out, tokens, front, columns, maximum }: Pool): void {
  const buffers = { x: x.buffer, out: out.buffer };
  const groups = (batch: number): number => Math.ceil((batch * columns) / 64);
  const parameters = (batch: number) => ({ images: batch, tokens, front, columns, ...at('x', x), ...at('out', out) });
  to.push(launch(mean, { buffers, parameters, groups }));
  if (maximum > 0) to.push(launch(largest, { buffers, parameters: (batch) => ({ ...parameters(batch), maximum }), groups }));
}

export function lowerPoolBackward(to: Lowering, { gradient, x, out, tokens, front, columns, maximum }: PoolBackward): void {
  const shape = { tokens, front, columns, ...at('gradient', gradient), ...at('out', out) };
  to.push(
    launch(meanBackward, {
      buffers: { gradient: gradient.buffer, out: out.buffer },
      parameters: (batch) => ({ rows: batch * tokens, ...shape, share: 1 - maximum }),
      groups: (batch) => Math.ceil((batch * tokens * columns) / 64),
    }),
  );
  if (!x) return;
  to.push(
    launch(largestBackward, {
      buffers: { x: x.buffer, gradient: gradient.buffer, out: out.buffer },
      parameters: (batch) => ({ images: batch, ...shape, maximum, ...at('x', x) }),
      groups: (batch) => Math.ceil((batch * columns) / 64),
    }),
  );
}
