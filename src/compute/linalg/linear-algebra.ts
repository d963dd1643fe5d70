import type { Enough } from '../../common/linalg/krylov';

/** Singular vectors of a square matrix [n, n] by descending singular value. */
export interface Singular {
  /** [n, values.length]: column j is the vector of `values[j]`. Signs are arbitrary. */
  readonly vectors: Float64Array;
  readonly values: Float64Array;
}

/** Small dense linear algebra in float64, off the page's thread. Matrices are row-major. */
export interface LinearAlgebra {
  /** All left singular vectors and singular values of P [n, n]. */
  leftSingular(matrix: Float64Array, n: number): Promise<Singular>;
  /**
   * The leading ones: at least as many as it takes until `enough`, all of them where it never is. Few directions of a
   * spectrum that falls cost a small part of what all of them cost.
   */
  leading(matrix: Float64Array, n: number, enough: Enough): Promise<Singular>;
  /** a [n, k] · b [k, m]: [n, m]. */
  multiply(a: Float64Array, b: Float64Array, n: number, k: number, m: number): Promise<Float64Array>;
}
