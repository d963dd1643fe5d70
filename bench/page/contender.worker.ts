/** One contender in a worker of its own: its memory and threads end with it. */
import { expose } from 'comlink';
import type { Answer, Contender, ContenderId, Submission } from './contender';
import { problemOf } from './problem';
import type { Shape } from './shapes';

async function open(id: ContenderId, shape: Shape): Promise<Contender> {
  const problem = problemOf(shape);
  switch (id) {
    case 'ours-wasm':
      return (await import('./peers/ours')).ours(problem, await (await import('../../src/compute/wasm/device')).openWasmDevice());
    case 'ours-webgpu':
      return (await import('./peers/ours')).ours(problem, await (await import('../../src/compute/webgpu/device')).openWebgpuDevice());
    case 'tfjs-wasm':
    case 'tfjs-webgpu':
      return (await import('./peers/tfjs')).tfjs(problem, id === 'tfjs-wasm' ? 'wasm' : 'webgpu');
    case 'jax-wasm':
    case 'jax-webgpu':
      return (await import('./peers/jax')).jax(problem, id === 'jax-wasm' ? 'wasm' : 'webgpu');
    case 'onnx-wasm':
    case 'onnx-webgpu':
      return (await import('./peers/onnx')).onnx(problem, id === 'onnx-wasm' ? 'wasm' : 'webgpu');
  }
}

let contender: Contender | null = null;

const api = {
  async open(id: ContenderId, shape: Shape): Promise<{ readonly device: string; readonly compiles: boolean }> {
    contender = await open(id, shape);
    await contender.warm?.();
    return { device: contender.device, compiles: contender.compiles === true };
  },
  /** The first training step, with what is left to compile. */
  answer: async (): Promise<Answer | null> => (await contender?.answer?.()) ?? null,
  /** Milliseconds a step or pass, over `count` of them; null where the contender has no such thing. */
  async time(work: 'train' | 'forward', count: number): Promise<number | null> {
    if (!contender?.[work]) return null;
    const before = performance.now();
    await contender[work](count);
    return (performance.now() - before) / count;
  },
  features: async (): Promise<Float32Array | null> => (await contender?.forward?.(1)) ?? null,
  activationBytes: async (): Promise<number | null> => contender?.activationBytes?.() ?? null,
  submission: async (): Promise<Submission | null> => (await contender?.submission?.()) ?? null,
};
export type ContenderApi = typeof api;

expose(api);
