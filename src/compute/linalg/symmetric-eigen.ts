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
  if (!matrix.every((value) => Number.isFinite(value))) {
    throw new RangeError('The matrix holds a value that is not finite; its eigenvectors are undefined');
  }
  const rows = Array.from({ length: n }, (_, i) =>
    Float64Array.from({ length: n }, (__, j) => matrix[i >= j ? i * n + j : j * n + i] ?? NaN),
  );
  const decomposition = new EigenvalueDecomposition(new Matrix(rows), { assumeSymmetric: true });
  const ascending = decomposition.realEigenvalues;
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => (ascending[j] ?? NaN) - (ascending[i] ?? NaN));
  const source = decomposition.eigenvectorMatrix;
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) order.forEach((column, j) => (vectors[i * n + j] = source.get(i, column)));
  return { vectors, values: Float64Array.from(order, (i) => ascending[i] ?? NaN) };
}
