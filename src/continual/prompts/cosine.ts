/** Cosines between queries and keys, on the CPU: no gradient of a key ever reaches the network. */
import { addProducts, takeRow } from '../products';

const LEAST = 1e-12;

/** |row|, at least 1e-12. */
export function lengthOf(values: ArrayLike<number>, from: number, width: number): number {
  let sum = 0;
  for (let d = 0; d < width; d++) sum += (values[from + d] ?? NaN) ** 2;
  return Math.max(Math.sqrt(sum), LEAST);
}

/** Row by row [count, width], divided by its length. */
export function units(values: ArrayLike<number>, count: number, width: number): Float64Array {
  const out = new Float64Array(count * width);
  for (let i = 0; i < count; i++) {
    const length = lengthOf(values, i * width, width);
    for (let d = 0; d < width; d++) out[i * width + d] = (values[i * width + d] ?? NaN) / length;
  }
  return out;
}

/** [n, m] cosines of queries [n, width] with the first `m` keys [m, width]. */
export function cosines(queries: ArrayLike<number>, n: number, keys: ArrayLike<number>, m: number, width: number): Float64Array {
  const [q, k] = [units(queries, n, width), units(keys, m, width)];
  const out = new Float64Array(n * m);
  const row = new Float64Array(width);
  for (let i = 0; i < n; i++) addProducts(out.subarray(i * m, (i + 1) * m), takeRow(row, q, i), k, m);
  return out;
}

/** Adds `weight` · d cosine(query i, key j) / d key j = (q̂ − cos · k̂) / |k| to row j of `gradient`. */
export function addKeyGradient(
  gradient: Float64Array,
  weight: number,
  queries: ArrayLike<number>,
  i: number,
  keys: ArrayLike<number>,
  j: number,
  width: number,
): void {
  const [ofQuery, ofKey] = [lengthOf(queries, i * width, width), lengthOf(keys, j * width, width)];
  let cosine = 0;
  for (let d = 0; d < width; d++) cosine += ((queries[i * width + d] ?? NaN) * (keys[j * width + d] ?? NaN)) / (ofQuery * ofKey);
  for (let d = 0; d < width; d++) {
    const slope = ((queries[i * width + d] ?? NaN) / ofQuery - (cosine * (keys[j * width + d] ?? NaN)) / ofKey) / ofKey;
    gradient[j * width + d] = (gradient[j * width + d] ?? NaN) + weight * slope;
  }
}

/** Places of the `count` largest of these, the largest first; of equals the first. */
export function largest(values: ArrayLike<number>, count: number): number[] {
  const places: number[] = [];
  while (places.length < Math.min(count, values.length)) {
    let best = -1;
    for (let at = 0; at < values.length; at++)
      if (!places.includes(at) && (best < 0 || (values[at] as number) > (values[best] as number))) best = at;
    places.push(best);
  }
  return places;
}
