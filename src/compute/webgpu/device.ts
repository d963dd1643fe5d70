import { reasonOf, said, type Sentence } from '../../common/said';
import type { ComputeDevice } from '../backbone';
import { PlanDevice } from '../plan/device';
import { checkHalves, selfCheck } from '../plan/self-check';
import { productSpeed, SMALL_PRODUCT } from '../plan/speed';
import { describeAdapter, requestGpu } from '../tfjs/gpu';
import { gpuBudget } from './budget';
import { WebgpuExecutor, type Tune } from './executor';
import { Pacing } from './pacing';
import { exceptionFor, GPU_CHOICE, SOFTWARE_CHOICE, type KernelChoice } from './table';
import { tunedProducts } from './tune';
import { measureWait } from './waits';

/** How much shorter pieces of work become with every device that was lost. */
const CAUTION = 4;
let losses = 0;

/**
 * The GPU: the static plan in WGSL, on a device of our own, checked on a tiny problem before it is handed out. Kernels that
 * exchange values within a subgroup, and weights stored as halves, give way to plain ones where they fail, and the device's
 * notes say so. Throws an Error that says why there is none, or what it computes wrongly. `choice` overrides what the table
 * and, once a model is known, the tuning say.
 */
export async function openWebgpuDevice(choice?: KernelChoice): Promise<ComputeDevice> {
  const executor = await openWebgpuExecutor(choice);
  try {
    return await checked(executor);
  } catch (error) {
    for (const { choice: plainer, without } of plainerThan(executor.choice)) {
      const notes = without.map((what) => said`${what} are left out. ${reasonOf(error)}`);
      const device = await openWebgpuExecutor(plainer, notes, choice === undefined)
        .then(checked)
        .catch(() => null);
      if (device) return device;
    }
    throw error;
  }
}

/** What may be to blame where a choice of kernels fails, one thing at a time, then all. */
function plainerThan({
  subgroups: sizes,
  ...without
}: KernelChoice): { readonly choice: KernelChoice; readonly without: readonly Sentence[] }[] {
  const [subgroups, halves] = [said`Kernels with subgroups`, said`Weights stored as halves`];
  const plainest = { ...without, halves: false };
  const alone = { choice: without, without: [subgroups] };
  if (sizes === undefined) return without.halves ? [{ choice: plainest, without: [halves] }] : [];
  if (!without.halves) return [alone];
  return [alone, { choice: { ...plainest, subgroups: sizes }, without: [halves] }, { choice: plainest, without: [subgroups, halves] }];
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

/** The executor alone, unchecked; `tunes`: whether it looks for faster kernels of products. */
export async function openWebgpuExecutor(
  choice?: KernelChoice,
  notes: readonly Sentence[] = [],
  tunes = choice === undefined,
): Promise<WebgpuExecutor> {
  const { device, info } = await requestGpu();
  const described = describeAdapter(info);
  const facts = { kind: 'webgpu', engine: 'plan', ...described, threads: 1, ...(notes.length > 0 ? { notes } : {}) } as const;
  void device.lost.then(({ reason }) => {
    if (reason !== 'destroyed') losses++;
  });
  const { userAgent, deviceMemory } = navigator as Navigator & { readonly deviceMemory?: number };
  const budget = gpuBudget(device.limits, { userAgent, deviceMemory });
  const pace = { wait: await measureWait(device.queue), caution: CAUTION ** losses };
  const exception = exceptionFor(described.name);
  const known = exception ?? (described.software ? SOFTWARE_CHOICE : GPU_CHOICE);
  // The table's adapters are known; a processor in disguise has a slow compiler.
  const tune = tunes && !exception && !described.software ? tuneOn(info) : undefined;
  return new WebgpuExecutor(device, facts, choice ?? { ...known, ...subgroupsOf(device, info) }, tune, new Pacing(pace), budget);
}

/** Measures once per browser, adapter and driver, as far as the browser tells them. */
function tuneOn({ vendor, architecture, device, description }: GPUAdapterInfo): Tune {
  const where = [navigator.userAgent, vendor, architecture, device, description].join(', ');
  return (config, choice, time, again) => tunedProducts(config, choice, where, time, again);
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

/** Sizes of the device's subgroups: what WebGPU admits where it does not say. */
export function subgroupsOf(device: GPUDevice, info: Partial<GPUAdapterInfo>): Pick<KernelChoice, 'subgroups'> {
  if (!device.features.has('subgroups')) return {};
  return { subgroups: { least: info.subgroupMinSize ?? 4, most: info.subgroupMaxSize ?? 128 } };
}
