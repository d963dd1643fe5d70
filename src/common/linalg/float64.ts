/** Small dense matrix helpers in float64, row-major. Sizes are the caller's; a wrong length throws. */

/** A [m, k] times B [k, n]: [m, n]. */
export function multiply(a: Float64Array, b: Float64Array, m: number, k: number, n: number): Float64Array {
  expectSize(a, m, k, 'A');
  expectSize(b, k, n, 'B');
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++)
    for (let l = 0; l < k; l++) {
      const value = a[i * k + l] ?? NaN;
      if (value === 0) continue;
      // Along rows of B and of the result: the order that caches like.
      for (let j = 0, o = i * n, p = l * n; j < n; j++, o++, p++) out[o] = (out[o] ?? NaN) + value * (b[p] ?? NaN);
    }
  return out;
}

/** A [m, k] times Bᵀ, B being [n, k]: [m, n]. */
export function multiplyTransposed(a: Float64Array, b: Float64Array, m: number, k: number, n: number): Float64Array {
  expectSize(a, m, k, 'A');
  expectSize(b, n, k, 'B');
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[i * n + j] = dotRows(a, i, b, j, k);
  return out;
}

/** The Gram matrix A Aᵀ of A [m, k]: symmetric to the last bit, [m, m]. */
export function gram(a: Float64Array, m: number, k: number): Float64Array {
  expectSize(a, m, k, 'A');
  const out = new Float64Array(m * m);
  for (let i = 0; i < m; i++)
    for (let j = 0; j <= i; j++) {
      const value = dotRows(a, i, a, j, k);
      out[i * m + j] = value;
      out[j * m + i] = value;
    }
  return out;
}

/** Aᵀ of A [m, n]: [n, m]. */
export function transposed(a: Float64Array, m: number, n: number): Float64Array {
  expectSize(a, m, n, 'A');
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[j * m + i] = a[i * n + j] ?? NaN;
  return out;
}

/** Squared Frobenius norm. */
export function squaredNorm(a: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] ?? NaN) ** 2;
  return total;
}

/** tr(A B) of A [n, m] and B [m, n], without the product. */
export function traceOfProduct(a: Float64Array, b: Float64Array, n: number, m: number): number {
  expectSize(a, n, m, 'A');
  expectSize(b, m, n, 'B');
  let total = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) total += (a[i * m + j] ?? NaN) * (b[j * n + i] ?? NaN);
  return total;
}

export function identity(n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) out[i * n + i] = 1;
  return out;
}

export function expectSize(a: Float64Array, rows: number, columns: number, name: string): void {
  if (a.length !== rows * columns) throw new RangeError(`${name} has ${a.length} values; [${rows}, ${columns}] expected`);
}

function dotRows(a: Float64Array, i: number, b: Float64Array, j: number, k: number): number {
  let total = 0;
  for (let l = 0, p = i * k, q = j * k; l < k; l++, p++, q++) total += (a[p] ?? NaN) * (b[q] ?? NaN);
  return total;
}
