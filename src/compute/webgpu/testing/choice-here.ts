import { describeAdapter, requestGpu } from '../../tfjs/gpu';
import type { ComputeDevice } from '../../backbone';
import { openWebgpuDevice, subgroupsOf } from '../device';
import { GPU_CHOICE, type KernelChoice } from '../table';

/** What a card with this adapter's subgroups would be given, although the adapter is a processor in disguise; and its name. */
export async function choiceHere(): Promise<{ readonly choice: KernelChoice; readonly adapter: string }> {
  const { device, info } = await requestGpu();
  const choice = { ...GPU_CHOICE, ...subgroupsOf(device, info) };
  device.destroy();
  return { choice, adapter: describeAdapter(info).name };
}

/** A device with just these kernels. Throws where it could only be had with plainer ones. */
export async function openAsCard(): Promise<ComputeDevice> {
  const device = await openWebgpuDevice((await choiceHere()).choice);
  const { notes } = device.info;
  if (!notes) return device;
  device.dispose();
  throw new Error(`Kernels were left out: ${JSON.stringify(notes)}`);
}
