import type { Attention, AttentionBackward } from '../ops';
import { matrixIn, type PlainBuffers } from './plain-matrix';

type Shape = Pick<Attention, 'heads' | 'width' | 'queries' | 'keys'>;

/** Calls `visit` for every query of every head of every image: rows of the query and of the first key, first column of the head. */
function eachQuery(
  { heads, width, queries, keys }: Shape,
  batch: number,
  visit: (query: number, key: number, column: number) => void,
): void {
  for (let image = 0; image < batch; image++)
    for (let head = 0; head < heads; head++) for (let i = 0; i < queries; i++) visit(image * queries + i, image * keys, head * width);
}

/** Fills `p` with the probabilities of one query over its keys. */
function probabilities(
  op: Attention | AttentionBackward,
  buffers: PlainBuffers,
): (query: number, key: number, column: number) => Float64Array {
  const { keys, width, scale } = op;
  const [q, k, p] = [matrixIn(buffers, op.q), matrixIn(buffers, op.k), new Float64Array(keys)];
  return (query, key, column) => {
    let total = 0;
    for (let j = 0; j < keys; j++) {
      let score = 0;
      for (let c = column; c < column + width; c++) score += q.get(query, c) * k.get(key + j, c);
      total += p[j] = Math.exp(scale * score);
    }
    for (let j = 0; j < keys; j++) p[j] = (p[j] ?? NaN) / total;
    return p;
  };
}

export function attention(op: Attention, batch: number, buffers: PlainBuffers): void {
  const [v, out, of] = [matrixIn(buffers, op.v), matrixIn(buffers, op.out), probabilities(op, buffers)];
  eachQuery(op, batch, (query, key, column) => {
    const p = of(query, key, column);
    for (let c = column; c < column + op.width; c++) {
      let mixed = 0;
      for (let j = 0; j < op.keys; j++) mixed += (p[j] ?? NaN) * v.get(key + j, c);
      out.set(query, c, mixed);
    }
  });
}

/** With P = softmax(scale · q kᵀ) and O = P v: dv = Pᵀ dO; dP = dO vᵀ; dS = scale · P ∘ (dP − Σ P ∘ dP); dq = dS k; dk = dSᵀ q. */
export function attentionBackward(op: AttentionBackward, batch: number, buffers: PlainBuffers): void {
  const { width, keys, scale } = op;
  const [q, k, v] = [matrixIn(buffers, op.q), matrixIn(buffers, op.k), matrixIn(buffers, op.v)];
  const [gradient, of] = [matrixIn(buffers, op.gradient), probabilities(op, buffers)];
  const [dq, dk, dv] = [op.dq, op.dk, op.dv].map((view) => view && matrixIn(buffers, view));
  const ds = new Float64Array(keys);
  eachQuery(op, batch, (query, key, column) => {
    const p = of(query, key, column);
    // The first query of a head finds what an earlier run left in the sums over queries.
    const sums = query % op.queries > 0;
    let mean = 0;
    for (let j = 0; j < keys; j++) {
      let dp = 0;
      for (let c = column; c < column + width; c++) dp += gradient.get(query, c) * v.get(key + j, c);
      ds[j] = dp;
      mean += (p[j] ?? NaN) * dp;
    }
    for (let j = 0; j < keys; j++) ds[j] = scale * (p[j] ?? NaN) * ((ds[j] ?? NaN) - mean);
    for (let c = column; c < column + width; c++) {
      let sum = 0;
      for (let j = 0; j < keys; j++) {
        sum += (ds[j] ?? NaN) * k.get(key + j, c);
        dk?.set(key + j, c, (sums ? dk.get(key + j, c) : 0) + (ds[j] ?? NaN) * q.get(query, c));
        dv?.set(key + j, c, (sums ? dv.get(key + j, c) : 0) + (p[j] ?? NaN) * gradient.get(query, c));
      }
      dq?.set(query, c, sum);
    }
  });
}
