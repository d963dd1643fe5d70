import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import type { LinearAlgebra } from '../../compute/linalg/linear-algebra';

/** An independent implementation of the linear algebra, for tests: ml-matrix on the calling thread. */
export const mlMatrixAlgebra: LinearAlgebra = {
  async leftSingular(matrix, n) {
    const source = Matrix.from1DArray(n, n, matrix);
    const svd = new SingularValueDecomposition(source, { computeLeftSingularVectors: true, computeRightSingularVectors: false });
    return { vectors: Float64Array.from(svd.leftSingularVectors.to1DArray()), values: Float64Array.from(svd.diagonal) };
  },
  leading: (matrix, n) => mlMatrixAlgebra.leftSingular(matrix, n),
  async multiply(a, b, n, k, m) {
    return Float64Array.from(
      Matrix.from1DArray(n, k, a)
        .mmul(Matrix.from1DArray(k, m, b))
        .to1DArray(),
    );
  },
};
