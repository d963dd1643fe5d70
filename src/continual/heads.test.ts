import { describe, expect, it } from 'vitest';
import { EMPTY_CLASSIFIER, growClassifier, linearDefault, scoreFeatures, withRows } from './heads';
import { createRng } from './rng';
import { leakage, outputEnergy, principalAngles } from './subspace';
import { mlMatrixAlgebra as linalg } from './testing/ml-matrix-algebra';

describe('growing classifier', () => {
  const initialise = linearDefault(createRng(1));

  it('draws new rows as PyTorch does: uniform in ±1/√D, variance 1/(3D)', () => {
    const { weight, bias } = growClassifier(EMPTY_CLASSIFIER, { from: 0, to: 40 }, 100, initialise);
    const all = [...weight, ...bias];
    expect(Math.max(...all.map(Math.abs))).toBeLessThanOrEqual(0.1);
    expect(all.reduce((sum, value) => sum + value * value, 0) / all.length).toBeCloseTo(1 / 300, 3);
  });

  it('keeps old rows to the bit, and grows by nothing for a range it has', () => {
    const one = growClassifier(EMPTY_CLASSIFIER, { from: 0, to: 2 }, 3, initialise);
    const two = growClassifier(one, { from: 2, to: 5 }, 3, initialise);
    expect(two.weight.slice(0, 6)).toEqual(one.weight);
    expect(two.bias.slice(0, 2)).toEqual(one.bias);
    expect(two.bias.length).toBe(5);
    expect(growClassifier(two, { from: 0, to: 2 }, 3, initialise)).toBe(two);
  });

  it('takes only the trained range over', () => {
    const before = { weight: Float32Array.of(1, 1, 2, 2, 3, 3), bias: Float32Array.of(1, 2, 3) };
    const trained = { weight: Float32Array.of(9, 9, 8, 8, 7, 7), bias: Float32Array.of(9, 8, 7) };
    expect(withRows(before, trained, { from: 1, to: 2 }, 2)).toEqual({
      weight: Float32Array.of(1, 1, 8, 8, 3, 3),
      bias: Float32Array.of(1, 8, 3),
    });
  });

  it('scores W f + b', () => {
    const classifier = { weight: Float32Array.of(1, 2, 3, 4), bias: Float32Array.of(0.5, -0.5) };
    expect([...scoreFeatures([1, 1, 2, 0], 2, 2, classifier)]).toEqual([3.5, 6.5, 2.5, 5.5]);
  });
});

describe('subspaces of two tasks', () => {
  it('measures angles of planes that share a line', async () => {
    const tilt = Math.PI / 6;
    const a = [2, 0, 0, 0, 3, 0];
    const b = [0, 5 * Math.cos(tilt), 5 * Math.sin(tilt), 1, 0, 0];
    const { smallest, mean } = await principalAngles(a, 2, b, 2, 3, linalg);
    expect(smallest).toBeCloseTo(0, 5);
    expect(mean).toBeCloseTo(15, 5);
  });

  it('leaves zero rows out, and compares spaces of different size', async () => {
    const { smallest, mean } = await principalAngles([1, 0, 0, 0, 0, 0], 2, [0, 1, 0, Math.SQRT1_2, 0, Math.SQRT1_2], 2, 3, linalg);
    expect([smallest.toFixed(4), mean.toFixed(4)]).toEqual(['45.0000', '45.0000']);
    expect(await principalAngles([0, 0, 0], 1, [1, 0, 0], 1, 3, linalg)).toEqual({ smallest: 90, mean: 90 });
  });

  it('has the leakage of a rank-one update in closed form', () => {
    // ΔW = u bᵀ: tr(ΔW C ΔWᵀ) = |u|² bᵀ C b.
    const update = { up: [1, 2], down: [1, 0], out: 2, rank: 1 };
    const covOld = [4, 1, 1, 7];
    const covNew = [10, 0, 0, 1];
    expect(outputEnergy(update, covOld, 2)).toBeCloseTo(5 * 4);
    expect(leakage([update], covOld, covNew, 2)).toBeCloseTo(0.4);
    expect(leakage([{ ...update, up: [0, 0] }], covOld, covNew, 2)).toBe(0);
  });
});
