import { describe, expect, it } from 'vitest';
import { DeviceLostError, type ComputeDevice } from '../backbone';
import { describeDevice } from '../testing/conformance';
import { tinyBatch, tinyCheckpoint, tinyConfig } from '../testing/fixtures';
import { openTfjsWebgpu } from './device-webgpu';

// tfjs has one WebGPU backend a thread: a second device would take it from the first.
let only: Promise<ComputeDevice> | undefined;
describeDevice('reference on WebGPU', () => (only ??= openTfjsWebgpu()), { prompts: false, quick: true, oneMethod: true, steps: 6 });

describe('a lost GPU', () => {
  it('ends pending and later calls with DeviceLostError', async () => {
    const config = tinyConfig();
    const request = GPUAdapter.prototype.requestDevice;
    let raw: GPUDevice | undefined;
    GPUAdapter.prototype.requestDevice = async function (this: GPUAdapter, descriptor) {
      raw = await request.call(this, descriptor);
      return raw;
    };
    const device = await openTfjsWebgpu().finally(() => (GPUAdapter.prototype.requestDevice = request));
    const model = await device.load(tinyCheckpoint(config));
    await model.features(tinyBatch(config, 1));
    const pending = model.features(tinyBatch(config, 2));
    raw?.destroy();
    await expect(pending).rejects.toThrow(DeviceLostError);
    expect(await device.lost).toBeInstanceOf(DeviceLostError);
    await expect(model.features(tinyBatch(config, 1))).rejects.toThrow(/GPU was lost/);
    device.dispose();
  });
});
