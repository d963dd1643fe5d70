// Products, reflections and rotations of doubles for the subspace mathematics: one thread, row-major, rows contiguous.

/** a · b + c of doubles. */
// @ts-ignore: decorator
@inline
function madd2(a: v128, b: v128, c: v128): v128 {
  // @ts-ignore: compile-time constant
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(a, b, c);
  return f64x2.add(f64x2.mul(a, b), c);
}

/** c − a · b of doubles. */
// @ts-ignore: decorator
@inline
function nmadd2(a: v128, b: v128, c: v128): v128 {
  // @ts-ignore: compile-time constant
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_nmadd(a, b, c);
  return f64x2.sub(c, f64x2.mul(a, b));
}

// @ts-ignore: decorator
@inline
function sum2(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** Rows of A that stay in the second-level cache while the panels of B go by. */
const MC: i32 = 48;

/** C[m, n] = A[m, k] · B[k, n]. `packed`: room for B in panels of four columns, 4 ⌈n/4⌉ k doubles. */
export function multiply64(a: usize, b: usize, c: usize, m: i32, k: i32, n: i32, packed: usize): void {
  const ldb = <usize>n << 3;
  const lda = <usize>k << 3;
  let out = packed;
  for (let j = 0; j < n; j += 4) {
    let row = b + (<usize>j << 3);
    const columns = min(4, n - j);
    for (let p = 0; p < k; p++) {
      if (columns == 4) {
        v128.store(out, v128.load(row));
        v128.store(out, v128.load(row, 16), 16);
      } else {
        for (let x = 0; x < 4; x++) store<f64>(out + (<usize>x << 3), x < columns ? load<f64>(row + (<usize>x << 3)) : 0);
      }
      row += ldb;
      out += 32;
    }
  }
  const panelBytes = <usize>k << 5;
  for (let from = 0; from < m; from += MC) {
    const to = min(m, from + MC);
    for (let j = 0; j < n; j += 4) {
      const panel = packed + <usize>(j >> 2) * panelBytes;
      const columns = min(4, n - j);
      let i = from;
      for (; i + 4 <= to; i += 4) rows4(a + <usize>i * lda, lda, panel, k, c + <usize>i * ldb + (<usize>j << 3), ldb, columns);
      for (; i < to; i++) row1(a + <usize>i * lda, panel, k, c + <usize>i * ldb + (<usize>j << 3), columns);
    }
  }
}

// @ts-ignore: decorator
@inline
function put(c: usize, low: v128, high: v128, columns: i32): void {
  if (columns == 4) {
    v128.store(c, low);
    v128.store(c, high, 16);
    return;
  }
  store<f64>(c, f64x2.extract_lane(low, 0));
  if (columns > 1) store<f64>(c, f64x2.extract_lane(low, 1), 8);
  if (columns > 2) store<f64>(c, f64x2.extract_lane(high, 0), 16);
}

function rows4(a0: usize, lda: usize, panel: usize, k: i32, c: usize, ldc: usize, columns: i32): void {
  const a1 = a0 + lda;
  const a2 = a1 + lda;
  const a3 = a2 + lda;
  let c00 = f64x2.splat(0);
  let c01 = f64x2.splat(0);
  let c10 = f64x2.splat(0);
  let c11 = f64x2.splat(0);
  let c20 = f64x2.splat(0);
  let c21 = f64x2.splat(0);
  let c30 = f64x2.splat(0);
  let c31 = f64x2.splat(0);
  const end = <usize>k << 3;
  for (let p: usize = 0; p < end; p += 8) {
    const b0 = v128.load(panel);
    const b1 = v128.load(panel, 16);
    panel += 32;
    const x0 = v128.load64_splat(a0 + p);
    c00 = madd2(x0, b0, c00);
    c01 = madd2(x0, b1, c01);
    const x1 = v128.load64_splat(a1 + p);
    c10 = madd2(x1, b0, c10);
    c11 = madd2(x1, b1, c11);
    const x2 = v128.load64_splat(a2 + p);
    c20 = madd2(x2, b0, c20);
    c21 = madd2(x2, b1, c21);
    const x3 = v128.load64_splat(a3 + p);
    c30 = madd2(x3, b0, c30);
    c31 = madd2(x3, b1, c31);
  }
  put(c, c00, c01, columns);
  put(c + ldc, c10, c11, columns);
  put(c + 2 * ldc, c20, c21, columns);
  put(c + 3 * ldc, c30, c31, columns);
}

function row1(a: usize, panel: usize, k: i32, c: usize, columns: i32): void {
  let c0 = f64x2.splat(0);
  let c1 = f64x2.splat(0);
  const end = <usize>k << 3;
  for (let p: usize = 0; p < end; p += 8) {
    const x = v128.load64_splat(a + p);
    c0 = madd2(x, v128.load(panel), c0);
    c1 = madd2(x, v128.load(panel, 16), c1);
    panel += 32;
  }
  put(c, c0, c1, columns);
}

/** Σ aᵢ bᵢ over `bytes`. */
function dot64(a: usize, b: usize, bytes: usize): f64 {
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let p: usize = 0;
  for (; p + 32 <= bytes; p += 32) {
    s0 = madd2(v128.load(a + p), v128.load(b + p), s0);
    s1 = madd2(v128.load(a + p, 16), v128.load(b + p, 16), s1);
  }
  let total = sum2(f64x2.add(s0, s1));
  for (; p < bytes; p += 8) total += load<f64>(a + p) * load<f64>(b + p);
  return total;
}

/** y += factor · x over `bytes`. */
function axpy64(factor: f64, x: usize, y: usize, bytes: usize): void {
  const f = f64x2.splat(factor);
  let p: usize = 0;
  for (; p + 16 <= bytes; p += 16) v128.store(y + p, madd2(f, v128.load(x + p), v128.load(y + p)));
  for (; p < bytes; p += 8) store<f64>(y + p, load<f64>(y + p) + factor * load<f64>(x + p));
}

/** p += factor · row, and the dot product of row and u in the same pass. */
function dotAxpy64(row: usize, u: usize, factor: f64, p: usize, bytes: usize): f64 {
  const f = f64x2.splat(factor);
  let sum = f64x2.splat(0);
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) {
    const x = v128.load(row + at);
    sum = madd2(x, v128.load(u + at), sum);
    v128.store(p + at, madd2(f, x, v128.load(p + at)));
  }
  let total = sum2(sum);
  for (; at < bytes; at += 8) {
    const x = load<f64>(row + at);
    total += x * load<f64>(u + at);
    store<f64>(p + at, load<f64>(p + at) + factor * x);
  }
  return total;
}

/**
 * Householder's reduction of the symmetric A [n, n] to a tridiagonal matrix, in the lower triangle alone: `d` its diagonal,
 * `e` what stands before each diagonal element (e[0] = 0). Row i of A then holds the vector uᵢ of the reflection
 * I − uᵢ uᵢᵀ / hᵢ over its first i elements; hᵢ = 0: none. `p`: n doubles of scratch.
 */
export function tridiagonal64(a: usize, n: i32, d: usize, e: usize, h: usize, p: usize): void {
  const ld = <usize>n << 3;
  store<f64>(h, 0);
  store<f64>(e, 0);
  for (let i = n - 1; i > 0; i--) {
    const at = <usize>i << 3;
    const u = a + <usize>i * ld;
    const last = at - 8;
    const before = dot64(u, u, last);
    const f = load<f64>(u + last);
    store<f64>(d + at, load<f64>(u + at));
    if (before == 0) {
      store<f64>(e + at, f);
      store<f64>(h + at, 0);
      continue;
    }
    const norm = before + f * f;
    const g = f >= 0 ? -Math.sqrt(norm) : Math.sqrt(norm);
    const scale = norm - f * g;
    store<f64>(e + at, g);
    store<f64>(h + at, scale);
    store<f64>(u + last, f - g);
    memory.fill(p, 0, at);
    for (let j: usize = 0; j < at; j += 8) {
      const row = a + (j >> 3) * ld;
      const uj = load<f64>(u + j);
      const sum = dotAxpy64(row, u, uj, p, j);
      store<f64>(p + j, load<f64>(p + j) + sum + load<f64>(row + j) * uj);
    }
    const half = dot64(u, p, at) / (2 * scale * scale);
    for (let j: usize = 0; j < at; j += 8) store<f64>(p + j, load<f64>(p + j) / scale - half * load<f64>(u + j));
    for (let j: usize = 0; j < at; j += 8) {
      const row = a + (j >> 3) * ld;
      const uj = f64x2.splat(load<f64>(u + j));
      const qj = f64x2.splat(load<f64>(p + j));
      // Two at a time overruns the diagonal by at most one element of the upper triangle, which nobody reads.
      for (let x: usize = 0; x <= j; x += 16) {
        v128.store(row + x, nmadd2(uj, v128.load(p + x), nmadd2(qj, v128.load(u + x), v128.load(row + x))));
      }
    }
  }
  store<f64>(d, load<f64>(a));
}

/** Applies the reflections of `tridiagonal64`, the first one first, to `count` rows of `z` [count, n]. */
export function reflect64(a: usize, h: usize, z: usize, n: i32, count: i32): void {
  const ld = <usize>n << 3;
  let row = 0;
  for (; row + 4 <= count; row += 4) {
    const z0 = z + <usize>row * ld;
    const z1 = z0 + ld;
    const z2 = z1 + ld;
    const z3 = z2 + ld;
    for (let i = 1; i < n; i++) {
      const scale = load<f64>(h + (<usize>i << 3));
      if (scale == 0) continue;
      const u = a + <usize>i * ld;
      const bytes = <usize>i << 3;
      let s0 = f64x2.splat(0);
      let s1 = f64x2.splat(0);
      let s2 = f64x2.splat(0);
      let s3 = f64x2.splat(0);
      let p: usize = 0;
      for (; p + 16 <= bytes; p += 16) {
        const x = v128.load(u + p);
        s0 = madd2(x, v128.load(z0 + p), s0);
        s1 = madd2(x, v128.load(z1 + p), s1);
        s2 = madd2(x, v128.load(z2 + p), s2);
        s3 = madd2(x, v128.load(z3 + p), s3);
      }
      let f0 = sum2(s0);
      let f1 = sum2(s1);
      let f2 = sum2(s2);
      let f3 = sum2(s3);
      if (p < bytes) {
        const x = load<f64>(u + p);
        f0 += x * load<f64>(z0 + p);
        f1 += x * load<f64>(z1 + p);
        f2 += x * load<f64>(z2 + p);
        f3 += x * load<f64>(z3 + p);
      }
      f0 /= scale;
      f1 /= scale;
      f2 /= scale;
      f3 /= scale;
      const g0 = f64x2.splat(f0);
      const g1 = f64x2.splat(f1);
      const g2 = f64x2.splat(f2);
      const g3 = f64x2.splat(f3);
      for (p = 0; p + 16 <= bytes; p += 16) {
        const x = v128.load(u + p);
        v128.store(z0 + p, nmadd2(g0, x, v128.load(z0 + p)));
        v128.store(z1 + p, nmadd2(g1, x, v128.load(z1 + p)));
        v128.store(z2 + p, nmadd2(g2, x, v128.load(z2 + p)));
        v128.store(z3 + p, nmadd2(g3, x, v128.load(z3 + p)));
      }
      if (p < bytes) {
        const x = load<f64>(u + p);
        store<f64>(z0 + p, load<f64>(z0 + p) - f0 * x);
        store<f64>(z1 + p, load<f64>(z1 + p) - f1 * x);
        store<f64>(z2 + p, load<f64>(z2 + p) - f2 * x);
        store<f64>(z3 + p, load<f64>(z3 + p) - f3 * x);
      }
    }
  }
  for (; row < count; row++) {
    const z0 = z + <usize>row * ld;
    for (let i = 1; i < n; i++) {
      const scale = load<f64>(h + (<usize>i << 3));
      if (scale == 0) continue;
      const u = a + <usize>i * ld;
      axpy64(-dot64(u, z0, <usize>i << 3) / scale, u, z0, <usize>i << 3);
    }
  }
}

/**
 * Applies sweeps of rotations to Z in strips [strips][n][8]: a strip holds eight components of all n vectors, so that a sweep
 * stays in the first-level cache. A sweep goes from vector `from` down to `to` (two i32 each in `sweeps`), with a cosine
 * and a sine for each step in `factors`: (zᵢ, zᵢ₊₁) becomes (c zᵢ − s zᵢ₊₁, s zᵢ + c zᵢ₊₁).
 */
export function rotate64(z: usize, n: i32, strips: i32, sweeps: usize, count: i32, factors: usize): void {
  for (let strip = 0; strip < strips; strip++) {
    const base = z + ((<usize>strip * <usize>n) << 6);
    let q = factors;
    for (let sweep = 0; sweep < count; sweep++) {
      const from = load<i32>(sweeps + (<usize>sweep << 3));
      const to = load<i32>(sweeps + (<usize>sweep << 3), 4);
      let row = base + (<usize>from << 6);
      let t0 = v128.load(row);
      let t1 = v128.load(row, 16);
      let t2 = v128.load(row, 32);
      let t3 = v128.load(row, 48);
      for (let i = from - 1; i >= to; i--) {
        const c = v128.load64_splat(q);
        const s = v128.load64_splat(q, 8);
        q += 16;
        const before = row - 64;
        const x0 = v128.load(before);
        const x1 = v128.load(before, 16);
        const x2 = v128.load(before, 32);
        const x3 = v128.load(before, 48);
        v128.store(row, madd2(s, x0, f64x2.mul(c, t0)));
        v128.store(row, madd2(s, x1, f64x2.mul(c, t1)), 16);
        v128.store(row, madd2(s, x2, f64x2.mul(c, t2)), 32);
        v128.store(row, madd2(s, x3, f64x2.mul(c, t3)), 48);
        t0 = nmadd2(s, t0, f64x2.mul(c, x0));
        t1 = nmadd2(s, t1, f64x2.mul(c, x1));
        t2 = nmadd2(s, t2, f64x2.mul(c, x2));
        t3 = nmadd2(s, t3, f64x2.mul(c, x3));
        row = before;
      }
      v128.store(row, t0);
      v128.store(row, t1, 16);
      v128.store(row, t2, 32);
      v128.store(row, t3, 48);
    }
  }
}
