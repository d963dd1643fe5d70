import { describe, expect, it } from 'vitest';
import { COST_KINDS, type Calibration } from '../compute/calibration';
import { tinyConfig } from '../compute/testing/fixtures';
import { estimateDuration } from './duration';
import { fitMemory } from './estimate';
import { parseExperiment } from './experiment';

const config = tinyConfig({ imageSize: 32, patchSize: 8, dim: 128, depth: 6, heads: 4, mlpDim: 512 });
/** Every run of a program takes a millisecond and its operations nothing: durations count runs. */
const perRun = (milliseconds: number): Calibration => ({
  rates: Object.fromEntries(COST_KINDS.map((kind) => [kind, { each: 0, perMflop: 0, perMnumber: 0 }])) as Calibration['rates'],
  eachRun: milliseconds,
  together: 1,
});
const experiment = (methods: readonly unknown[], batchSize = 8) =>
  parseExperiment({
    schema: 1,
    backbone: { from: { source: 'bundled', id: 'none' } },
    stream: { from: { source: 'bundled', id: 'none' } },
    methods,
    interference: 'off',
    training: { epochs: 3, batchSize },
  });
const wasm = { engine: 'plan', kind: 'wasm' } as const;
/** Doubles at a billion a second: sums and solution of ridge for both tasks, and 5 epochs of 64 samples of 4 classes aligned. */
const readings = (((20 + 16) * 129 ** 2) / 2 + 2 * (129 ** 3 / 3 + 2 * 128 ** 2) + 2 * 5 * 64 * 4 * 4 * 128) / 1e9;
const tasks = [
  { train: 20, test: 10, classes: 2 },
  { train: 16, test: 130, classes: 2 },
];

describe('how long a run takes', () => {
  it('counts batches, the last one too, and the tests of all tasks seen', () => {
    const [full] = estimateDuration(config, experiment([{ id: 'full-fine-tuning' }]), tasks, perRun(1));
    // Three epochs of 3 and 2 batches, their images read once; tests of 10 images in 1 chunk, then of 140 in 2.
    expect(full?.seconds).toBeCloseTo((3 * (3 + 2) + (3 + 2) + 1 + 2) / 1000 + readings, 9);
    expect(full?.step).toBe(1);
  });

  it('trains jointly once on all images, in batches across tasks', () => {
    const [joint] = estimateDuration(config, experiment([{ id: 'joint' }]), tasks, perRun(1));
    const [all] = [(36 * 129 ** 2) / 2 + 129 ** 3 / 3 + 4 * 128 ** 2];
    expect(joint?.seconds).toBeCloseTo((3 * Math.ceil(36 / 8) + Math.ceil(36 / 8) + 2) / 1000 + all / 1e9, 9);
  });

  it('gathers twice for InfLoRA and once for nearest means, which train nothing', () => {
    const [inflora, nearest] = estimateDuration(config, experiment([{ id: 'inflora' }, { id: 'nearest-mean' }]), tasks, perRun(1000), 4);
    const [gathers, steps, tests] = [2 * (3 + 2), 3 * (3 + 2), 3];
    expect(inflora?.seconds).toBeGreaterThan(gathers + steps + tests);
    expect(inflora?.seconds).toBeLessThan(gathers + steps + tests + 0.1);
    expect(nearest?.seconds).toBeCloseTo(3 + 2 + 3 + readings, 9);
    expect(nearest?.step).toBeNull();
  });

  it('counts what prompts look at twice: in training once, or in every epoch where images are augmented', () => {
    const methods = [{ id: 'l2p' }, { id: 'dualprompt' }, { id: 'coda-prompt' }];
    const [queries, steps, after, tests] = [3 + 2, 3 * (3 + 2), 2 * (3 + 2), 2 * (1 + 2)];
    for (const { seconds, step } of estimateDuration(config, experiment(methods), tasks, perRun(1))) {
      expect(seconds).toBeCloseTo((queries + steps + after + tests) / 1000 + readings, 9);
      expect(step).toBe(1);
    }
    const plain = experiment(methods);
    const augmented = { ...plain, training: { ...plain.training, augmentation: 'crop-flip' as const } };
    const [first] = estimateDuration(config, augmented, tasks, perRun(1));
    expect(first?.seconds).toBeCloseTo((3 * queries + steps + after + tests) / 1000 + readings, 9);
  });

  it('knows the step alone where the tasks are not loaded', () => {
    expect(estimateDuration(config, experiment([{ id: 'inflora' }]), null, perRun(2))).toEqual([
      { method: 'inflora', step: 2, seconds: null },
    ]);
  });
});

describe('whether a run fits', () => {
  const wanted = experiment([{ id: 'inflora' }], 256);
  const needs = fitMemory(config, wanted, wasm, null);

  it('takes what it takes where nobody knows a limit', () => {
    expect(needs).toMatchObject({ fits: true, recomputes: false, available: null });
  });

  it('computes activations again before it refuses', () => {
    const tight = fitMemory(config, wanted, wasm, needs.bytes * 0.9);
    expect(tight).toMatchObject({ fits: true, recomputes: true });
    expect(tight.bytes).toBeLessThan(needs.bytes * 0.9);
  });

  it('takes a few images at a time where even that is too much, as many as fit', () => {
    const room = needs.bytes * 0.4;
    const fit = fitMemory(config, wanted, wasm, room);
    expect(fit).toMatchObject({ fits: true, recomputes: true });
    expect(fit.bytes).toBeLessThanOrEqual(room);
    expect(fit.images).toBeLessThan(256);
    // Fewer still, as long as the passes without gradients are not what takes most.
    const less = fitMemory(config, wanted, wasm, fit.bytes - 1);
    expect(less.images ?? (less.fits ? Infinity : 1)).toBeLessThan(fit.images ?? 0);
    expect(fitMemory(config, wanted, wasm, 1000)).toMatchObject({ fits: false, largestBatch: 0 });
  });

  it.each([128, 256, 512, 1024])('trains a ViT-B with 32 images a batch on %i MiB or says that it cannot', (mib) => {
    const base = { ...config, imageSize: 224, patchSize: 16, dim: 768, depth: 12, heads: 12, mlpDim: 3072 };
    const fit = fitMemory(base, experiment([{ id: 'inflora' }], 32), { kind: 'webgpu', engine: 'plan' }, mib * 2 ** 20);
    // Its weights alone are 343 MB, and a copy carries the merged increments.
    expect(fit.fits).toBe(mib >= 1024);
    if (fit.fits) expect(fit.bytes).toBeLessThanOrEqual(mib * 2 ** 20);
  });
});
