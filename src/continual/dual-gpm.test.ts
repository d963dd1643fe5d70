import { describe, expect, it } from 'vitest';
import { multiply, multiplyTransposed, transpose } from './dense';
import { freeDimension, projectOneSided, projector, projectTwoSided, SubspaceError, updateDualGPM, type DualGpm } from './dual-gpm';
import { resolveInflora } from './presets';
import { createLinearAlgebra } from '../compute/linalg/create';
import { mlMatrixAlgebra } from './testing/ml-matrix-algebra';
import { diagonal, largestDifference, orthogonal, symmetric } from './testing/subspaces';

const authors = resolveInflora({ preset: 'authors' });
const paper = resolveInflora({ preset: 'paper' });

/** Projector onto the columns of `basis` [n, n] with these indices. */
function spanOf(basis: Float64Array, n: number, columns: readonly number[]): Float64Array {
  return multiply(
    basis,
    multiply(diagonal(Array.from({ length: n }, (_, i) => (columns.includes(i) ? 1 : 0))), transpose(basis, n, n), n, n, n),
    n,
    n,
    n,
  );
}

function memory(basis: Float64Array, n: number, columns: number, type: DualGpm['type']): DualGpm {
  const kept = new Float64Array(n * columns);
  for (let i = 0; i < n; i++) for (let j = 0; j < columns; j++) kept[i * columns + j] = basis[i * n + j] ?? 0;
  return { type, dim: n, columns, basis: kept };
}

describe.each([
  { algebra: 'ours', linalg: createLinearAlgebra() },
  { algebra: 'ml-matrix', linalg: mlMatrixAlgebra },
])('with $algebra', ({ linalg }) => {
  describe('first task', () => {
    // Squared eigenvalues 16, 4, 1, 1/4 … of C, total 21.3333: prefixes .75, .9375, .984, .996.
    const values = [4, 2, 1, 0.5, 0.25, 0.125, 0.0625, 0.03125];
    const basis = orthogonal(8, 1);
    const covariance = symmetric(values, basis);

    it('keeps the prefixes strictly below the threshold, as the authors do', async () => {
      const kept = await updateDualGPM(null, covariance, 8, 0.98, authors, linalg);
      expect([kept.type, kept.columns]).toEqual(['remove', 2]);
      expect(largestDifference(projector(kept), spanOf(basis, 8, [0, 1]))).toBeLessThan(1e-12);
    });

    it('keeps at least one direction', async () => {
      expect((await updateDualGPM(null, covariance, 8, 0.5, authors, linalg)).columns).toBe(1);
    });

    it('keeps the smallest number that reaches the threshold, as the paper writes', async () => {
      // Eigenvalues 4, 2, 1 of 7.97: .50, .75, .88.
      const kept = await updateDualGPM(null, covariance, 8, 0.8, paper, linalg);
      expect([kept.type, kept.columns]).toEqual(['remove', 3].slice(0, 2));
      expect(largestDifference(projector(kept), spanOf(basis, 8, [0, 1, 2]))).toBeLessThan(1e-12);
    });

    it('stores the complement when half of the directions or more are needed (fault in the published code)', async () => {
      for (const [choices, threshold, needed] of [
        [authors, 0.9999, 6],
        [paper, 0.95, 5],
      ] as const) {
        const kept = await updateDualGPM(null, covariance, 8, threshold, choices, linalg);
        expect([kept.type, kept.columns]).toEqual(['retain', 8 - needed]);
        const free = Array.from({ length: 8 - needed }, (_, i) => needed + i);
        expect(largestDifference(projector(kept), spanOf(basis, 8, free))).toBeLessThan(1e-9);
      }
    });

    it('survives a threshold that protects everything', async () => {
      const kept = await updateDualGPM(null, covariance, 8, 1, paper, linalg);
      expect([kept.type, kept.columns, freeDimension(kept)]).toEqual(['retain', 0, 0]);
      expect(await updateDualGPM(kept, covariance, 8, 1, paper, linalg)).toBe(kept);
    });

    it('never flips in plain GPM', async () => {
      const kept = await updateDualGPM(null, covariance, 8, 0.9999, { ...authors, memory: 'gpm' }, linalg);
      expect([kept.type, kept.columns]).toEqual(['remove', 6]);
    });
  });

  describe('later tasks', () => {
    const basis = orthogonal(8, 2);

    it('appends the leading directions of the residual until the threshold is reached', async () => {
      // Protected: directions 0, 1. New energy (squared): 1 of 29 there; 9, 16 in directions 4, 5; the rest small.
      const covariance = symmetric([1, 0, 0, 0, 3, 4, 1, Math.sqrt(2)], basis);
      const grown = await updateDualGPM(memory(basis, 8, 2, 'remove'), covariance, 8, 0.89, authors, linalg);
      expect([grown.type, grown.columns]).toEqual(['remove', 4]);
      expect(largestDifference(projector(grown), spanOf(basis, 8, [0, 1, 4, 5]))).toBeLessThan(1e-10);
    });

    it('changes nothing where the memory already holds enough', async () => {
      const before = memory(basis, 8, 2, 'remove');
      expect(await updateDualGPM(before, symmetric([3, 2, 0.1, 0, 0, 0, 0, 0], basis), 8, 0.9, authors, linalg)).toBe(before);
    });

    it('flips to the complement beyond d/2, then shrinks it', async () => {
      const covariance = symmetric([0, 0, 0, 5, 4, 0.1, 0.05, 0], basis);
      const flipped = await updateDualGPM(memory(basis, 8, 3, 'remove'), covariance, 8, 0.99, authors, linalg);
      expect([flipped.type, flipped.columns]).toEqual(['retain', 3]);
      expect(largestDifference(projector(flipped), spanOf(basis, 8, [5, 6, 7]))).toBeLessThan(1e-10);

      const next = symmetric([1, 1, 1, 1, 1, 0.01, 2, 0.02], basis);
      const shrunk = await updateDualGPM(flipped, next, 8, 0.99, authors, linalg);
      expect([shrunk.type, shrunk.columns]).toEqual(['retain', 2]);
      expect(largestDifference(projector(shrunk), spanOf(basis, 8, [5, 7]))).toBeLessThan(1e-10);
      const gram = multiplyTransposed(shrunk.basis, shrunk.basis, 8, 2, 2);
      expect(largestDifference(gram, diagonal([1, 1]))).toBeLessThan(1e-12);
    });

    it('never flips in plain GPM', async () => {
      const covariance = symmetric([0, 0, 0, 5, 4, 0.1, 0.05, 0], basis);
      const grown = await updateDualGPM(memory(basis, 8, 3, 'remove'), covariance, 8, 0.99, { ...authors, memory: 'gpm' }, linalg);
      expect([grown.type, grown.columns]).toEqual(['remove', 5]);
    });

    it('adds no arbitrary direction where the inputs have no more', async () => {
      const covariance = symmetric([0, 0, 1, 0, 0, 0, 0, 0], basis);
      const grown = await updateDualGPM(memory(basis, 8, 2, 'remove'), covariance, 8, 1, authors, linalg);
      expect([grown.type, grown.columns]).toEqual(['remove', 3]);
      expect(largestDifference(projector(grown), spanOf(basis, 8, [0, 1, 2]))).toBeLessThan(1e-10);
    });

    it('keeps the basis orthonormal over many tasks', async () => {
      let state: DualGpm | null = null;
      for (let task = 0; task < 8; task++) {
        const spread = Array.from({ length: 24 }, (_, i) => 0.6 ** ((i * (task + 1)) % 24));
        state = await updateDualGPM(state, symmetric(spread, orthogonal(24, 10 + task)), 24, 0.8, paper, linalg);
        const gram = multiplyTransposed(state.basis, state.basis, 24, state.columns, state.columns);
        expect(largestDifference(gram, diagonal(Array.from({ length: state.columns }, () => 1)))).toBeLessThan(1e-10);
      }
      expect(state?.type).toBe('retain');
    });
  });

  describe('projections', () => {
    const basis = orthogonal(6, 3);
    const covariance = symmetric([6, 5, 4, 3, 2, 1], orthogonal(6, 4));

    it.each(['remove', 'retain'] as const)('%s: one- and two-sided equal the dense products', async (type) => {
      const state = memory(basis, 6, 2, type);
      const inside = projector(state);
      const free = type === 'retain' ? inside : inside.map((value, at) => (at % 7 === 0 ? 1 : 0) - value);
      const oneSided = multiply(free, covariance, 6, 6, 6);
      expect(largestDifference(await projectOneSided(state, covariance, linalg), oneSided)).toBeLessThan(1e-12);
      expect(largestDifference(await projectTwoSided(state, covariance, linalg), multiply(oneSided, free, 6, 6, 6))).toBeLessThan(1e-12);
    });
  });

  describe('second moments that cannot be used', () => {
    it.each([
      ['not finite', Float64Array.of(1, NaN, NaN, 1), /not finite.*Lower the learning rate/],
      ['all zero', new Float64Array(4), /all zero/],
      ['of another size', new Float64Array(9), /2 x 2/],
    ])('%s', async (_, covariance, message) => {
      const run = updateDualGPM(null, covariance, 2, 0.9, authors, linalg);
      await expect(run).rejects.toThrow(SubspaceError);
      await expect(run).rejects.toThrow(message);
    });
  });
});
