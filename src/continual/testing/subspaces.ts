/** Matrices with known eigenvectors, for tests of the subspace mathematics. */
import { multiply, transpose } from '../dense';
import { createRng } from '../rng';

export function diagonal(values: readonly number[]): Float64Array {
  const n = values.length;
  return Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? (values[at % n] ?? 0) : 0));
}

/** An orthogonal matrix [n, n], Gram-Schmidt on normals. */
export function orthogonal(n: number, seed: number): Float64Array {
  const rng = createRng(seed, 'orthogonal');
  const columns: number[][] = [];
  while (columns.length < n) {
    let column = Array.from({ length: n }, () => rng.normal());
    for (let pass = 0; pass < 2; pass++) {
      for (const other of columns) {
        const along = column.reduce((sum, value, i) => sum + value * (other[i] ?? 0), 0);
        column = column.map((value, i) => value - along * (other[i] ?? 0));
      }
    }
    const norm = Math.hypot(...column);
    columns.push(column.map((value) => value / norm));
  }
  return transpose(columns.flat(), n, n);
}

/** Q diag(values) Qᵀ. */
export function symmetric(values: readonly number[], basis: Float64Array): Float64Array {
  const n = values.length;
  return multiply(multiply(basis, diagonal(values), n, n, n), transpose(basis, n, n), n, n, n);
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let worst = Math.abs(a.length - b.length);
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs((a[i] ?? NaN) - (b[i] ?? NaN)));
  return worst;
}
