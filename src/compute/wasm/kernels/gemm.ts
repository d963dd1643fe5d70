// Blocked matrix products: B packed into panels by one operation, then items of rows and columns multiplied by another.
import { arg, gaussian4, madd, normalCdf4 } from './math';
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
 * 13 activation (0 none, 1 GELU, 2 GELU and its derivative), 14 derivative, 15 its ld, 16 factor, 17 its ld,
 * 18 rows an item, 19 columns an item, 20 items side by side, 21 add to what C holds. Strides in bytes.
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
  const perRow = <i32>arg(op, 18);
  const perColumn = <i32>arg(op, 19);
  const across = <i32>arg(op, 20);
  const accumulate = <i32>arg(op, 21);
  const row0 = (item / across) * perRow;
  const row1 = min(m, row0 + perRow);
  const column0 = (item % across) * perColumn;
  const column1 = min(n, column0 + perColumn);
  const tile = scratch;
  const strip = scratch + 256;
  for (let p: usize = 0; p < k; p += KC) {
    const depth = min(KC, k - p);
    const last = p + depth == k;
    const adds = p > 0 ? 1 : accumulate;
    for (let i = row0; i < row1; i += MR) {
      const rows = min(MR, row1 - i);
      if (columnsOfA) packColumns(a + p * lda + ((<usize>i) << 2), lda, rows, depth, strip);
      else packRows(a + <usize>i * lda + (p << 2), lda, rows, depth, strip);
      const cRow = c + <usize>i * ldc;
      for (let j = column0; j < column1; j += NR) {
        const b = packed + ((<usize>j * k) << 2) + (p << 5);
        const to = cRow + ((<usize>j) << 2);
        const columns = min(NR, column1 - j);
        if (rows == MR && columns == NR) micro(strip, b, depth, to, ldc, adds);
        else {
          micro(strip, b, depth, tile, 32, 0);
          copyTile(tile, to, ldc, rows, columns, adds);
        }
      }
      if (last) for (let r = 0; r < rows; r++) epilogue(op, i + r, column0, column1);
    }
  }
}

/** Adds or copies the valid part of a 6 x 8 tile. */
export function copyTile(tile: usize, to: usize, ld: usize, rows: i32, columns: i32, accumulate: i32): void {
  for (let r: usize = 0; r < <usize>rows; r++)
    for (let j: usize = 0; j < <usize>columns; j++) {
      const at = to + r * ld + (j << 2);
      const value = load<f32>(tile + (r << 5) + (j << 2));
      store<f32>(at, accumulate ? load<f32>(at) + value : value);
    }
}

/** One row of C, columns [from, to): + bias, + addend, activation, · factor. */
function epilogue(op: usize, row: i32, from: i32, to: i32): void {
  const bias = arg(op, 9);
  const addend = arg(op, 10);
  const activation = <i32>arg(op, 13);
  const factor = arg(op, 16);
  if (!(bias | addend | activation | factor)) return;
  const first = (<usize>from) << 2;
  const c = arg(op, 5) + <usize>row * arg(op, 6) + first;
  const period = <i32>arg(op, 12);
  const plus = addend ? addend + <usize>(period ? row % period : row) * arg(op, 11) + first : 0;
  const derivative = arg(op, 14) + <usize>row * arg(op, 15) + first;
  const times = factor ? factor + <usize>row * arg(op, 17) + first : 0;
  const bytes = (<usize>(to - from)) << 2;
  const whole = bytes & ~15;
  let x: usize = 0;
  for (; x < whole; x += 16) {
    let value = v128.load(c + x);
    if (bias) value = f32x4.add(value, v128.load(bias + first + x));
    if (plus) value = f32x4.add(value, v128.load(plus + x));
    if (activation) {
      const e = gaussian4(value);
      const cdf = normalCdf4(value, e);
      if (activation == 2) v128.store(derivative + x, madd(value, f32x4.mul(e, f32x4.splat(0.3989422804)), cdf));
      value = f32x4.mul(value, cdf);
    }
    if (times) value = f32x4.mul(value, v128.load(times + x));
    v128.store(c + x, value);
  }
  for (; x < bytes; x += 4) {
    let value = load<f32>(c + x);
    if (bias) value += load<f32>(bias + first + x);
    if (plus) value += load<f32>(plus + x);
    if (activation) {
      const v = f32x4.splat(value);
      const e = gaussian4(v);
      const cdf = f32x4.extract_lane(normalCdf4(v, e), 0);
      if (activation == 2) store<f32>(derivative + x, value * f32x4.extract_lane(e, 0) * 0.3989422804 + cdf);
      value *= cdf;
    }
    if (times) value *= load<f32>(times + x);
    store<f32>(c + x, value);
  }
}
