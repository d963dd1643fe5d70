import { describeAdapter, requestGpu } from '../../tfjs/gpu';
import { subgroupsOf } from '../device';
import { GPU_CHOICE, type KernelChoice } from '../table';

/** What a card with this adapter's subgroups would be given, although the adapter is a processor in disguise; and its name. */
export async function choiceHere(): Promise<{ readonly choice: KernelChoice; readonly adapter: string }> {
  const { device, info } = await requestGpu();
  const choice = { ...GPU_CHOICE, ...subgroupsOf(device, info) };
  device.destroy();
  return { choice, adapter: describeAdapter(info).name };
}
