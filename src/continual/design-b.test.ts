import { describe, expect, it } from 'vitest';
import { multiply, transpose } from './dense';
import { designB } from './design-b';
import { initialiseDualGPM, updateDualGPM, type DualGpm } from './dual-gpm';
import { INFLORA_PRESETS, resolveInflora } from './presets';
import { createLinearAlgebra } from '../compute/linalg/create';
import { mlMatrixAlgebra } from './testing/ml-matrix-algebra';
import { diagonal, largestDifference, orthogonal, symmetric } from './testing/subspaces';

const D = 8;
const basis = orthogonal(D, 5);
const covariance = symmetric([8, 7, 6, 5, 4, 3, 2, 1], basis);
const rowNorms = (down: Float64Array) =>
  Array.from({ length: down.length / D }, (_, k) => Math.hypot(...down.subarray(k * D, (k + 1) * D)));

describe.each([
  { algebra: 'ours', linalg: createLinearAlgebra() },
  { algebra: 'ml-matrix', linalg: mlMatrixAlgebra },
])('with $algebra', ({ linalg }) => {
  describe('designB', () => {
    it('takes the leading directions of the first task, of length 1/√3 (authors) or 1 (paper)', async () => {
      for (const [preset, length] of [
        ['authors', 1 / Math.sqrt(3)],
        ['paper', 1],
      ] as const) {
        const { down, freeRank, singularValues } = await designB(covariance, D, null, resolveInflora({ preset, rank: 3 }), linalg);
        expect(freeRank).toBe(3);
        rowNorms(down).forEach((norm) => expect(norm).toBeCloseTo(length, 12));
        singularValues.forEach((value, i) => expect(value).toBeCloseTo(8 - i, 10));
        const projection = multiply(transpose(down, 3, D), down, D, 3, D).map((value) => value / length ** 2);
        const expected = multiply(multiply(basis, diagonal([1, 1, 1, 0, 0, 0, 0, 0]), D, D, D), transpose(basis, D, D), D, D, D);
        expect(largestDifference(projection, expected)).toBeLessThan(1e-10);
      }
    });

    it.each(['one-sided', 'two-sided'] as const)('%s: stays orthogonal to what the memory protects', async (projection) => {
      const memory = await initialiseDualGPM(
        symmetric([9, 8, 0, 0, 0, 0, 0, 0], orthogonal(D, 6)),
        D,
        0.999999,
        resolveInflora({ preset: 'paper' }),
        linalg,
      );
      expect([memory.type, memory.columns]).toEqual(['remove', 2]);
      const { down, freeRank } = await designB(covariance, D, memory, resolveInflora({ rank: 4, projection }), linalg);
      expect(freeRank).toBe(4);
      expect(largestDifference(multiply(down, memory.basis, 4, D, 2), new Float64Array(8))).toBeLessThan(1e-12);
    });

    it('one- and two-sided differ where memory and inputs are not aligned', async () => {
      const memory: DualGpm = { type: 'remove', dim: D, columns: 1, basis: Float64Array.from({ length: D }, () => 1 / Math.sqrt(D)) };
      const first = await designB(covariance, D, memory, resolveInflora({ rank: 2, projection: 'one-sided' }), linalg);
      const second = await designB(covariance, D, memory, resolveInflora({ rank: 2, projection: 'two-sided' }), linalg);
      const gram = (down: Float64Array) => multiply(transpose(down, 2, D), down, D, 2, D);
      expect(largestDifference(gram(first.down), gram(second.down))).toBeGreaterThan(1e-3);
    });

    it.each(['one-sided', 'two-sided'] as const)('%s: surplus rows are zero when fewer than r directions are free', async (projection) => {
      const first: DualGpm = { type: 'retain', dim: D, columns: 2, basis: orthogonal(D, 7).filter((_, at) => at % D < 2) };
      const { down, freeRank } = await designB(covariance, D, first, resolveInflora({ rank: 4, projection }), linalg);
      expect(freeRank).toBe(2);
      expect(rowNorms(down).map((norm) => norm > 0)).toEqual([true, true, false, false]);
      // The rows that remain lie in the free space: M Mᵀ bᵀ = bᵀ.
      const inside = multiply(multiply(down, first.basis, 4, D, 2), transpose(first.basis, D, 2), 4, 2, D);
      expect(largestDifference(inside, down)).toBeLessThan(1e-12);
    });

    it('has no rows at all when everything is protected', async () => {
      const all = await updateDualGPM(null, covariance, D, 1, resolveInflora({ preset: 'paper' }), linalg);
      const { down, freeRank } = await designB(covariance, D, all, resolveInflora({ rank: 4 }), linalg);
      expect(freeRank).toBe(0);
      expect([...down]).toEqual(Array.from({ length: 4 * D }, () => 0));
    });

    it('has zero rows beyond the rank of the inputs, and beyond the width', async () => {
      const flat = symmetric([3, 2, 0, 0, 0, 0, 0, 0], basis);
      expect((await designB(flat, D, null, resolveInflora({ rank: 4 }), linalg)).freeRank).toBe(2);
      expect((await designB(covariance, D, null, resolveInflora({ rank: 12 }), linalg)).freeRank).toBe(D);
    });
  });

  describe('presets', () => {
    it('default to the authors, and single options override', () => {
      expect(resolveInflora()).toEqual(INFLORA_PRESETS.authors);
      expect(resolveInflora({ preset: 'paper', scaleDown: true, rank: undefined })).toEqual({ ...INFLORA_PRESETS.paper, scaleDown: true });
    });

    it('differ in exactly the documented points', () => {
      const { authors, paper } = INFLORA_PRESETS;
      const differing = Object.entries(authors).filter(([key, value]) =>
        Object.entries(paper).some(([other, its]) => other === key && its !== value),
      );
      expect(differing.map(([key]) => key).sort()).toEqual(['energy', 'firstTaskRank', 'projection', 'scaleDown']);
    });
  });
});
