/** A Gaussian fitted to one class's features, and samples from it. */
import type { Rng } from './rng';

/** Samples N(μ, S + variance·I), S the unbiased covariance of the fitted rows. */
export interface GaussianSampler {
  /** One sample [dim], its mean multiplied by `meanScale`. */
  sample(rng: Rng, meanScale?: number): Float64Array;
}

/** Lower Cholesky factor L of a symmetric positive definite matrix [n, n], S = L Lᵀ. Throws RangeError where it is not. */
export function cholesky(matrix: ArrayLike<number>, n: number): Float64Array {
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (lower[i * n + k] ?? 0) * (lower[j * n + k] ?? 0);
      if (i === j && !(sum > 0)) throw new RangeError(`The matrix is not positive definite (pivot ${i}: ${sum}).`);
      lower[i * n + j] = i === j ? Math.sqrt(sum) : sum / (lower[j * n + j] ?? 1);
    }
  }
  return lower;
}

/**
 * Fits mean and covariance to features [count, dim]; `variance` is added to the diagonal.
 *
 * With fewer rows than dimensions the covariance itself is never formed: for centred rows X and independent normals w, ε the
 * vector Xᵀw/√(count−1) + √variance·ε has exactly the covariance wanted, in count·dim numbers instead of dim².
 */
export function fitGaussian(features: Float32Array, count: number, dim: number, variance: number): GaussianSampler {
  const mean = new Float64Array(dim);
  for (let i = 0; i < count; i++) for (let k = 0; k < dim; k++) mean[k] = (mean[k] ?? 0) + (features[i * dim + k] ?? 0) / count;
  const centred = Float64Array.from(features.subarray(0, count * dim), (value, at) => value - (mean[at % dim] ?? 0));
  const unbiased = 1 / Math.max(1, count - 1);
  const factor = count < dim ? null : cholesky(secondMoments(centred, count, dim, unbiased, variance), dim);
  return {
    sample(rng, meanScale = 1) {
      const out = mean.map((value) => value * meanScale);
      if (factor) {
        const normals = Float64Array.from({ length: dim }, () => rng.normal());
        for (let i = 0; i < dim; i++) for (let j = 0; j <= i; j++) out[i] = (out[i] ?? 0) + (factor[i * dim + j] ?? 0) * (normals[j] ?? 0);
        return out;
      }
      for (let i = 0; i < count; i++) {
        const weight = rng.normal() * Math.sqrt(unbiased);
        for (let k = 0; k < dim; k++) out[k] = (out[k] ?? 0) + weight * (centred[i * dim + k] ?? 0);
      }
      for (let k = 0; k < dim; k++) out[k] = (out[k] ?? 0) + Math.sqrt(variance) * rng.normal();
      return out;
    },
  };
}

function secondMoments(centred: Float64Array, count: number, dim: number, scale: number, variance: number): Float64Array {
  const out = new Float64Array(dim * dim);
  for (let i = 0; i < count; i++) {
    for (let a = 0; a < dim; a++) {
      const value = (centred[i * dim + a] ?? 0) * scale;
      for (let b = 0; b <= a; b++) out[a * dim + b] = (out[a * dim + b] ?? 0) + value * (centred[i * dim + b] ?? 0);
    }
  }
  for (let a = 0; a < dim; a++) out[a * dim + a] = (out[a * dim + a] ?? 0) + variance;
  return out;
}
