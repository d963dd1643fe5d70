import { describe, expect, it } from 'vitest';
import { erf } from './erf';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier, tinyConfig } from './fixtures';
import { OracleVit, secondMoment } from './oracle-vit';

describe('erf', () => {
  it('agrees with tabulated values', () => {
    // Abramowitz & Stegun, table 7.1.
    for (const [x, value] of [
      [0, 0],
      [0.5, 0.5204998778],
      [1, 0.8427007929],
      [2, 0.995322265],
    ] as const) {
      expect(erf(x)).toBeCloseTo(value, 10);
      expect(erf(-x)).toBeCloseTo(-value, 10);
    }
    expect(erf(3)).toBeCloseTo(0.9999779095, 10);
    expect(erf(9)).toBe(1);
  });
});

describe('the oracle', () => {
  const config = tinyConfig();
  const checkpoint = tinyCheckpoint(config);

  it('normalises: unit weights and zero bias give rows of mean 0 and variance 1', () => {
    const oracle = new OracleVit(checkpoint);
    oracle.parameter('norm.weight').fill(1);
    oracle.parameter('norm.bias').fill(0);
    const { normOut } = oracle.forward(tinyBatch(config, 2));
    for (let row = 0; row < 10; row++) {
      const values = normOut.slice(row * config.dim, (row + 1) * config.dim);
      expect(values.reduce((a, b) => a + b, 0) / config.dim).toBeCloseTo(0, 12);
      expect(values.reduce((a, b) => a + b * b, 0) / config.dim).toBeCloseTo(1, 4);
    }
  });

  it('ignores the order of patches where all patches and positions are equal', () => {
    const oracle = new OracleVit(checkpoint);
    oracle.parameter('pos_embed').fill(0);
    const batch = tinyBatch(config, 1);
    batch.pixels.fill(77);
    const { normOut } = oracle.forward(batch);
    const token = (t: number): number[] => Array.from(normOut.slice(t * config.dim, (t + 1) * config.dim));
    for (const t of [2, 3, 4]) token(t).forEach((value, d) => expect(value).toBeCloseTo(token(1)[d] ?? NaN, 12));
  });

  it('has a loss of log C where the classifier is zero, and gradients that sum to zero over classes', () => {
    const classifier = { weight: new Float32Array(4 * config.dim), bias: new Float32Array(4) };
    const oracle = new OracleVit(checkpoint, [], classifier);
    const batch = tinyBatch(config, 3);
    expect(oracle.loss(batch, { from: 0, to: 4 })).toBeCloseTo(Math.log(4), 12);
    const gradient = oracle.gradient('classifier.bias', batch, { from: 0, to: 4 });
    expect(gradient.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 9);
  });

  it('treats an adapter as an increment of the weight', () => {
    const adapters = tinyAdapters(config, ['fc1'], 2);
    const merged = new OracleVit(checkpoint);
    for (const { block, up, down } of adapters) {
      const weight = merged.parameter(`blocks.${block}.mlp.fc1.weight`);
      for (let o = 0; o < config.mlpDim; o++)
        for (let i = 0; i < config.dim; i++)
          for (let r = 0; r < 2; r++)
            weight[o * config.dim + i] = (weight[o * config.dim + i] ?? NaN) + (up[o * 2 + r] ?? NaN) * (down[r * config.dim + i] ?? NaN);
    }
    const batch = tinyBatch(config, 2);
    const attached = new OracleVit(checkpoint, adapters).forward(batch).features;
    merged.forward(batch).features.forEach((value, i) => expect(value).toBeCloseTo(attached[i] ?? NaN, 12));
  });

  it('differentiates to an error of order h squared: halving h quarters it', () => {
    const batch = tinyBatch(config, 2);
    const oracle = new OracleVit(checkpoint, [], tinyClassifier(config, 3));
    const range = { from: 0, to: 3 };
    const [coarse, fine, reference] = [0.2, 0.1, 1e-4].map((h) => oracle.gradient('norm.bias', batch, range, { h })[0] ?? NaN);
    const ratio = ((coarse ?? NaN) - (reference ?? NaN)) / ((fine ?? NaN) - (reference ?? NaN));
    expect(ratio).toBeGreaterThan(3.6);
    expect(ratio).toBeLessThan(4.4);
  });

  it('averages z zᵀ', () => {
    expect(Array.from(secondMoment(Float64Array.of(1, 2, 3, 4), 2))).toEqual([5, 7, 7, 10]);
  });
});
