/** Second moments are symmetric: what is kept of old tasks is their lower triangles, row by row, in half the memory and half a saved run. */
import type { Moment } from '../compute/backbone';

/** n rows of 1 to n values, one behind the other. */
export function halved(moment: Moment): Moment {
  const { size, values } = moment;
  const half = new Float32Array((size * (size + 1)) / 2);
  for (let row = 0, at = 0; row < size; at += ++row) half.set(values.subarray(row * size, row * size + row + 1), at);
  return { ...moment, values: half };
}

/** [n, n] of what `halved` made; a whole one is returned as it is. */
export function wholeOf({ size, values }: Moment): Float32Array {
  if (values.length === size * size) return values;
  const whole = new Float32Array(size * size);
  for (let row = 0, at = 0; row < size; at += ++row) {
    whole.set(values.subarray(at, at + row + 1), row * size);
    for (let column = 0; column < row; column++) whole[column * size + row] = values[at + column] as number;
  }
  return whole;
}
