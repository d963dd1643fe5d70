/** Small ViTs with made-up weights, for tests of everything that takes a checkpoint. */
import type { NamedTensor, VitCheckpoint } from '../checkpoint';
import type { VitConfig } from '../config';
import { elementCount, fromFloat32, type RawTensor } from '../dtype';
import { expectedShapes } from '../shapes';

const DEFAULTS: VitConfig = {
  imageSize: 8,
  patchSize: 4,
  dim: 8,
  depth: 2,
  heads: 2,
  mlpDim: 16,
  layerNormEps: 1e-6,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  pooling: 'token',
};

/** Deterministic values in about -0.2 .. 0.2; norms around 1. */
function fill(name: string, count: number): Float32Array {
  const base = /norm\d?\.weight$/.test(name) ? 1 : 0;
  return Float32Array.from({ length: count }, (_, i) => base + 0.2 * Math.sin((i + 1) * 12.9898 + name.length * 78.233));
}

/** A valid checkpoint of the given configuration (8 x 8 pixels, patch 4, D = 8, two blocks of two heads by default). */
export function tinyVit(config: Partial<VitConfig> = {}, classes = 0): VitCheckpoint {
  const whole = { ...DEFAULTS, ...config };
  const tensors = new Map<string, NamedTensor>();
  for (const [name, shape] of expectedShapes(whole)) tensors.set(name, { shape, data: fill(name, elementCount(shape)) });
  const head = classes === 0 ? null : { weight: fill('head.weight', classes * whole.dim), bias: fill('head.bias', classes) };
  return { config: whole, tensors, head };
}

/** The same as a file would hold it, to be damaged by tests. */
export function rawTensors({ tensors, head, config }: VitCheckpoint): Map<string, RawTensor> {
  const raw = new Map<string, RawTensor>();
  for (const [name, { shape, data }] of tensors) raw.set(name, fromFloat32(data, shape));
  if (head !== null) {
    raw.set('head.weight', fromFloat32(head.weight, [head.bias.length, config.dim]));
    raw.set('head.bias', fromFloat32(head.bias, [head.bias.length]));
  }
  return raw;
}
