/** The few dense products the subspace mathematics needs, float64, row-major. */

/** a [n, k] · b [k, m]. */
export function multiply(a: ArrayLike<number>, b: ArrayLike<number>, n: number, k: number, m: number): Float64Array {
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    const row = out.subarray(i * m, (i + 1) * m);
    for (let p = 0; p < k; p++) {
      const factor = a[i * k + p] ?? 0;
      if (factor === 0) continue;
      for (let j = 0; j < m; j++) row[j] = (row[j] ?? 0) + factor * (b[p * m + j] ?? 0);
    }
  }
  return out;
}

/** aᵀ · b for a [k, n] and b [k, m]: [n, m]. */
export function multiplyTransposed(a: ArrayLike<number>, b: ArrayLike<number>, k: number, n: number, m: number): Float64Array {
  return multiply(transpose(a, k, n), b, n, k, m);
}

/** a [n, m] → [m, n]. */
export function transpose(a: ArrayLike<number>, n: number, m: number): Float64Array {
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) out[j * n + i] = a[i * m + j] ?? 0;
  return out;
}

/** The first `count` columns of a [n, m]: [n, count]. */
export function firstColumns(a: ArrayLike<number>, n: number, m: number, count: number): Float64Array {
  const out = new Float64Array(n * count);
  for (let i = 0; i < n; i++) for (let j = 0; j < count; j++) out[i * count + j] = a[i * m + j] ?? 0;
  return out;
}

/** [a | b] for a [n, p] and b [n, q]: [n, p + q]. */
export function besideEachOther(a: ArrayLike<number>, p: number, b: ArrayLike<number>, q: number, n: number): Float64Array {
  const out = new Float64Array(n * (p + q));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < p; j++) out[i * (p + q) + j] = a[i * p + j] ?? 0;
    for (let j = 0; j < q; j++) out[i * (p + q) + p + j] = b[i * q + j] ?? 0;
  }
  return out;
}

export function subtract(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: a.length }, (_, i) => (a[i] ?? 0) - (b[i] ?? 0));
}

/** Σ a_i b_i. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

export function squaredNorm(a: ArrayLike<number>): number {
  return dot(a, a);
}

/** Trace of a [n, n]. */
export function trace(a: ArrayLike<number>, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += a[i * n + i] ?? 0;
  return sum;
}
