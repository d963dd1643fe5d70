// The 6 x 8 register tile that every product goes through, and the packing that feeds it.
import { madd, transpose4 } from './math';

/** Rows and columns of the tile: 12 accumulators, 2 vectors of B and 1 of A fit the 16 registers of x64. */
export const MR: i32 = 6;
export const NR: i32 = 8;

/**
 * C[6, 8] = (A · B + bias + plus) ∘ times over k: `a` packed [k][6], `b` packed [k][8]; C, `plus` (may be C itself) and
 * `times` with rows `ld` bytes apart, `bias` one row; a zero pointer is left out.
 * Not unrolled: Binaryen then keeps the interleaving; with two steps a turn it chains the sums of one accumulator.
 */
export function micro(
  a: usize, b: usize, k: usize, c: usize, ldc: usize,
  bias: usize, plus: usize, ldPlus: usize, times: usize, ldTimes: usize,
): void {
  let c00: v128 = f32x4.splat(0);
  let c01: v128 = f32x4.splat(0);
  let c10: v128 = f32x4.splat(0);
  let c11: v128 = f32x4.splat(0);
  let c20: v128 = f32x4.splat(0);
  let c21: v128 = f32x4.splat(0);
  let c30: v128 = f32x4.splat(0);
  let c31: v128 = f32x4.splat(0);
  let c40: v128 = f32x4.splat(0);
  let c41: v128 = f32x4.splat(0);
  let c50: v128 = f32x4.splat(0);
  let c51: v128 = f32x4.splat(0);
  const end = b + (k << 5);
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load32_splat(a, 0);
    c00 = madd(a0, b0, c00);
    c01 = madd(a0, b1, c01);
    const a1 = v128.load32_splat(a, 4);
    c10 = madd(a1, b0, c10);
    c11 = madd(a1, b1, c11);
    const a2 = v128.load32_splat(a, 8);
    c20 = madd(a2, b0, c20);
    c21 = madd(a2, b1, c21);
    const a3 = v128.load32_splat(a, 12);
    c30 = madd(a3, b0, c30);
    c31 = madd(a3, b1, c31);
    const a4 = v128.load32_splat(a, 16);
    c40 = madd(a4, b0, c40);
    c41 = madd(a4, b1, c41);
    const a5 = v128.load32_splat(a, 20);
    c50 = madd(a5, b0, c50);
    c51 = madd(a5, b1, c51);
    a += 24;
    b += 32;
  }
  if (bias) {
    const b0 = v128.load(bias);
    const b1 = v128.load(bias, 16);
    c00 = f32x4.add(c00, b0);
    c01 = f32x4.add(c01, b1);
    c10 = f32x4.add(c10, b0);
    c11 = f32x4.add(c11, b1);
    c20 = f32x4.add(c20, b0);
    c21 = f32x4.add(c21, b1);
    c30 = f32x4.add(c30, b0);
    c31 = f32x4.add(c31, b1);
    c40 = f32x4.add(c40, b0);
    c41 = f32x4.add(c41, b1);
    c50 = f32x4.add(c50, b0);
    c51 = f32x4.add(c51, b1);
  }
  if (plus) {
    c00 = f32x4.add(c00, v128.load(plus));
    c01 = f32x4.add(c01, v128.load(plus, 16));
    plus += ldPlus;
    c10 = f32x4.add(c10, v128.load(plus));
    c11 = f32x4.add(c11, v128.load(plus, 16));
    plus += ldPlus;
    c20 = f32x4.add(c20, v128.load(plus));
    c21 = f32x4.add(c21, v128.load(plus, 16));
    plus += ldPlus;
    c30 = f32x4.add(c30, v128.load(plus));
    c31 = f32x4.add(c31, v128.load(plus, 16));
    plus += ldPlus;
    c40 = f32x4.add(c40, v128.load(plus));
    c41 = f32x4.add(c41, v128.load(plus, 16));
    plus += ldPlus;
    c50 = f32x4.add(c50, v128.load(plus));
    c51 = f32x4.add(c51, v128.load(plus, 16));
  }
  if (times) {
    c00 = f32x4.mul(c00, v128.load(times));
    c01 = f32x4.mul(c01, v128.load(times, 16));
    times += ldTimes;
    c10 = f32x4.mul(c10, v128.load(times));
    c11 = f32x4.mul(c11, v128.load(times, 16));
    times += ldTimes;
    c20 = f32x4.mul(c20, v128.load(times));
    c21 = f32x4.mul(c21, v128.load(times, 16));
    times += ldTimes;
    c30 = f32x4.mul(c30, v128.load(times));
    c31 = f32x4.mul(c31, v128.load(times, 16));
    times += ldTimes;
    c40 = f32x4.mul(c40, v128.load(times));
    c41 = f32x4.mul(c41, v128.load(times, 16));
    times += ldTimes;
    c50 = f32x4.mul(c50, v128.load(times));
    c51 = f32x4.mul(c51, v128.load(times, 16));
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  c += ldc;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  c += ldc;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  c += ldc;
  v128.store(c, c30);
  v128.store(c, c31, 16);
  c += ldc;
  v128.store(c, c40);
  v128.store(c, c41, 16);
  c += ldc;
  v128.store(c, c50);
  v128.store(c, c51, 16);
}

/** Packs up to six rows of row-major A (`lda` bytes apart) into [k][6]; missing rows become zeros. */
export function packRows(a: usize, lda: usize, rows: i32, k: usize, out: usize): void {
  if (rows < MR) {
    memory.fill(out, 0, k * 24);
    for (let i: usize = 0; i < <usize>rows; i++) {
      const row = a + i * lda;
      for (let p: usize = 0; p < k; p++) store<f32>(out + p * 24 + (i << 2), load<f32>(row + (p << 2)));
    }
    return;
  }
  const a1 = a + lda;
  const a2 = a1 + lda;
  const a3 = a2 + lda;
  const a4 = a3 + lda;
  const a5 = a4 + lda;
  const whole = (k & ~3) << 2;
  let p: usize = 0;
  for (; p < whole; p += 16) {
    transpose4(v128.load(a + p), v128.load(a1 + p), v128.load(a2 + p), v128.load(a3 + p), out, 24);
    const r4 = v128.load(a4 + p);
    const r5 = v128.load(a5 + p);
    const low = v128.shuffle<f32>(r4, r5, 0, 4, 1, 5);
    const high = v128.shuffle<f32>(r4, r5, 2, 6, 3, 7);
    v128.store_lane<i64>(out, low, 0, 16);
    v128.store_lane<i64>(out, low, 1, 40);
    v128.store_lane<i64>(out, high, 0, 64);
    v128.store_lane<i64>(out, high, 1, 88);
    out += 96;
  }
  for (; p < k << 2; p += 4) {
    store<f32>(out, load<f32>(a + p));
    store<f32>(out, load<f32>(a1 + p), 4);
    store<f32>(out, load<f32>(a2 + p), 8);
    store<f32>(out, load<f32>(a3 + p), 12);
    store<f32>(out, load<f32>(a4 + p), 16);
    store<f32>(out, load<f32>(a5 + p), 20);
    out += 24;
  }
}

/** Packs up to six columns of row-major A [k, m] into [k][6]; missing columns become zeros. */
export function packColumns(a: usize, lda: usize, columns: i32, k: usize, out: usize): void {
  if (columns == MR) {
    for (let p: usize = 0; p < k; p++) {
      v128.store(out, v128.load(a));
      store<u64>(out, load<u64>(a, 16), 16);
      a += lda;
      out += 24;
    }
    return;
  }
  for (let p: usize = 0; p < k; p++) {
    for (let i: usize = 0; i < <usize>MR; i++) store<f32>(out + (i << 2), i < <usize>columns ? load<f32>(a + (i << 2)) : 0);
    a += lda;
    out += 24;
  }
}

/** Packs up to eight columns of row-major B [k, n] into [k][8]; missing columns become zeros. */
export function packPanel(b: usize, ldb: usize, columns: i32, k: usize, out: usize): void {
  if (columns >= NR) {
    for (let p: usize = 0; p < k; p++) {
      v128.store(out, v128.load(b));
      v128.store(out, v128.load(b, 16), 16);
      b += ldb;
      out += 32;
    }
    return;
  }
  for (let p: usize = 0; p < k; p++) {
    for (let j: usize = 0; j < <usize>NR; j++) store<f32>(out + (j << 2), j < <usize>columns ? load<f32>(b + (j << 2)) : 0);
    b += ldb;
    out += 32;
  }
}

/** Packs up to eight rows of row-major B [n, k] into [k][8]; missing rows become zeros. */
export function packPanelTransposed(b: usize, ldb: usize, rows: i32, k: usize, out: usize): void {
  if (rows < NR) {
    memory.fill(out, 0, k << 5);
    for (let j: usize = 0; j < <usize>rows; j++) {
      const row = b + j * ldb;
      for (let p: usize = 0; p < k; p++) store<f32>(out + (p << 5) + (j << 2), load<f32>(row + (p << 2)));
    }
    return;
  }
  const b1 = b + ldb;
  const b2 = b1 + ldb;
  const b3 = b2 + ldb;
  const b4 = b3 + ldb;
  const b5 = b4 + ldb;
  const b6 = b5 + ldb;
  const b7 = b6 + ldb;
  const whole = (k & ~3) << 2;
  let p: usize = 0;
  for (; p < whole; p += 16) {
    transpose4(v128.load(b + p), v128.load(b1 + p), v128.load(b2 + p), v128.load(b3 + p), out, 32);
    transpose4(v128.load(b4 + p), v128.load(b5 + p), v128.load(b6 + p), v128.load(b7 + p), out + 16, 32);
    out += 128;
  }
  for (; p < k << 2; p += 4) {
    store<f32>(out, load<f32>(b + p));
    store<f32>(out, load<f32>(b1 + p), 4);
    store<f32>(out, load<f32>(b2 + p), 8);
    store<f32>(out, load<f32>(b3 + p), 12);
    store<f32>(out, load<f32>(b4 + p), 16);
    store<f32>(out, load<f32>(b5 + p), 20);
    store<f32>(out, load<f32>(b6 + p), 24);
    store<f32>(out, load<f32>(b7 + p), 28);
    out += 32;
  }
}
