import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose } from '../testing/compare';
import { HandOptimizer } from '../testing/hand-optimizer';
import { normals, seeded } from '../testing/random';
import { openTfjsCpu } from './device-cpu';
import { Gradients } from './gradients';
import { TfjsOptimizer } from './optimizer';
import { Parameters } from './parameters';

/** Parameters on both sides of the size from which one is updated on its own. */
const SHAPES = { large: [200, 200], small: [3, 5], 'classifier.bias': [7] } as const;

describe('the optimiser over parameters of all sizes', () => {
  beforeAll(async () => {
    await openTfjsCpu();
  });

  it.each([
    { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.01 },
    { kind: 'sgd', momentum: 0.9, weightDecay: 0.01 },
  ] as const)('$kind equals updates rolled by hand, and returns all memory', async (settings) => {
    const before = tf.memory().numTensors;
    const random = seeded(11);
    const parameters = new Parameters();
    for (const [name, shape] of Object.entries(SHAPES))
      parameters.set(
        name,
        tf.tensor(
          normals(
            random,
            shape.reduce((a, b) => a * b, 1),
            1,
          ),
          [...shape],
        ),
      );
    const optimizer = new TfjsOptimizer(settings, parameters.names(), parameters);
    const hand = new Map(parameters.names().map((name) => [name, new HandOptimizer(settings)]));
    for (let step = 0; step < 3; step++) {
      const gradients = new Gradients();
      const expected = new Map<string, Float64Array>();
      const rates = { backbone: 0.1, classifier: 0.2 };
      for (const [name, shape] of Object.entries(SHAPES)) {
        const gradient = normals(
          random,
          shape.reduce((a, b) => a * b, 1),
          1,
        );
        const rate = name === 'classifier.bias' ? rates.classifier : rates.backbone;
        expected.set(name, hand.get(name)?.update(await parameters.get(name).data(), gradient, rate) ?? new Float64Array());
        gradients.set(name, tf.tensor(gradient, [...shape]));
      }
      optimizer.update(parameters, gradients, rates);
      gradients.dispose();
      for (const [name, value] of expected) expectClose(await parameters.get(name).data(), value, 1e-6, `${name}, step ${step}`);
    }
    optimizer.dispose();
    parameters.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
