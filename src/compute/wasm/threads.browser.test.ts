import { describe, expect, it } from 'vitest';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier, tinyConfig } from '../testing/fixtures';
import { openWasmDevice } from './device';
import { crossEntropy } from '../objective';

const config = tinyConfig({ imageSize: 32, dim: 48, heads: 3, mlpDim: 100, depth: 3 });
const RANGE = { from: 0, to: 3 };

/** Three steps of everything trainable: the losses and the features after. */
async function train(threads: number): Promise<{ losses: number[]; features: Float32Array; threads: number }> {
  const device = await openWasmDevice({ threads });
  const model = await device.load(tinyCheckpoint(config));
  model.attach(tinyAdapters(config, ['q', 'v', 'fc1'], 3));
  const trainer = model.train({
    ...{ trainables: { backbone: 'all', adapters: 'both', classifier: RANGE }, objective: crossEntropy(RANGE) },
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 },
    ...{ maxBatch: 9, classifier: tinyClassifier(config, 3) },
  });
  for (const count of [9, 4, 7]) await trainer.step(tinyBatch(config, count, count), { backbone: 1e-3, classifier: 1e-2 });
  const result = { losses: await trainer.losses(), features: await model.features(tinyBatch(config, 5)), threads: device.info.threads };
  device.dispose();
  return result;
}

describe('threads', () => {
  it('does not change a bit of the result', async () => {
    expect(crossOriginIsolated).toBe(true);
    const alone = await train(1);
    // More than there are cores: some are always late.
    for (const threads of [2, 3, 8]) {
      const together = await train(threads);
      expect(together.threads).toBe(threads);
      expect(together.losses).toEqual(alone.losses);
      expect(together.features).toEqual(alone.features);
    }
  });
});
