import { gram, expectSize } from './float64';
import type { LinearAlgebra } from './linear-algebra';
import { symmetricEigen } from './symmetric-eigen';

/**
 * Linear algebra in float64 on the calling thread: meant for the compute worker, where nothing waits for a frame.
 * The left singular vectors of P are the eigenvectors of P Pᵀ; forming it squares the condition number, which float64
 * affords here: inputs carry float32's 1e-7, and singular values down to 1e-7 of the largest stay resolved.
 */
export function createLinearAlgebra(): LinearAlgebra {
  return {
    leftSingular: async (matrix, n) => {
      expectSize(matrix, n, n, 'The matrix');
      const { vectors, values } = symmetricEigen(gram(matrix, n, n), n);
      // Rounding makes tiny eigenvalues of a positive semidefinite matrix negative.
      return { vectors, values: values.map((value) => Math.sqrt(Math.max(0, value))) };
    },
  };
}
