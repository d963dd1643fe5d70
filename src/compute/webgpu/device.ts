import type { ComputeDevice } from '../backbone';
import { PlanDevice } from '../plan/device';
import { selfCheck } from '../plan/self-check';
import { describeAdapter, requestGpu } from '../tfjs/gpu';
import { WebgpuExecutor } from './executor';
import { kernelsFor, type KernelChoice } from './table';

/**
 * The GPU: the static plan in WGSL, on a device of our own, checked on a tiny problem before it is handed out. Kernels that
 * exchange values within a subgroup give way to plain ones where they fail, and the console says so. Throws an Error that
 * says why there is none, or what it computes wrongly. `choice` overrides the table's kernels for this adapter.
 */
export async function openWebgpuDevice(choice?: KernelChoice): Promise<ComputeDevice> {
  const executor = await openWebgpuExecutor(choice);
  try {
    return await checked(executor);
  } catch (error) {
    const { lanes, ...plain } = executor.choice;
    if (lanes === undefined) throw error;
    console.info(`WebGPU kernels with subgroups: ${String(error)}. Trying without.`);
    return checked(await openWebgpuExecutor(plain));
  }
}

async function checked(executor: WebgpuExecutor): Promise<ComputeDevice> {
  const device = new PlanDevice(executor);
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
  const facts = { kind: 'webgpu', engine: 'plan', ...described, threads: 1 } as const;
  return new WebgpuExecutor(device, facts, choice ?? kernelsFor(described, lanesOf(device, info)));
}

/** Lanes of a subgroup, where all subgroups of the device have the same. */
function lanesOf(device: GPUDevice, { subgroupMinSize, subgroupMaxSize }: GPUAdapterInfo): number | undefined {
  return device.features.has('subgroups') && subgroupMinSize === subgroupMaxSize ? subgroupMinSize : undefined;
}
