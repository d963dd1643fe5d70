import type { Rng } from '../rng';

/**
 * New rows behind those of `rows` [known, width], up to `size`: normal numbers less their shares along all rows before, each of length
 * 1. By the classical Gram-Schmidt of the authors; exact only while the rows before are orthogonal themselves. Where rows no longer
 * fit into the width they are just drawn.
 */
export function orthogonalRows(rows: Float32Array, size: number, width: number, rng: Rng): Float32Array {
  const known = rows.length / width;
  const out = new Float32Array(size * width);
  out.set(rows);
  for (let k = known; k < size; k++) {
    const drawn = Float64Array.from({ length: width }, () => rng.normal());
    const rest = drawn.slice();
    for (let j = 0; j < (k < width ? k : 0); j++) {
      const other = out.subarray(j * width, (j + 1) * width);
      let [along, square] = [0, 0];
      other.forEach((value, d) => {
        along += value * (drawn[d] ?? NaN);
        square += value * value;
      });
      if (square > 1e-8) other.forEach((value, d) => (rest[d] = (rest[d] ?? NaN) - (along / square) * value));
    }
    const length = Math.hypot(...rest);
    rest.forEach((value, d) => (out[k * width + d] = value / length));
  }
  return out;
}

/** Adds the gradient of weight · mean((X Xᵀ − 1)²) with respect to the rows from `from` on, X [count, width]; returns the penalty. */
export function addOrthogonality(gradient: Float64Array, weight: number, x: Float32Array, width: number, from: number): number {
  const count = x.length / width;
  let penalty = 0;
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++) {
      let error = i === j ? -1 : 0;
      for (let d = 0; d < width; d++) error += (x[i * width + d] ?? NaN) * (x[j * width + d] ?? NaN);
      penalty += (weight * error * error) / count ** 2;
      if (i < from) continue;
      const slope = (4 * weight * error) / count ** 2;
      for (let d = 0; d < width; d++) {
        const at = (i - from) * width + d;
        gradient[at] = (gradient[at] ?? NaN) + slope * (x[j * width + d] ?? NaN);
      }
    }
  return penalty;
}
