import type { ComputeDevice } from '../backbone';
import { PlanDevice } from '../plan/device';
import { checkHalves, selfCheck } from '../plan/self-check';
import { productSpeed, SMALL_PRODUCT } from '../plan/speed';
import { describeAdapter, requestGpu } from '../tfjs/gpu';
import { WebgpuExecutor } from './executor';
import { gpuBudget } from './budget';
import { Pacing } from './pacing';
import type { KernelChoice } from './table';
import { tunedChoice } from './tune';
import { measureWait } from './waits';

/** How much shorter pieces of work become with every device that was lost. */
const CAUTION = 4;
let losses = 0;

/**
 * The GPU: the static plan in WGSL, on a device of our own, checked on a tiny problem before it is handed out. Kernels that
 * exchange values within a subgroup, and weights stored as halves, give way to plain ones where they fail, and the device's
 * notes say so. Throws an Error that says why there is none, or what it computes wrongly. `choice` overrides what the table
 * and the tuning say.
 */
export async function openWebgpuDevice(choice?: KernelChoice): Promise<ComputeDevice> {
  const executor = await openWebgpuExecutor(choice);
  try {
    return await checked(executor);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    for (const { choice: plainer, without } of plainerThan(executor.choice)) {
      const notes = without.map((what) => `${what} are left out. ${reason}`);
      const device = await openWebgpuExecutor(plainer, notes)
        .then(checked)
        .catch(() => null);
      if (device) return device;
    }
    throw error;
  }
}

/** What may be to blame where a choice of kernels fails, one thing at a time, then all. */
function plainerThan({ lanes, ...withoutLanes }: KernelChoice): { readonly choice: KernelChoice; readonly without: readonly string[] }[] {
  const [subgroups, halves] = ['Kernels with subgroups', 'Weights stored as halves'];
  const plainest = { ...withoutLanes, halves: false };
  const alone = { choice: withoutLanes, without: [subgroups] };
  if (lanes === undefined) return withoutLanes.halves ? [{ choice: plainest, without: [halves] }] : [];
  if (!withoutLanes.halves) return [alone];
  return [alone, { choice: { ...plainest, lanes }, without: [halves] }, { choice: plainest, without: [subgroups, halves] }];
}

async function checked(executor: WebgpuExecutor): Promise<ComputeDevice> {
  const device = new PlanDevice(executor);
  try {
    if (executor.halves) await checkHalves(executor);
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
  void device.lost.then(({ reason }) => {
    if (reason !== 'destroyed') losses++;
  });
  const { userAgent, deviceMemory } = navigator as Navigator & { readonly deviceMemory?: number };
  const budget = gpuBudget(device.limits, { userAgent, deviceMemory });
  const pace = { wait: await measureWait(device.queue), caution: CAUTION ** losses };
  const open = (one: KernelChoice): WebgpuExecutor => new WebgpuExecutor(device, facts, one, new Pacing(pace), budget);
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
