import { expect, it } from 'vitest';
import { halved, wholeOf } from './half-moment';

it('keeps a symmetric matrix in half the memory, to the bit', () => {
  for (const size of [1, 2, 7]) {
    const values = Float32Array.from(
      { length: size * size },
      (_, i) => 1 / (1 + Math.floor(i / size) * (i % size) + Math.floor(i / size) + (i % size)),
    );
    const half = halved({ block: 0, input: 'fc2', size, values });
    expect(half.values).toHaveLength((size * (size + 1)) / 2);
    expect(wholeOf(half)).toEqual(values);
  }
});

it('takes a whole one as it is, as runs hold them that were saved before', () => {
  const values = Float32Array.of(1, 2, 2, 4);
  expect(wholeOf({ block: 0, input: 'qkv', size: 2, values })).toBe(values);
});
