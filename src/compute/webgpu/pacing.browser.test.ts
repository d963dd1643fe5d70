import { expect, it } from 'vitest';
import type { TrainSpec } from '../backbone';
import { crossEntropy } from '../objective';
import { PlanDevice } from '../plan/device';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier, tinyConfig } from '../testing/fixtures';
import { requestGpu } from '../tfjs/gpu';
import { WebgpuExecutor } from './executor';
import { Pacing } from './pacing';
import { SOFTWARE_CHOICE } from './table';

const config = tinyConfig({ depth: 1 });
const CLASSES = { from: 0, to: 3 } as const;
const spec: TrainSpec = {
  trainables: { backbone: 'none', adapters: 'up', classifier: CLASSES },
  objective: crossEntropy(CLASSES),
  optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 },
  maxBatch: 3,
  classifier: tinyClassifier(config, 3),
};

/** Losses and adapters after a few steps, and how many submissions they were. */
async function train(pacing: Pacing) {
  const { device: gpu } = await requestGpu();
  let submissions = 0;
  const submit = gpu.queue.submit.bind(gpu.queue);
  gpu.queue.submit = (buffers) => {
    submissions++;
    return submit(buffers);
  };
  const info = { kind: 'webgpu', engine: 'plan', name: 'test', software: true, threads: 1 } as const;
  const device = new PlanDevice(new WebgpuExecutor(gpu, info, SOFTWARE_CHOICE, undefined, pacing));
  const model = await device.load(tinyCheckpoint(config));
  model.attach(tinyAdapters(config, ['k', 'v'], 2, 4, true));
  const trainer = model.train(spec);
  for (const seed of [1, 2, 3]) await trainer.step(tinyBatch(config, 3, seed, CLASSES), { backbone: 0.01, classifier: 0.01 });
  const found = { losses: await trainer.losses(), adapters: await model.adapters(), classifier: await trainer.classifier() };
  const used = submissions;
  device.dispose();
  return { found, used };
}

/** Of a device that is found slower, and found faster, with every program. */
class Wavering extends Pacing {
  private asked = 0;
  override get flopsAtOnce(): number {
    return this.asked++ % 2 === 0 ? 3000 : 1e9;
  }
}

it('a step computes the same to the bit in one submission, in one for each launch, and with launches that are split anew', async () => {
  const whole = await train(new Pacing({ now: () => 0 }));
  const cut = await train(new Pacing({ caution: 1e9 }));
  expect(cut.used).toBeGreaterThan(whole.used + 50);
  expect(cut.found).toEqual(whole.found);
  const split = await train(new Wavering({ caution: 1e9 }));
  expect(split.used).toBeGreaterThan(cut.used);
  expect(split.found).toEqual(whole.found);
});
