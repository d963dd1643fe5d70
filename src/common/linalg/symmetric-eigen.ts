import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { expectSize } from './float64';

/** Eigenvalues by descending size; column j of `vectors` [n, n] belongs to `values[j]`. Signs are arbitrary. */
export interface Eigen {
  readonly vectors: Float64Array;
  readonly values: Float64Array;
}

/**
 * Eigen-decomposition of a symmetric matrix [n, n] (Householder tridiagonalisation, then implicit QL): the vectors are
 * orthonormal to rounding even where eigenvalues coincide or vanish. Only the lower triangle need be right.
 * Throws a RangeError where the matrix holds NaN or infinity.
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  expectSize(matrix, n, n, 'The matrix');
  if (n === 0) return { vectors: new Float64Array(0), values: new Float64Array(0) };
  assertFinite(matrix);
  const rows = Array.from({ length: n }, (_, i) =>
    Float64Array.from({ length: n }, (__, j) => matrix[i >= j ? i * n + j : j * n + i] ?? NaN),
  );
  const decomposition = new EigenvalueDecomposition(new Matrix(rows), { assumeSymmetric: true });
  const ascending = decomposition.realEigenvalues;
  const order = byDescendingValue(ascending);
  const source = decomposition.eigenvectorMatrix;
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) order.forEach((column, j) => (vectors[i * n + j] = source.get(i, column)));
  return { vectors, values: Float64Array.from(order, (i) => ascending[i] ?? NaN) };
}

export function assertFinite(matrix: Float64Array): void {
  if (!matrix.every((value) => Number.isFinite(value))) {
    throw new RangeError('The matrix holds a value that is not finite; its eigenvectors are undefined');
  }
}

/** Positions of the values, the largest first. */
export const byDescendingValue = (values: ArrayLike<number>): number[] =>
  Array.from({ length: values.length }, (_, i) => i).sort((i, j) => (values[j] ?? NaN) - (values[i] ?? NaN));

/** Eigenpairs as singular ones: by descending size of the eigenvalue, whatever its sign. */
export function bySize({ vectors, values }: Eigen): Eigen {
  const n = values.length;
  if (values.every((value) => value >= 0)) return { vectors, values };
  const order = Array.from(values.keys()).sort((i, j) => Math.abs(values[j] ?? NaN) - Math.abs(values[i] ?? NaN));
  const sorted = new Float64Array(n * n);
  for (let i = 0; i < n; i++) order.forEach((from, j) => (sorted[i * n + j] = vectors[i * n + from] ?? NaN));
  return { vectors: sorted, values: Float64Array.from(order, (i) => Math.abs(values[i] ?? NaN)) };
}
