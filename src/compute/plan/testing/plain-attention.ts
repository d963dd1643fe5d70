import type { Attention, AttentionBackward } from '../ops';
import { matrixIn, range, sumOver, type PlainBuffers } from './plain-matrix';

/** Probabilities [queries][keys] of one image and head. */
function probabilities(op: Attention | AttentionBackward, image: number, head: number, buffers: PlainBuffers): number[][] {
  const { queries, keys, width, scale } = op;
  const [q, k] = [matrixIn(buffers, op.q), matrixIn(buffers, op.k)];
  return range(queries).map((i) => {
    const powers = range(keys).map((j) =>
      Math.exp(scale * sumOver(width, (w) => q.get(image * queries + i, head * width + w) * k.get(image * keys + j, head * width + w))),
    );
    const total = sumOver(keys, (j) => powers[j] ?? NaN);
    return powers.map((power) => power / total);
  });
}

export function attention(op: Attention, batch: number, buffers: PlainBuffers): void {
  const { heads, width, queries, keys } = op;
  const [v, out] = [matrixIn(buffers, op.v), matrixIn(buffers, op.out)];
  for (const image of range(batch)) {
    for (const head of range(heads)) {
      probabilities(op, image, head, buffers).forEach((p, i) => {
        for (const c of range(width)) {
          const mixed = sumOver(keys, (j) => (p[j] ?? NaN) * v.get(image * keys + j, head * width + c));
          out.set(image * queries + i, head * width + c, mixed);
        }
      });
    }
  }
}

export function attentionBackward(op: AttentionBackward, batch: number, buffers: PlainBuffers): void {
  const { heads, width, queries, keys, scale } = op;
  const [q, k, v, gradient] = [op.q, op.k, op.v, op.gradient].map((view) => matrixIn(buffers, view));
  const [dq, dk, dv] = [op.dq, op.dk, op.dv].map((view) => view && matrixIn(buffers, view));
  if (!q || !k || !v || !gradient) throw new Error('Attention has four operands');
  for (const image of range(batch)) {
    for (const head of range(heads)) {
      const query = (i: number): number => image * queries + i;
      const key = (j: number): number => image * keys + j;
      const p = probabilities(op, image, head, buffers);
      const dp = range(queries).map((i) =>
        range(keys).map((j) => sumOver(width, (w) => gradient.get(query(i), head * width + w) * v.get(key(j), head * width + w))),
      );
      const at = (values: readonly (readonly number[])[], i: number, j: number): number => values[i]?.[j] ?? NaN;
      const ds = range(queries).map((i) => {
        const mean = sumOver(keys, (j) => at(p, i, j) * at(dp, i, j));
        return range(keys).map((j) => scale * at(p, i, j) * (at(dp, i, j) - mean));
      });
      for (const w of range(width)) {
        const c = head * width + w;
        for (const i of range(queries))
          dq?.set(
            query(i),
            c,
            sumOver(keys, (j) => at(ds, i, j) * k.get(key(j), c)),
          );
        for (const j of range(keys)) {
          dk?.set(
            key(j),
            c,
            sumOver(queries, (i) => at(ds, i, j) * q.get(query(i), c)),
          );
          dv?.set(
            key(j),
            c,
            sumOver(queries, (i) => at(p, i, j) * gradient.get(query(i), c)),
          );
        }
      }
    }
  }
}
