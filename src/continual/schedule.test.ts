import { describe, expect, it } from 'vitest';
import { learningRate } from './schedule';
import { memoryThreshold } from './threshold';

describe('learning rate', () => {
  it("follows the authors' lagging cosine under Adam (golden scenario b_adam)", () => {
    const rates = [0, 1, 2, 3, 4].map((epoch) => learningRate('authors', 'adam', 0.002, epoch, 5));
    expect(rates).toEqual([0.002, 0.002, 0.0018507503985817242, 0.0014252770378504107, 0.0007870816473093028]);
  });

  it('anneals by cosine under SGD (golden scenario a_sgd)', () => {
    expect(learningRate('authors', 'sgd', 0.02, 1, 5)).toBeCloseTo(0.018090169943749474, 15);
    expect(learningRate('cosine', 'adam', 0.02, 1, 5)).toBeCloseTo(0.018090169943749474, 15);
  });

  it('runs one epoch at the base rate', () => {
    for (const schedule of ['authors', 'authors-unlagged', 'cosine', 'constant'] as const) {
      for (const optimizer of ['adam', 'sgd'] as const) expect(learningRate(schedule, optimizer, 0.1, 0, 1)).toBe(0.1);
    }
  });

  it('stays put when constant, and moves one epoch earlier without the lag', () => {
    expect(learningRate('constant', 'adam', 0.1, 3, 5)).toBe(0.1);
    expect(learningRate('authors-unlagged', 'adam', 0.002, 1, 5)).toBe(learningRate('authors', 'adam', 0.002, 2, 5));
  });
});

describe('memory threshold', () => {
  const range = { lamb: 0.92, lame: 1 };

  it('is the authors’ within the plan (golden sequence dualgpm_unit)', () => {
    const planned = [0, 1, 2, 3, 4, 5].map((task) => memoryThreshold(task, 6, range));
    [0.92, 0.9333333333333333, 0.9466666666666667, 0.96, 0.9733333333333334, 0.9866666666666667].forEach((recorded, task) =>
      expect(planned[task]).toBeCloseTo(recorded, 14),
    );
  });

  it('rises beyond the plan without a jump and stays below its limit', () => {
    const through = Array.from({ length: 200 }, (_, task) => memoryThreshold(task, 3, range));
    for (let t = 1; t < through.length; t++) expect(through[t]).toBeGreaterThan(through[t - 1] ?? 1);
    expect(Math.max(...through)).toBeLessThan(1);
    // The last planned task and the first appended one: steps of (lame − lamb)/T and less.
    expect((through[3] ?? 0) - (through[2] ?? 0)).toBeLessThan((through[2] ?? 0) - (through[1] ?? 0));
  });
});
