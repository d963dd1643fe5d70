import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Trainables } from './backbone';
import { backboneParameters, ensureFits, estimateMemory, largestBatch } from './memory';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier, tinyConfig } from './testing/fixtures';
import { openTfjsCpu } from './tfjs/device-cpu';
import { crossEntropy } from './objective';

const deitTiny = tinyConfig({ imageSize: 224, patchSize: 16, dim: 192, depth: 12, heads: 3, mlpDim: 768 });
const lora: Trainables = { backbone: 'none', adapters: 'up', classifier: { from: 0, to: 4 } };
const full: Trainables = { backbone: 'all', adapters: 'none', classifier: { from: 0, to: 4 } };

describe('memory', () => {
  it('counts the weights of DeiT-tiny: 5.7 M less its classifier', () => {
    // timm: 5,717,416 with a head of 1000 classes (193,000).
    expect(backboneParameters(deitTiny)).toBe(5_717_416 - 193_000);
  });

  it('proposes the largest batch, and names it when refusing', () => {
    const estimate = estimateMemory(deitTiny, 1, lora);
    const available = estimate.fixed + 10.5 * estimate.perImage;
    expect(largestBatch(estimate, available)).toBe(10);
    expect(() => ensureFits(deitTiny, 10, lora, 1, available)).not.toThrow();
    expect(() => ensureFits(deitTiny, 11, lora, 1, available)).toThrow(/batch of 10 would fit/);
    expect(() => ensureFits(deitTiny, 1, lora, 1, 1000)).toThrow(/Not even one image/);
  });

  it('costs more to train all weights, and no more to train adapters of several methods in turn', () => {
    expect(estimateMemory(deitTiny, 8, full).total).toBeGreaterThan(estimateMemory(deitTiny, 8, lora).total);
    expect(estimateMemory(deitTiny, 8, lora, 3)).toEqual(estimateMemory(deitTiny, 8, lora, 1));
  });

  // The estimate must not promise what does not fit, nor refuse half of what would.
  it.each([
    ['adapters', lora],
    ['all weights', full],
  ])('bounds the measured peak of a step on %s, by less than a factor of two and a half', async (_, trainables) => {
    const config = tinyConfig({ imageSize: 20, dim: 32, heads: 4, mlpDim: 128, depth: 4 });
    const device = await openTfjsCpu();
    const model = await device.load(tinyCheckpoint(config));
    if (trainables === lora) model.attach(tinyAdapters(config, ['k', 'v'], 4, 1, true));
    const trainer = model.train({
      trainables,
      objective: crossEntropy({ from: 0, to: 4 }),
      optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 },
      maxBatch: 8,
      classifier: tinyClassifier(config, 4),
    });
    let peak = 0;
    const profile = await tf.profile(async () => {
      await trainer.step(tinyBatch(config, 8), { backbone: 0.01, classifier: 0.01 });
      return tf.scalar(0);
    });
    for (const { totalBytesSnapshot } of profile.kernels) peak = Math.max(peak, totalBytesSnapshot);
    const { total } = estimateMemory(config, 8, trainables);
    expect(total).toBeGreaterThan(peak);
    expect(total).toBeLessThan(2.5 * peak);
    device.dispose();
  });
});
