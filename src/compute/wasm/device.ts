import { reasonOf, said, type Sentence } from '../../common/said';
import type { ComputeDevice } from '../backbone';
import { PlanDevice } from '../plan/device';
import { selfCheck } from '../plan/self-check';
import type { EngineOptions } from './engine';
import { WasmExecutor } from './executor';

/**
 * The CPU: the static plan in WebAssembly, checked on a tiny problem before it is handed out. Where the fast way cannot be
 * had or computes wrongly, the next one is tried and the device's notes say why. Throws, with the last reason, where there is
 * no SIMD, the kernels cannot be loaded or nothing agrees.
 */
export async function openWasmDevice(options: EngineOptions = {}): Promise<ComputeDevice> {
  const slower: EngineOptions[] = [
    { ...options, plainSimd: true },
    { ...options, plainSimd: true, threads: 1 },
  ];
  const notes: Sentence[] = [];
  let wanted = options;
  for (;;) {
    try {
      return await openChecked(wanted, notes);
    } catch (error) {
      const next = slower.shift();
      if (!next) throw error;
      const left = wanted.plainSimd ? said`More than one thread is left out.` : said`Fused multiply-add is left out.`;
      notes.push(said`${left} ${reasonOf(error)}`);
      wanted = next;
    }
  }
}

async function openChecked(options: EngineOptions, notes: readonly Sentence[]): Promise<ComputeDevice> {
  const device = new PlanDevice(await WasmExecutor.open(options, notes));
  try {
    await selfCheck(device);
    return device;
  } catch (error) {
    device.dispose();
    throw error;
  }
}
