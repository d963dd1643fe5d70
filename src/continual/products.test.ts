import { describe, expect, it } from 'vitest';
import { seeded } from '../compute/testing/random';
import { addProducts, takeRow } from './products';
import { largest } from './prompts/cosine';

describe('products of a row with columns', () => {
  it.each([1, 3, 4, 7, 12])('are those of one column after the other, to the bit: %i columns', (columns) => {
    const random = seeded(columns);
    const width = 37;
    const rows = Float32Array.from({ length: 2 * width }, () => random() - 0.5);
    const weight = Float32Array.from({ length: columns * width }, () => random() - 0.5);
    const from = Float64Array.from({ length: columns }, () => random());
    const found = from.slice();
    addProducts(found, takeRow(new Float64Array(width), rows, 1), weight, columns);
    const wanted = from.map((start, c) => {
      let sum = start;
      for (let k = 0; k < width; k++) sum += (rows[width + k] ?? NaN) * (weight[c * width + k] ?? NaN);
      return sum;
    });
    expect(found).toEqual(wanted);
  });

  it('are not numbers where a feature is none', () => {
    const out = new Float64Array(5);
    addProducts(out, Float64Array.of(1, NaN), new Float32Array(10).fill(1), 5);
    expect([...out].every(Number.isNaN)).toBe(true);
  });
});

it('the largest come first, of equals the first', () => {
  expect(largest([1, 5, 5, -2, 3], 3)).toEqual([1, 2, 4]);
  expect(largest([2, 2], 5)).toEqual([0, 1]);
  expect(largest([], 1)).toEqual([]);
});
