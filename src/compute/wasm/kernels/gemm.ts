// Blocked matrix products: B packed into panels by one operation, then items of rows and columns multiplied by another.
import { arg, argFloat, decay4, gaussian4, gelu4, geluDerivative4, normalTail4, sigmoid4 } from './math';
import { MR, NR, micro, packColumns, packPanel, packPanelTransposed, packRows } from './micro';

/** Depth of one pass: a packed strip of A (9 KiB) and a panel of B (12 KiB) stay in the first-level cache. */
const KC: usize = 384;

/** pack: 0 B, 1 ldb, 2 transposed, 3 n, 4 k, 5 out [n/8][k][8], 6 panels an item. */
export function packItem(op: usize, item: i32): void {
  const b = arg(op, 0);
  const ldb = arg(op, 1);
  const transposed = arg(op, 2);
  const n = <i32>arg(op, 3);
  const k = arg(op, 4);
  const perItem = <i32>arg(op, 6);
  const from = item * perItem * NR;
  const to = min(n, from + perItem * NR);
  let out = arg(op, 5) + <usize>from * (k << 2);
  for (let j = from; j < to; j += NR) {
    if (transposed) packPanelTransposed(b + <usize>j * ldb, ldb, min(NR, n - j), k, out);
    else packPanel(b + ((<usize>j) << 2), ldb, min(NR, n - j), k, out);
    out += k << 5;
  }
}

/**
 * gemm: 0 A, 1 lda, 2 A is [k, m], 3 packed B, 4 n, 5 C, 6 ldc, 7 m, 8 k, 9 bias, 10 addend, 11 its ld, 12 its period,
 * 13 activation (0 none, 1 GELU, 3 x σ(a x + b x³), 5 max(0, x); one more: its derivative as well), 14 derivative, 15 its ld,
 * 16 factor, 17 its ld, 18 rows an item, 19 columns an item, 20 items side by side, 21 add to what C holds, 22 a, 23 b
 * (floats). Strides in bytes.
 */
export function gemmItem(op: usize, item: i32, scratch: usize): void {
  const a = arg(op, 0);
  const lda = arg(op, 1);
  const columnsOfA = arg(op, 2);
  const packed = arg(op, 3);
  const n = <i32>arg(op, 4);
  const c = arg(op, 5);
  const ldc = arg(op, 6);
  const m = <i32>arg(op, 7);
  const k = arg(op, 8);
  const addend = arg(op, 10);
  const ldAddend = arg(op, 11);
  const period = <i32>arg(op, 12);
  const activation = arg(op, 13);
  const factor = arg(op, 16);
  const ldFactor = arg(op, 17);
  const perRow = <i32>arg(op, 18);
  const perColumn = <i32>arg(op, 19);
  const across = <i32>arg(op, 20);
  const accumulate = arg(op, 21);
  const symmetric = arg(op, 24);
  const row0 = (item / across) * perRow;
  const row1 = min(m, row0 + perRow);
  const column0 = (item % across) * perColumn;
  const column1 = min(n, column0 + perColumn);
  const tile = scratch;
  const strip = scratch + 256;
  for (let p: usize = 0; p < k; p += KC) {
    const depth = min(KC, k - p);
    const adds = p > 0 || accumulate != 0;
    const bias = p > 0 ? 0 : arg(op, 9);
    const last = p + depth == k;
    for (let i = row0; i < row1; i += MR) {
      const rows = min(MR, row1 - i);
      const first = symmetric ? max(column0, i - (i % NR)) : column0;
      if (first >= column1) continue;
      if (columnsOfA) packColumns(a + p * lda + ((<usize>i) << 2), lda, rows, depth, strip);
      else packRows(a + <usize>i * lda + (p << 2), lda, rows, depth, strip);
      const cRow = c + <usize>i * ldc;
      // An addend that repeats down the rows may start again amid a tile, which is then finished row by row.
      const from = period ? i % period : i;
      const whole = rows == MR && (adds || period == 0 || from + MR <= period);
      const plusRow = adds ? cRow : addend ? addend + <usize>from * ldAddend : 0;
      const ldPlus = adds ? ldc : ldAddend;
      const timesRow = last && factor ? factor + <usize>i * ldFactor : 0;
      for (let j = first; j < column1; j += NR) {
        const across = (<usize>j) << 2;
        const b = packed + across * k + (p << 5);
        const columns = min(NR, column1 - j);
        const plus = plusRow ? plusRow + across : 0;
        const times = timesRow ? timesRow + across : 0;
        if (whole && columns == NR) {
          micro(strip, b, depth, cRow + across, ldc, bias ? bias + across : 0, plus, ldPlus, times, ldFactor);
          continue;
        }
        micro(strip, b, depth, tile, 32, 0, 0, 0, 0, 0);
        for (let r = 0; r < rows; r++) {
          const at = <usize>r;
          const back = <usize>(adds || period == 0 ? 0 : from + r - ((from + r) % period)) * ldPlus;
          for (let column: usize = 0; column < <usize>columns << 2; column += 4) {
            let value = load<f32>(tile + (at << 5) + column);
            if (bias) value += load<f32>(bias + across + column);
            if (plus) value += load<f32>(plus + at * ldPlus - back + column);
            if (times) value *= load<f32>(times + at * ldFactor + column);
            store<f32>(cRow + at * ldc + across + column, value);
          }
        }
      }
      if (last && activation) for (let r = 0; r < rows; r++) activate(op, i + r, column0, column1);
    }
  }
}

/** GELU of one row of C, columns [from, to), and its derivative where that is wanted. */
function activate(op: usize, row: i32, from: i32, to: i32): void {
  const first = (<usize>from) << 2;
  const c = arg(op, 5) + <usize>row * arg(op, 6) + first;
  const bytes = (<usize>(to - from)) << 2;
  const whole = bytes & ~15;
  let x: usize = 0;
  if (arg(op, 13) == 1) {
    for (; x < whole; x += 16) {
      const value = v128.load(c + x);
      v128.store(c + x, gelu4(value, normalTail4(value, gaussian4(value))));
    }
    for (; x < bytes; x += 4) {
      const value = v128.load32_splat(c + x);
      v128.store_lane<f32>(c + x, gelu4(value, normalTail4(value, gaussian4(value))), 0);
    }
    return;
  }
  const derivative = arg(op, 14) + <usize>row * arg(op, 15) + first;
  if (arg(op, 13) > 2) {
    activateOtherwise(op, c, derivative, bytes);
    return;
  }
  for (; x < whole; x += 16) {
    const value = v128.load(c + x);
    const e = gaussian4(value);
    const tail = normalTail4(value, e);
    v128.store(derivative + x, geluDerivative4(value, e, tail));
    v128.store(c + x, gelu4(value, tail));
  }
  for (; x < bytes; x += 4) {
    const value = v128.load32_splat(c + x);
    const e = gaussian4(value);
    const tail = normalTail4(value, e);
    v128.store_lane<f32>(derivative + x, geluDerivative4(value, e, tail), 0);
    v128.store_lane<f32>(c + x, gelu4(value, tail), 0);
  }
}

/** x σ(a x + b x³) or max(0, x) of one row, and the derivative where that is wanted. */
function activateOtherwise(op: usize, c: usize, derivative: usize, bytes: usize): void {
  const code = <i32>arg(op, 13);
  const a = f32x4.splat(argFloat(op, 22));
  const b = f32x4.splat(argFloat(op, 23));
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let x: usize = 0; x < bytes; x += 16) {
    const whole = x + 16 <= bytes;
    const left = (bytes - x) >> 2;
    let value = whole ? v128.load(c + x) : v128.load32_zero(c + x);
    if (left == 2 || left == 3) value = v128.load32_lane(c + x + 4, value, 1);
    if (left == 3) value = v128.load32_lane(c + x + 8, value, 2);
    let y: v128;
    let slope: v128;
    if (code > 4) {
      y = f32x4.pmax(value, zero);
      slope = v128.and(one, f32x4.gt(value, zero));
    } else {
      const square = f32x4.mul(value, value);
      const bent = f32x4.mul(b, square);
      const u = f32x4.mul(value, f32x4.add(a, bent));
      const e = decay4(u);
      const s = sigmoid4(u, e);
      y = f32x4.mul(value, s);
      // σ' = σ (1 − σ) = e / (1 + e)², which 1 − σ would lose to rounding above 0.
      const sum = f32x4.add(one, e);
      const steep = f32x4.div(e, f32x4.mul(sum, sum));
      slope = f32x4.add(s, f32x4.mul(f32x4.mul(value, steep), f32x4.add(a, f32x4.mul(f32x4.splat(3), bent))));
    }
    const keeps = (code & 1) == 0;
    if (whole) {
      v128.store(c + x, y);
      if (keeps) v128.store(derivative + x, slope);
      continue;
    }
    v128.store32_lane(c + x, y, 0);
    if (keeps) v128.store32_lane(derivative + x, slope, 0);
    if (left > 1) {
      v128.store32_lane(c + x + 4, y, 1);
      if (keeps) v128.store32_lane(derivative + x + 4, slope, 1);
    }
    if (left > 2) {
      v128.store32_lane(c + x + 8, y, 2);
      if (keeps) v128.store32_lane(derivative + x + 8, slope, 2);
    }
  }
}
