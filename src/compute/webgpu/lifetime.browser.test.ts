import { describe, expect, it } from 'vitest';
import { DeviceLostError, type TrainSpec } from '../backbone';
import { PlanDevice } from '../plan/device';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier, tinyConfig } from '../testing/fixtures';
import { requestGpu } from '../tfjs/gpu';
import { WebgpuExecutor } from './executor';
import { SOFTWARE_CHOICE } from './table';
import { crossEntropy } from '../objective';

const config = tinyConfig({ depth: 1 });
const CLASSES = { from: 0, to: 3 } as const;
const RATES = { backbone: 0.01, classifier: 0.01 } as const;
const spec: TrainSpec = {
  trainables: { backbone: 'none', adapters: 'up', classifier: CLASSES },
  objective: crossEntropy(CLASSES),
  optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 },
  maxBatch: 3,
  classifier: tinyClassifier(config, 3),
};

async function open() {
  const { device: gpu } = await requestGpu();
  const info = { kind: 'webgpu', engine: 'plan', name: 'test', software: true, threads: 1 } as const;
  const executor = new WebgpuExecutor(gpu, info, SOFTWARE_CHOICE);
  const device = new PlanDevice(executor);
  const model = await device.load(tinyCheckpoint(config));
  model.attach(tinyAdapters(config, ['k', 'v'], 2, 4, true));
  return { gpu, executor, device, model };
}

describe('a GPU in use', () => {
  it('holds the same buffers, workspace and pages after 1,000 steps, and none when the last model is gone', async () => {
    const { executor, device, model } = await open();
    const trainer = model.train(spec);
    const batches = [3, 2].map((count) => tinyBatch(config, count, count, CLASSES));
    const run = async (steps: number): Promise<void> => {
      for (let step = 0; step < steps; step++) {
        const batch = batches[step % batches.length];
        if (batch) await trainer.step(batch, RATES);
        if (step % 100 === 99) expect(await trainer.losses()).toHaveLength(100);
      }
    };
    await run(100);
    const early = { memory: executor.memory(), scratch: executor.scratch() };
    expect(early.scratch.buffers).toBeGreaterThan(5);
    await run(900);
    expect(executor.memory()).toEqual(early.memory);
    // How many pages await their values at a time depends on when the GPU answers; of those no more than four are kept.
    const { buffers, bytes } = executor.scratch();
    expect(buffers - early.scratch.buffers).toBeLessThanOrEqual(4);
    expect(bytes - early.scratch.bytes).toBe((buffers - early.scratch.buffers) * 4096);
    model.dispose();
    await expect(executor.ready()).resolves.toBeUndefined();
    expect({ memory: executor.memory(), scratch: executor.scratch() }).toEqual({
      memory: { buffers: 0, bytes: 0 },
      scratch: { buffers: 0, bytes: 0 },
    });
    device.dispose();
  });

  it('that is lost in the middle of a step ends it and all to come with DeviceLostError', async () => {
    const { gpu, device, model } = await open();
    const trainer = model.train(spec);
    const batch = tinyBatch(config, 3, 3, CLASSES);
    await trainer.step(batch, RATES);
    const step = trainer.step(batch, RATES);
    const losses = trainer.losses();
    gpu.destroy();
    // The step itself may have been submitted in time; its loss never comes.
    await step.catch((error: unknown) => expect(error).toBeInstanceOf(DeviceLostError));
    await expect(losses).rejects.toThrow(DeviceLostError);
    expect(await device.lost).toBeInstanceOf(DeviceLostError);
    await expect(trainer.step(batch, RATES)).rejects.toThrow(DeviceLostError);
    await expect(model.features(batch)).rejects.toThrow(DeviceLostError);
    device.dispose();
  });

  it('makes an error that nobody caught everybody’s: no call after it succeeds', async () => {
    const { gpu, device, model } = await open();
    gpu.createBuffer({ size: 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(model.features(tinyBatch(config, 1))).rejects.toThrow(/The GPU reports/);
    device.dispose();
  });
});
