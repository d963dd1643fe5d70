/** What the subspace mathematics needs of a processor: products and eigenvectors of doubles. */
import { multiply } from './float64';
import { symmetricEigen, type Eigen } from './symmetric-eigen';

export interface Dense64 {
  /** A [m, k] · B [k, n]: [m, n]. */
  multiply(a: Float64Array, b: Float64Array, m: number, k: number, n: number): Float64Array;
  /** Of a symmetric matrix [n, n], of which the lower triangle is read. Throws a RangeError on NaN and infinity. */
  eigen(matrix: Float64Array, n: number): Eigen;
}

/** In JavaScript and with ml-matrix: where WebAssembly cannot be had, and the oracle in tests. */
export const plainDense64: Dense64 = { multiply, eigen: symmetricEigen };
