/** Small dense linear algebra in float64, off the page's thread. Matrices are row-major. */
export interface LinearAlgebra {
  /**
   * Left singular vectors and singular values of a square matrix P [n, n], by descending singular value.
   * `vectors` [n, n]: column j is the vector of `values[j]`. Signs are arbitrary.
   */
  leftSingular(matrix: Float64Array, n: number): Promise<{ vectors: Float64Array; values: Float64Array }>;
}
