/** Somebody who runs the problem: ours or a peer, on one device. */
import type { Commands } from './commands';
import type { Spread } from './spread';

/** What all contenders must agree on. */
export interface Answer {
  readonly loss: number;
  /** `blocks.N.k.up` and `blocks.N.v.up`, [out, rank]. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

/** Milliseconds of JavaScript until a step is with the GPU, begun when the GPU has nothing to do; `submit` is part of `total`. */
export interface Submission {
  readonly total: Spread;
  readonly submit: Spread;
  readonly commands: Commands;
}

export interface Contender {
  /** Adapter, threads: for the table. */
  readonly device: string;
  /** Its first step and its first pass compile for long, and say nothing of the next ones. */
  readonly compiles?: boolean;
  /** Runs a part of a step, so that later ones need compile little. */
  warm?(): Promise<void>;
  /** Loss and gradients of the first step; absent where a contender only runs forward. */
  answer?(): Promise<Answer>;
  /** `count` training steps, all of them done when it resolves. */
  train?(count: number): Promise<void>;
  /** Features [batch, D] of the batch without adapters, `count` times over; the last ones are returned. */
  forward?(count: number): Promise<Float32Array>;
  /** Bytes that a training step holds for its backward pass, as far as the contender can tell. */
  activationBytes?(): number;
  /** What one training step costs before the GPU has it; null where there is none. */
  submission?(): Promise<Submission | null>;
}

export const CONTENDERS = [
  'ours-wasm',
  'ours-webgpu',
  'tfjs-wasm',
  'tfjs-webgpu',
  'jax-wasm',
  'jax-webgpu',
  'onnx-wasm',
  'onnx-webgpu',
] as const;
export type ContenderId = (typeof CONTENDERS)[number];

/** Take minutes where the adapter is a processor in disguise; in the order in which they are tried. */
export const LATE: readonly ContenderId[] = ['onnx-webgpu', 'tfjs-webgpu'];
/** Those that do so on large shapes, where they come first. */
export const LATE_IF_LARGE: readonly ContenderId[] = ['jax-webgpu'];

export const TITLES: Readonly<Record<ContenderId, string>> = {
  'ours-wasm': 'ours, WASM',
  'ours-webgpu': 'ours, WebGPU',
  'tfjs-wasm': 'tfjs autograd, WASM',
  'tfjs-webgpu': 'tfjs autograd, WebGPU',
  'jax-wasm': 'jax-js jit, WASM',
  'jax-webgpu': 'jax-js jit, WebGPU',
  'onnx-wasm': 'onnxruntime-web, WASM',
  'onnx-webgpu': 'onnxruntime-web, WebGPU',
};

export const deviceOf = (id: ContenderId): 'wasm' | 'webgpu' => (id.endsWith('wasm') ? 'wasm' : 'webgpu');
