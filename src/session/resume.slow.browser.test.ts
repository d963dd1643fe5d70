import { afterAll, beforeAll, describe, it } from 'vitest';
import type { ComputeDevice } from '../compute/backbone';
import { openWebgpuDevice } from '../compute/webgpu/device';
import { expectResumable, RESUMED } from './testing/resume';

describe('a run that was cut and goes on, on WebGPU', () => {
  let device: ComputeDevice;
  beforeAll(async () => {
    device = await openWebgpuDevice();
  });
  afterAll(() => device.dispose());
  // Compiling takes longer than training here: all runs share one device, each a model of its own.
  const shared = async (): Promise<ComputeDevice> => Object.assign(Object.create(device) as ComputeDevice, { dispose: () => undefined });
  it.each(RESUMED)('%s %o', (...spec) => expectResumable(shared, spec, 'adam', 2));
});
