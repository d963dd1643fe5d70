/**
 * Attention as batched products with its scores written out between them, for software adapters: there memory is as near as
 * registers, and a pass in registers (`attention-tiles.ts` for GPUs) takes its compiler seconds a kernel.
 */
import { attentionStatistics, type Attention, type AttentionBackward, type View } from '../../plan/ops';
import { launch, type KernelTemplate } from '../kernel';
import type { Lowering } from '../lowering';
import { lowerProduct } from './gemm';
import type { Operand } from './product';

const WORKGROUP = 64;

const statisticsAt = 'let s = p.statisticsAt + (row / p.queries) * p.statisticsHead + 2u * (row % p.queries);';

/** Scores to probabilities, in place; keeps a row's maximum and 1/Σ. */
const softmax: KernelTemplate = {
  name: 'softmax',
  workgroup: WORKGROUP,
  parameters: { rows: 'u32', keys: 'u32', pitch: 'u32', queries: 'u32', statisticsAt: 'u32', statisticsHead: 'u32' },
  buffers: { scores: { access: 'write' }, statistics: { access: 'write' } },
  body: `
  let row = index;
  if (row >= p.rows) { return; }
  let x0 = row * p.pitch;
  var highest = -3.0e38;
  for (var c = 0u; c < p.keys; c++) { highest = max(highest, $scores[x0 + c]); }
  var sum = 0.0;
  for (var c = 0u; c < p.keys; c++) { let e = exp($scores[x0 + c] - highest); $scores[x0 + c] = e; sum += e; }
  let share = 1.0 / sum;
  for (var c = 0u; c < p.keys; c++) { $scores[x0 + c] *= share; }
  ${statisticsAt}
  $statistics[s] = highest;
  $statistics[s + 1u] = share;`,
};

/** Scores to probabilities P, and dP to the gradient of the scores, scale · P ∘ (dP − Σ P dP); both in place. */
const softmaxBackward: KernelTemplate = {
  name: 'softmaxBackward',
  workgroup: WORKGROUP,
  parameters: {
    ...{ rows: 'u32', keys: 'u32', pitch: 'u32', queries: 'u32', statisticsAt: 'u32', statisticsHead: 'u32', scale: 'f32' },
  },
  buffers: { scores: { access: 'write' }, gradient: { access: 'write' }, statistics: { access: 'read' } },
  body: `
  let row = index;
  if (row >= p.rows) { return; }
  let x0 = row * p.pitch;
  ${statisticsAt}
  let highest = $statistics[s];
  let share = $statistics[s + 1u];
  var along = 0.0;
  for (var c = 0u; c < p.keys; c++) {
    let probability = exp($scores[x0 + c] - highest) * share;
    $scores[x0 + c] = probability;
    along += probability * $gradient[x0 + c];
  }
  let mean = along;
  for (var c = 0u; c < p.keys; c++) { $gradient[x0 + c] = p.scale * $scores[x0 + c] * ($gradient[x0 + c] - mean); }`,
};

interface Shape {
  readonly heads: number;
  readonly width: number;
  readonly queries: number;
  readonly keys: number;
  readonly scale: number;
}

/** Names and places that both directions share: the heads of a view, and a matrix [queries, keys] a head. */
function placing(op: Shape) {
  const { heads, width, queries, keys } = op;
  const pitch = Math.ceil(keys / 4) * 4;
  return {
    pitch,
    ofQueries: ({ buffer, offset, stride }: View): Operand => ({ buffer, offset, stride, image: queries * stride, head: width }),
    ofKeys: ({ buffer, offset, stride }: View): Operand => ({ buffer, offset, stride, image: keys * stride, head: width }),
    square: (buffer: string): Operand => ({ buffer, offset: 0, stride: pitch, image: heads * queries * pitch, head: queries * pitch }),
    floats: (batch: number): number => batch * heads * queries * pitch,
    rows: (batch: number): number => batch * heads * queries,
    counts: { images: (batch: number) => batch, heads },
    statisticsHead: attentionStatistics(1, queries),
    ofM: { queries: () => queries, keys: () => keys, width: () => width },
  };
}

/** S = scale · Q Kᵀ. */
function lowerScores(to: Lowering, op: Attention | AttentionBackward, scores: string): void {
  const { ofQueries, ofKeys, square, counts, ofM } = placing(op);
  const { q, k, keys: n, scale } = op;
  lowerProduct(to, { form: 'NT', a: ofQueries(q), b: ofKeys(k), out: square(scores), m: ofM.queries, n, k: ofM.width, scale, ...counts });
}

/** O = softmax(scale · Q Kᵀ) V, the probabilities written out between two batched products. */
export function attentionInProducts(to: Lowering, op: Attention): void {
  const { v, out, statistics, queries, keys, width } = op;
  const { pitch, ofQueries, ofKeys, square, floats, rows, counts, statisticsHead, ofM } = placing(op);
  const scores = to.room('scores', floats(to.maxBatch));
  lowerScores(to, op, scores);
  to.push(
    launch(softmax, {
      buffers: { scores, statistics: statistics.buffer },
      parameters: (batch) => ({ rows: rows(batch), keys, pitch, queries, statisticsAt: statistics.offset, statisticsHead }),
      groups: (batch) => Math.ceil(rows(batch) / WORKGROUP),
    }),
  );
  lowerProduct(to, { form: 'NN', a: square(scores), b: ofKeys(v), out: ofQueries(out), m: ofM.queries, n: width, k: ofM.keys, ...counts });
}

/** dV = Pᵀ dO, dP = dO Vᵀ, dS = scale · P ∘ (dP − Σ P dP), dQ = dS K, dK = dSᵀ Q; P is computed again from the scores. */
export function attentionBackwardInProducts(to: Lowering, op: AttentionBackward): void {
  const { q, k, v, statistics, gradient, dq, dk, dv, queries, keys, width, scale } = op;
  const { pitch, ofQueries, ofKeys, square, floats, rows, counts, statisticsHead, ofM } = placing(op);
  const scores = to.room('scores', floats(to.maxBatch));
  const change = to.room('dscores', floats(to.maxBatch));
  lowerScores(to, op, scores);
  lowerProduct(to, {
    form: 'NT',
    a: ofQueries(gradient),
    b: ofKeys(v),
    out: square(change),
    m: ofM.queries,
    n: keys,
    k: ofM.width,
    ...counts,
  });
  to.push(
    launch(softmaxBackward, {
      buffers: { scores, gradient: change, statistics: statistics.buffer },
      parameters: (batch) => ({ rows: rows(batch), keys, pitch, queries, statisticsAt: statistics.offset, statisticsHead, scale }),
      groups: (batch) => Math.ceil(rows(batch) / WORKGROUP),
    }),
  );
  const common = { n: width, ...counts };
  if (dv)
    lowerProduct(to, { form: 'TN', a: square(scores), b: ofQueries(gradient), out: ofKeys(dv), m: ofM.keys, k: ofM.queries, ...common });
  if (dq) lowerProduct(to, { form: 'NN', a: square(change), b: ofKeys(k), out: ofQueries(dq), m: ofM.queries, k: ofM.keys, ...common });
  if (dk) lowerProduct(to, { form: 'TN', a: square(change), b: ofQueries(q), out: ofKeys(dk), m: ofM.keys, k: ofM.queries, ...common });
}
