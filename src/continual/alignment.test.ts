import { describe, expect, it } from 'vitest';
import {
  ALIGNMENT_DEFAULTS,
  alignClassifier,
  alignmentGradient,
  batchesPerEpoch,
  gaussianSamples,
  type ClassStatistics,
} from './alignment';
import { cholesky, fitGaussian, sampleGaussian } from './gaussian';
import { scoreFeatures } from './heads';
import { createRng } from './rng';
import { mlMatrixAlgebra } from './testing/ml-matrix-algebra';
import { largestDifference, orthogonal, symmetric } from './testing/subspaces';

const DIM = 4;

describe('Gaussian per class', () => {
  it('factors a positive definite matrix, and says where one is not', () => {
    const matrix = symmetric([5, 2, 1, 0.5], orthogonal(4, 1));
    const lower = cholesky(matrix, 4);
    const back = Float64Array.from({ length: 16 }, (_, at) => {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += (lower[Math.floor(at / 4) * 4 + k] ?? 0) * (lower[(at % 4) * 4 + k] ?? 0);
      return sum;
    });
    expect(largestDifference(back, matrix)).toBeLessThan(1e-14);
    expect(() => cholesky([1, 2, 2, 1], 2)).toThrow(/pivot 1/);
  });

  // More rows than dimensions takes the Cholesky factor, fewer the rows themselves; both must have the fitted moments.
  it.each([3, 12])('samples with the mean and covariance of %i rows', (count) => {
    const rng = createRng(count, 'rows');
    const rows = Float32Array.from({ length: count * DIM }, (_, at) => (at % DIM) + rng.normal() * (1 + (at % DIM)));
    const mean = Array.from(
      { length: DIM },
      (_, k) => Array.from({ length: count }, (__, i) => rows[i * DIM + k] ?? 0).reduce((a, b) => a + b) / count,
    );
    const covariance = (a: number, b: number) =>
      Array.from(
        { length: count },
        (_, i) => ((rows[i * DIM + a] ?? 0) - (mean[a] ?? 0)) * ((rows[i * DIM + b] ?? 0) - (mean[b] ?? 0)),
      ).reduce((x, y) => x + y) /
        (count - 1) +
      (a === b ? 0.25 : 0);
    const sampler = fitGaussian(rows, count, DIM, 0.25);
    const drawn = Array.from({ length: 20_000 }, () => sampleGaussian(sampler, rng, 0.5));
    for (let a = 0; a < DIM; a++) {
      // Standard error of a mean of 20,000: σ/141; of a covariance about σ²/100. Five of them.
      const sigma = Math.sqrt(covariance(a, a));
      const average = drawn.reduce((sum, row) => sum + (row[a] ?? 0), 0) / drawn.length;
      expect(Math.abs(average - 0.5 * (mean[a] ?? 0))).toBeLessThan((5 * sigma) / 141);
      for (let b = 0; b < DIM; b++) {
        const moment = drawn.reduce((sum, row) => sum + ((row[a] ?? 0) - 0.5 * (mean[a] ?? 0)) * ((row[b] ?? 0) - 0.5 * (mean[b] ?? 0)), 0);
        expect(Math.abs(moment / drawn.length - covariance(a, b))).toBeLessThan((5 * sigma * Math.sqrt(covariance(b, b))) / 100);
      }
    }
  });

  it('samples around a single image by the added variance alone', () => {
    const sampler = fitGaussian(Float32Array.of(1, 2, 3, 4), 1, DIM, 1e-4);
    const rng = createRng(1);
    const spread =
      Array.from({ length: 2000 }, () => (sampleGaussian(sampler, rng)[2] ?? 0) - 3).reduce((sum, value) => sum + value * value, 0) / 2000;
    expect(spread).toBeGreaterThan(0.8e-4);
    expect(spread).toBeLessThan(1.2e-4);
  });
});

describe('alignment', () => {
  const rng = createRng(9);
  const tasks = [
    { from: 0, to: 2 },
    { from: 2, to: 5 },
  ];
  const weight = Float64Array.from({ length: 5 * DIM }, () => rng.normal());
  const bias = Float64Array.from({ length: 5 }, () => rng.normal());
  const batch = { features: Float64Array.from({ length: 6 * DIM }, () => rng.normal()), columns: [0, 1, 2, 3, 4, 2] };
  const at = (w: Float64Array, b: Float64Array, logitNorm: number | null) =>
    alignmentGradient(w, b, batch, tasks, logitNorm, mlMatrixAlgebra);

  it.each([0.1, null])('has the gradient of central differences (logit norm %s)', async (logitNorm) => {
    const { weight: dWeight, bias: dBias } = await at(weight, bias, logitNorm);
    const lossAt = async (values: Float64Array, i: number, step: number) => {
      const before = values[i] ?? 0;
      values[i] = before + step;
      const { loss } = await at(weight, bias, logitNorm);
      values[i] = before;
      return loss;
    };
    for (const [values, gradient] of [
      [weight, dWeight],
      [bias, dBias],
    ] as const) {
      for (const [i, g] of gradient.entries()) {
        expect(g).toBeCloseTo(((await lossAt(values, i, 1e-5)) - (await lossAt(values, i, -1e-5))) / 2e-5, 5);
      }
    }
  });

  it('does not depend on the scale of the logits when they are normalised', async () => {
    const doubled = [weight.map((w) => 2 * w), bias.map((b) => 2 * b)] as const;
    expect((await at(...doubled, 0.1)).loss).toBeCloseTo((await at(weight, bias, 0.1)).loss, 5);
  });

  it.each([true, false])('brings heads of unequal size onto one scale (new samples in every epoch: %s)', async (redraw) => {
    // Class c sits at 3 e_c; the second head was trained apart and shouts ten times as loud.
    const statistics: ClassStatistics[] = [0, 1, 2, 3].map((column) => ({
      column,
      task: column < 2 ? 0 : 1,
      gaussian: fitGaussian(
        Float32Array.from({ length: DIM }, (_, k) => (k === column ? 3 : 0)),
        1,
        DIM,
        0.05,
      ),
    }));
    const loud = Float32Array.from({ length: 16 }, (_, at) => (at % 5 === 0 ? (at < 8 ? 0.3 : 3) : at < 8 ? 0 : 1.2));
    const classifier = { weight: loud, bias: new Float32Array(4) };
    const ranges = [
      { from: 0, to: 2 },
      { from: 2, to: 4 },
    ];
    const correct = ({ weight: w, bias: b }: typeof classifier) => {
      const points = Float32Array.from({ length: 16 }, (_, at) => (at % 5 === 0 ? 3 : 0));
      const scores = scoreFeatures(points, 4, DIM, { weight: w, bias: b });
      return [0, 1, 2, 3].filter((n) => {
        const row = scores.subarray(n * 4, n * 4 + 4);
        return row.indexOf(Math.max(...row)) === n;
      }).length;
    };
    expect(correct(classifier)).toBe(2);
    const options = { ...ALIGNMENT_DEFAULTS, redraw };
    const samples = gaussianSamples(statistics, options, createRng(2));
    const run = alignClassifier(classifier, samples, statistics.length, ranges, options, mlMatrixAlgebra);
    let step = await run.next();
    let steps = 0;
    for (; !step.done; step = await run.next()) steps++;
    expect(steps).toBe(5 * 4);
    if (step.done) expect(correct({ weight: Float32Array.from(step.value.weight), bias: Float32Array.from(step.value.bias) })).toBe(4);
  });

  it('draws a batch for each class, and no more than the bound, but every class once', () => {
    const batches = (classes: number, mostSamples: number) =>
      batchesPerEpoch(classes, { ...ALIGNMENT_DEFAULTS, samplesPerClass: 64, mostSamples });
    expect([10, 100, 101, 2000, 12_800].map((classes) => batches(classes, 6400))).toEqual([10, 100, 100, 100, 200]);
    expect(batches(2000, Infinity)).toBe(2000);
  });
});
