import { SaidError, said } from '../../common/said';
import * as tf from '@tensorflow/tfjs-core';
import type { ComputeDevice } from '../backbone';
import { TfjsDevice } from './device';
import { wasmPaths } from './wasm-paths';

/** tfjs reads these settings once, and even asking it for its backend would start that. */
let configured = false;

/**
 * WASM: SIMD where the engine has it, threads where the page is cross-origin isolated (never in Node, where tfjs has
 * none, and elsewhere no more than one for every two logical cores, whatever it is asked for). The module is a singleton of the thread; it stays when the device is disposed.
 */
export async function openTfjsWasm(): Promise<ComputeDevice> {
  const { setWasmPaths, getThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
  if (!configured) {
    configured = true;
    setWasmPaths(await wasmPaths());
  }
  if (!(await tf.setBackend('wasm'))) throw new SaidError(said`The WASM module of tfjs could not be started`);
  const [simd, threaded] = await Promise.all([
    tf.env().getAsync('WASM_HAS_SIMD_SUPPORT'),
    tf.env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT'),
  ]);
  const threads = simd && threaded ? Math.max(1, getThreadsCount()) : 1;
  const name = [`${threads} ${threads === 1 ? 'thread' : 'threads'}`, simd ? 'SIMD' : 'no SIMD'].join(', ');
  return new TfjsDevice({
    info: { kind: 'wasm', engine: 'reference', name, software: false, threads },
    close: () => undefined,
  });
}
