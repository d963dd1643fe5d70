/** A Gaussian fitted to one class's features, and samples from it. */
import type { Rng } from './rng';

/** N(μ, S + variance·I), S the unbiased covariance of the fitted rows; plain data. */
export interface Gaussian {
  readonly mean: Float64Array;
  readonly variance: number;
  /** `factor`: lower Cholesky factor [dim, dim] of the covariance, the variance included. `rows`: X/√(count − 1), centred, [count, dim]. */
  readonly form: 'factor' | 'rows';
  readonly values: Float64Array;
}

/** Lower Cholesky factor L of a symmetric positive definite matrix [n, n], S = L Lᵀ. Throws RangeError where it is not. */
export function cholesky(matrix: ArrayLike<number>, n: number): Float64Array {
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (lower[i * n + k] as number) * (lower[j * n + k] as number);
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
export function fitGaussian(features: Float32Array, count: number, dim: number, variance: number): Gaussian {
  const mean = new Float64Array(dim);
  for (let i = 0; i < count; i++) for (let k = 0; k < dim; k++) mean[k] = (mean[k] ?? 0) + (features[i * dim + k] ?? 0) / count;
  const centred = Float64Array.from(features.subarray(0, count * dim), (value, at) => value - (mean[at % dim] ?? 0));
  const unbiased = 1 / Math.max(1, count - 1);
  if (count < dim) return { mean, variance, form: 'rows', values: centred.map((value) => value * Math.sqrt(unbiased)) };
  return { mean, variance, form: 'factor', values: cholesky(secondMoments(centred, count, dim, unbiased, variance), dim) };
}

/** One sample [dim], its mean multiplied by `meanScale`. */
export function sampleGaussian({ mean, variance, form, values }: Gaussian, rng: Rng, meanScale = 1): Float64Array {
  const dim = mean.length;
  const out = mean.map((value) => value * meanScale);
  if (form === 'factor') {
    const normals = Float64Array.from({ length: dim }, () => rng.normal());
    for (let i = 0; i < dim; i++) {
      let sum = out[i] as number;
      for (let j = 0; j <= i; j++) sum += (values[i * dim + j] as number) * (normals[j] as number);
      out[i] = sum;
    }
    return out;
  }
  for (let at = 0; at < values.length; at += dim) {
    const weight = rng.normal();
    for (let k = 0; k < dim; k++) out[k] = (out[k] as number) + weight * (values[at + k] as number);
  }
  const deviation = Math.sqrt(variance);
  for (let k = 0; k < dim; k++) out[k] = (out[k] as number) + deviation * rng.normal();
  return out;
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
