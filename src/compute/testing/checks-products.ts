import { describe, expect, it } from 'vitest';
import { expectClose } from './compare';
import type { Conformance } from './context';
import { normals, seeded } from './random';

/** n, k, m: single numbers, no multiple of a tile, and a depth of several passes. */
const SIZES = [
  [1, 1, 1],
  [5, 7, 3],
  [33, 65, 17],
  [40, 900, 96],
] as const;

/** Products of matrices from the host. */
export function productChecks({ device }: Conformance): void {
  describe('products', () => {
    it.each(SIZES)('of %i x %i x %i agree with float64, in any order, and leave nothing behind', async (n, k, m) => {
      const [a, b] = [normals(seeded(n), n * k, 1), normals(seeded(m + 1), k * m, 1)];
      const expected = new Float64Array(n * m);
      for (let i = 0; i < n; i++)
        for (let j = 0; j < m; j++)
          for (let d = 0; d < k; d++) expected[i * m + j] = (expected[i * m + j] ?? NaN) + (a[i * k + d] ?? NaN) * (b[d * m + j] ?? NaN);
      const before = device().memory();
      const twice = a.map((value) => 2 * value);
      const [once, doubled] = await Promise.all([device().multiply?.(a, b, n, k, m), device().multiply?.(twice, b, n, k, m)]);
      expectClose(once, expected, 2e-6, 'product');
      expectClose(
        doubled,
        expected.map((value) => 2 * value),
        2e-6,
        'the next',
      );
      expect(device().memory()).toEqual(before);
    });

    it('want matrices that fit', async () => {
      await expect(device().multiply?.(new Float32Array(6), new Float32Array(5), 2, 3, 2)).rejects.toThrow(/6 and 5.*2 x 3.*3 x 2/);
      await expect(device().multiply?.(new Float32Array(0), new Float32Array(0), 0, 3, 0)).rejects.toThrow(/0 x 3/);
    });
  });
}
