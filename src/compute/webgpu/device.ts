import type { ComputeDevice } from '../backbone';
import { PlanDevice } from '../plan/device';
import { selfCheck } from '../plan/self-check';
import { productSpeed, SMALL_PRODUCT } from '../plan/speed';
import { describeAdapter, requestGpu } from '../tfjs/gpu';
import { WebgpuExecutor } from './executor';
import type { KernelChoice } from './table';
import { tunedChoice } from './tune';

/**
 * The GPU: the static plan in WGSL, on a device of our own, checked on a tiny problem before it is handed out. Kernels that
 * exchange values within a subgroup give way to plain ones where they fail, and the device's notes say so. Throws an Error
 * that says why there is none, or what it computes wrongly. `choice` overrides what the table and the tuning say.
 */
export async function openWebgpuDevice(choice?: KernelChoice): Promise<ComputeDevice> {
  const executor = await openWebgpuExecutor(choice);
  try {
    return await checked(executor);
  } catch (error) {
    const { lanes, ...plain } = executor.choice;
    if (lanes === undefined) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return checked(await openWebgpuExecutor(plain, [`Kernels with subgroups are left out. ${reason}`]));
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
export async function openWebgpuExecutor(choice?: KernelChoice, notes: readonly string[] = []): Promise<WebgpuExecutor> {
  const { device, info } = await requestGpu();
  const described = describeAdapter(info);
  const facts = { kind: 'webgpu', engine: 'plan', ...described, threads: 1, ...(notes.length > 0 ? { notes } : {}) } as const;
  const open = (one: KernelChoice): WebgpuExecutor => new WebgpuExecutor(device, facts, one);
  return open(choice ?? (await tunedChoice(described, lanesOf(device, info), open)));
}

/** GFLOP/s of a small product on the adapter, without the check that a device goes through. */
export async function webgpuSpeed(): Promise<number> {
  const executor = await openWebgpuExecutor();
  try {
    return await productSpeed(executor, SMALL_PRODUCT);
  } finally {
    executor.dispose();
  }
}

/** Lanes of a subgroup, where all subgroups of the device have the same. */
function lanesOf(device: GPUDevice, { subgroupMinSize, subgroupMaxSize }: GPUAdapterInfo): number | undefined {
  return device.features.has('subgroups') && subgroupMinSize === subgroupMaxSize ? subgroupMinSize : undefined;
}
