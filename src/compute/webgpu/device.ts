import type { ComputeDevice } from '../backbone';
import { PlanDevice } from '../plan/device';
import { selfCheck } from '../plan/self-check';
import { describeAdapter, requestGpu } from '../tfjs/gpu';
import { WebgpuExecutor } from './executor';
import { kernelsFor, type KernelChoice } from './table';

/**
 * The GPU: the static plan in WGSL, on a device of our own, checked on a tiny problem before it is handed out. Throws an
 * Error that says why there is none, or what it computes wrongly. `choice` overrides the table's kernels for this adapter.
 */
export async function openWebgpuDevice(choice?: KernelChoice): Promise<ComputeDevice> {
  const device = new PlanDevice(await openWebgpuExecutor(choice));
  try {
    await selfCheck(device);
    return device;
  } catch (error) {
    device.dispose();
    throw error;
  }
}

/** The executor alone, unchecked. */
export async function openWebgpuExecutor(choice?: KernelChoice): Promise<WebgpuExecutor> {
  const { device, info } = await requestGpu();
  const described = describeAdapter(info);
  return new WebgpuExecutor(device, { kind: 'webgpu', engine: 'plan', ...described, threads: 1 }, choice ?? kernelsFor(described));
}
