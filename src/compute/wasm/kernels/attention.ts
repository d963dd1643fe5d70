// Softmax attention, one (image, head) an item. Scores are kept transposed, [keys][8 queries], which is at once the packed
// form of the next product's operand and a layout where softmax runs down columns, without sums across a vector.
import { LOG2_E, arg, argFloat, madd, power2, transpose4 } from './math';
import { MR, NR, micro, packColumns, packPanel, packPanelTransposed, packRows } from './micro';

/**
 * Shared arguments: 0 q, 1 its ld, 2 k, 3 its ld, 4 v, 5 its ld, 6 out (or its gradient), 7 its ld, 8 statistics,
 * 9 heads, 10 head width, 11 queries, 12 keys, 13 scale. Strides in bytes. The statistics of one (image, head) are
 * [queries/8][2][8]: the largest score, and one over the sum of exponentials (zero for missing queries).
 */
export function attentionItem(op: usize, item: i32, scratch: usize): void {
  const heads = <i32>arg(op, 9);
  const width = <i32>arg(op, 10);
  const queries = <i32>arg(op, 11);
  const keys = <i32>arg(op, 12);
  const scale2 = f32x4.splat(argFloat(op, 13) * LOG2_E);
  const image = <usize>(item / heads);
  const across = <usize>((item % heads) * width) << 2;
  const ldq = arg(op, 1);
  const ldk = arg(op, 3);
  const ldv = arg(op, 5);
  const ldo = arg(op, 7);
  const q = arg(op, 0) + image * <usize>queries * ldq + across;
  const k = arg(op, 2) + image * <usize>keys * ldk + across;
  const v = arg(op, 4) + image * <usize>keys * ldv + across;
  const out = arg(op, 6) + image * <usize>queries * ldo + across;
  const panels = (queries + NR - 1) / NR;
  let statistics = arg(op, 8) + <usize>item * (<usize>panels << 6);

  const d = <usize>width;
  const n = <usize>keys;
  const keyStrips = scratch;
  const valueStrips = keyStrips + stripBytes(keys, d);
  const queryPanel = valueStrips + stripBytes(width, n);
  const scores = queryPanel + (d << 5);
  const mixed = scores + (<usize>padded(keys) << 5);
  packStrips(k, ldk, keys, d, keyStrips);
  packColumnStrips(v, ldv, width, n, valueStrips);

  for (let query = 0; query < queries; query += NR) {
    const count = min(NR, queries - query);
    packPanelTransposed(q + <usize>query * ldq, ldq, count, d, queryPanel);
    multiplyStrips(keyStrips, keys, queryPanel, d, scores);
    const end = scores + (n << 5);
    let top0 = v128.load(scores);
    let top1 = v128.load(scores, 16);
    for (let s = scores + 32; s < end; s += 32) {
      top0 = f32x4.pmax(top0, v128.load(s));
      top1 = f32x4.pmax(top1, v128.load(s, 16));
    }
    let sum0 = f32x4.splat(0);
    let sum1 = f32x4.splat(0);
    for (let s = scores; s < end; s += 32) {
      const e0 = power2(f32x4.mul(f32x4.sub(v128.load(s), top0), scale2));
      const e1 = power2(f32x4.mul(f32x4.sub(v128.load(s, 16), top1), scale2));
      v128.store(s, e0);
      v128.store(s, e1, 16);
      sum0 = f32x4.add(sum0, e0);
      sum1 = f32x4.add(sum1, e1);
    }
    v128.store(statistics, top0);
    v128.store(statistics, top1, 16);
    v128.store(statistics, f32x4.div(f32x4.splat(1), sum0), 32);
    v128.store(statistics, f32x4.div(f32x4.splat(1), sum1), 48);
    for (let j = <usize>count; j < <usize>NR; j++) store<f32>(statistics + (j << 2), 0, 32);
    const over0 = v128.load(statistics, 32);
    const over1 = v128.load(statistics, 48);
    multiplyStrips(valueStrips, width, scores, n, mixed);
    for (let i: usize = 0; i < d; i++) {
      const at = mixed + (i << 5);
      v128.store(at, f32x4.mul(v128.load(at), over0));
      v128.store(at, f32x4.mul(v128.load(at, 16), over1), 16);
    }
    writeTransposed(mixed, width, out + <usize>query * ldo, ldo, count);
    statistics += 64;
  }
}

/** Adds to the shared arguments 14 dq, 15 its ld, 16 dk, 17 its ld, 18 dv, 19 its ld; a zero pointer is left out. */
export function attentionBackwardItem(op: usize, item: i32, scratch: usize): void {
  const heads = <i32>arg(op, 9);
  const width = <i32>arg(op, 10);
  const queries = <i32>arg(op, 11);
  const keys = <i32>arg(op, 12);
  const scale = f32x4.splat(argFloat(op, 13));
  const image = <usize>(item / heads);
  const across = <usize>((item % heads) * width) << 2;
  const ldq = arg(op, 1);
  const ldk = arg(op, 3);
  const ldv = arg(op, 5);
  const ldo = arg(op, 7);
  const q = arg(op, 0) + image * <usize>queries * ldq + across;
  const k = arg(op, 2) + image * <usize>keys * ldk + across;
  const v = arg(op, 4) + image * <usize>keys * ldv + across;
  const gradient = arg(op, 6) + image * <usize>queries * ldo + across;
  const panels = (queries + NR - 1) / NR;
  const statistics = arg(op, 8) + <usize>item * (<usize>panels << 6);
  const lddq = arg(op, 15);
  const lddk = arg(op, 17);
  const lddv = arg(op, 19);
  const dq = arg(op, 14) ? arg(op, 14) + image * <usize>queries * lddq + across : 0;
  const dk = arg(op, 16) ? arg(op, 16) + image * <usize>keys * lddk + across : 0;
  const dv = arg(op, 18) ? arg(op, 18) + image * <usize>keys * lddv + across : 0;

  const d = <usize>width;
  const n = <usize>keys;
  const chunk = queryChunk(queries);
  const panelBytes = <usize>padded(keys) << 5;
  const keyStrips = scratch;
  const valueStrips = keyStrips + stripBytes(keys, d);
  const keyColumns = valueStrips + stripBytes(keys, d);
  const panel = keyColumns + stripBytes(width, n);
  const mixed = panel + (d << 5);
  const weights = mixed + (<usize>padded(width) << 5);
  const slopes = weights + <usize>(chunk / NR) * panelBytes;
  const rest = slopes + <usize>(chunk / NR) * panelBytes;
  packStrips(k, ldk, keys, d, keyStrips);
  packStrips(v, ldv, keys, d, valueStrips);
  if (dq) packColumnStrips(k, ldk, width, n, keyColumns);

  for (let first = 0; first < queries; first += chunk) {
    const inChunk = min(chunk, queries - first);
    let p = weights;
    let s = slopes;
    for (let query = first; query < first + inChunk; query += NR) {
      const count = min(NR, queries - query);
      packPanelTransposed(q + <usize>query * ldq, ldq, count, d, panel);
      multiplyStrips(keyStrips, keys, panel, d, p);
      packPanelTransposed(gradient + <usize>query * ldo, ldo, count, d, panel);
      multiplyStrips(valueStrips, keys, panel, d, s);
      softmaxBackward(p, s, n, statistics + (<usize>(query / NR) << 6), scale);
      if (dq) {
        multiplyStrips(keyColumns, width, s, n, mixed);
        writeTransposed(mixed, width, dq + <usize>query * lddq, lddq, count);
      }
      p += panelBytes;
      s += panelBytes;
    }
    if (dv) keySide(weights, panelBytes, keys, inChunk, gradient + <usize>first * ldo, ldo, width, dv, lddv, first > 0 ? 1 : 0, rest);
    if (dk) keySide(slopes, panelBytes, keys, inChunk, q + <usize>first * ldq, ldq, width, dk, lddk, first > 0 ? 1 : 0, rest);
  }
}

/** Scores to probabilities P in place, and dP to dS = scale · P ∘ (dP − Σ P ∘ dP) in place. */
function softmaxBackward(p: usize, s: usize, keys: usize, statistics: usize, scale: v128): void {
  const scale2 = f32x4.mul(scale, f32x4.splat(LOG2_E));
  const top0 = v128.load(statistics);
  const top1 = v128.load(statistics, 16);
  const over0 = v128.load(statistics, 32);
  const over1 = v128.load(statistics, 48);
  let delta0 = f32x4.splat(0);
  let delta1 = f32x4.splat(0);
  const bytes = keys << 5;
  for (let x: usize = 0; x < bytes; x += 32) {
    const p0 = f32x4.mul(power2(f32x4.mul(f32x4.sub(v128.load(p + x), top0), scale2)), over0);
    const p1 = f32x4.mul(power2(f32x4.mul(f32x4.sub(v128.load(p + x, 16), top1), scale2)), over1);
    v128.store(p + x, p0);
    v128.store(p + x, p1, 16);
    delta0 = madd(p0, v128.load(s + x), delta0);
    delta1 = madd(p1, v128.load(s + x, 16), delta1);
  }
  for (let x: usize = 0; x < bytes; x += 32) {
    const p0 = f32x4.mul(v128.load(p + x), scale);
    const p1 = f32x4.mul(v128.load(p + x, 16), scale);
    v128.store(s + x, f32x4.mul(p0, f32x4.sub(v128.load(s + x), delta0)));
    v128.store(s + x, f32x4.mul(p1, f32x4.sub(v128.load(s + x, 16), delta1)), 16);
  }
}

/** out[keys, width] (+)= Wᵀ-panels · rows, summed over the queries of a chunk. */
function keySide(
  weights: usize, panelBytes: usize, keys: i32, queries: i32,
  rows: usize, ldr: usize, width: i32, out: usize, ld: usize, accumulate: i32, rest: usize,
): void {
  const depth = <usize>queries;
  const tile = rest;
  const strip = tile + 256;
  const operand = strip + <usize>queryChunk(queries) * 24;
  for (let j = 0; j < width; j += NR)
    packPanel(rows + (<usize>j << 2), ldr, min(NR, width - j), depth, operand + <usize>j * (depth << 2));
  for (let i = 0; i < keys; i += MR) {
    const count = min(MR, keys - i);
    for (let q = 0; q < queries; q += NR)
      packRows(weights + <usize>(q / NR) * panelBytes + (<usize>i << 5), 32, MR, <usize>NR, strip + <usize>q * 24);
    const to = out + <usize>i * ld;
    for (let j = 0; j < width; j += NR) {
      const columns = min(NR, width - j);
      const b = operand + <usize>j * (depth << 2);
      const c = to + (<usize>j << 2);
      if (count == MR && columns == NR) micro(strip, b, depth, c, ld, 0, accumulate ? c : 0, ld, 0, 0);
      else {
        micro(strip, b, depth, tile, 32, 0, 0, 0, 0, 0);
        copyTile(tile, c, ld, count, columns, accumulate);
      }
    }
  }
}

/** Adds or copies the valid part of a 6 x 8 tile. */
function copyTile(tile: usize, to: usize, ld: usize, rows: i32, columns: i32, accumulate: i32): void {
  for (let r: usize = 0; r < <usize>rows; r++)
    for (let j: usize = 0; j < <usize>columns; j++) {
      const at = to + r * ld + (j << 2);
      const value = load<f32>(tile + (r << 5) + (j << 2));
      store<f32>(at, accumulate ? load<f32>(at) + value : value);
    }
}

/** Queries handled together in the backward pass: even shares of at most 96, in whole panels. */
function queryChunk(queries: i32): i32 {
  const chunks = (queries + 95) / 96;
  return (((queries + chunks - 1) / chunks + NR - 1) / NR) * NR;
}

// @ts-ignore: decorator
@inline
function padded(rows: i32): i32 {
  return ((rows + MR - 1) / MR) * MR;
}

// @ts-ignore: decorator
@inline
function stripBytes(rows: i32, depth: usize): usize {
  return <usize>padded(rows) * (depth << 2);
}

function packStrips(a: usize, lda: usize, rows: i32, depth: usize, out: usize): void {
  for (let i = 0; i < rows; i += MR) packRows(a + <usize>i * lda, lda, min(MR, rows - i), depth, out + <usize>i * (depth << 2));
}

function packColumnStrips(a: usize, lda: usize, columns: i32, depth: usize, out: usize): void {
  for (let i = 0; i < columns; i += MR)
    packColumns(a + (<usize>i << 2), lda, min(MR, columns - i), depth, out + <usize>i * (depth << 2));
}

/** out[rows][8] = strips · panel. */
function multiplyStrips(strips: usize, rows: i32, panel: usize, depth: usize, out: usize): void {
  for (let i = 0; i < rows; i += MR) micro(strips + <usize>i * (depth << 2), panel, depth, out + (<usize>i << 5), 32, 0, 0, 0, 0, 0);
}

/** to[j][i] = from[i][j] for `count` of eight columns j. */
function writeTransposed(from: usize, width: i32, to: usize, ld: usize, count: i32): void {
  let i: usize = 0;
  const d = <usize>width;
  if (count == NR)
    for (; i + 4 <= d; i += 4) {
      const f = from + (i << 5);
      const t = to + (i << 2);
      transpose4(v128.load(f), v128.load(f, 32), v128.load(f, 64), v128.load(f, 96), t, ld);
      transpose4(v128.load(f, 16), v128.load(f, 48), v128.load(f, 80), v128.load(f, 112), t + 4 * ld, ld);
    }
  for (; i < d; i++)
    for (let j: usize = 0; j < <usize>count; j++) store<f32>(to + j * ld + (i << 2), load<f32>(from + (i << 5) + (j << 2)));
}
