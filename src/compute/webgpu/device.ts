import type { ComputeDevice } from '../backbone';
import { PlanDevice } from '../plan/device';
import { describeAdapter, requestGpu } from '../tfjs/gpu';
import { WebgpuExecutor } from './executor';
import { kernelsFor, type KernelChoice } from './table';

/** The GPU: the static plan in WGSL, on a device of our own. Throws an Error that says why there is none. */
export async function openWebgpuDevice(choice?: KernelChoice): Promise<ComputeDevice> {
  return new PlanDevice(await openWebgpuExecutor(choice));
}

/** The executor alone; `choice` overrides the table's kernels for this adapter. */
export async function openWebgpuExecutor(choice?: KernelChoice): Promise<WebgpuExecutor> {
  const { device, info } = await requestGpu();
  const described = describeAdapter(info);
  return new WebgpuExecutor(device, { kind: 'webgpu', engine: 'plan', ...described, threads: 1 }, choice ?? kernelsFor(described));
}
