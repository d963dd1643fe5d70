import type { ComputeDevice } from '../backbone';
import { PlanDevice } from '../plan/device';
import type { EngineOptions } from './engine';
import { WasmExecutor } from './executor';

/** The CPU: the static plan in WebAssembly. Throws where there is no SIMD or the kernels cannot be loaded. */
export async function openWasmDevice(options?: EngineOptions): Promise<ComputeDevice> {
  return new PlanDevice(await WasmExecutor.open(options));
}
