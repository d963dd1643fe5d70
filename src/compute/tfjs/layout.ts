/**
 * How parameters lie on the device: by their public names (timm's; `blocks.N.<target>.up|down`), linear weights
 * transposed to [in, out], so that y = x W is a plain product, which is the one every backend is fast at.
 */
import type { VitConfig } from '../../vit/config';
import { lastNorm, prefixTokens, tokenCount } from '../../vit/config';
import type { AdapterTarget } from '../backbone';

/** The linear maps of a block in forward order. */
export const LINEARS = ['qkv', 'proj', 'fc1', 'fc2'] as const;
export type LinearName = (typeof LINEARS)[number];

const TIMM_LINEAR = { qkv: 'attn.qkv', proj: 'attn.proj', fc1: 'mlp.fc1', fc2: 'mlp.fc2' } as const;

export function linearOf(target: AdapterTarget): LinearName {
  return target === 'q' || target === 'k' || target === 'v' ? 'qkv' : target;
}

/** timm's name of a block's linear map, without `.weight` or `.bias`. */
export function linearPrefix(block: number, linear: LinearName): string {
  return `blocks.${block}.${TIMM_LINEAR[linear]}`;
}

export function linearShape(config: VitConfig, linear: LinearName): { inputs: number; outputs: number } {
  const { dim, mlpDim } = config;
  switch (linear) {
    case 'qkv':
      return { inputs: dim, outputs: 3 * dim };
    case 'proj':
      return { inputs: dim, outputs: dim };
    case 'fc1':
      return { inputs: dim, outputs: mlpDim };
    case 'fc2':
      return { inputs: mlpDim, outputs: dim };
  }
}

/** The columns of its linear map's output that an adapter adds to. */
export function targetColumns(config: VitConfig, target: AdapterTarget): { offset: number; size: number } {
  const { dim } = config;
  if (target === 'k') return { offset: dim, size: dim };
  if (target === 'v') return { offset: 2 * dim, size: dim };
  return { offset: 0, size: target === 'q' ? dim : linearShape(config, linearOf(target)).outputs };
}

export function adapterName(block: number, target: AdapterTarget, part: 'up' | 'down'): string {
  return `blocks.${block}.${target}.${part}`;
}

/** A weight as PyTorch shapes it, and as a matrix [rows, columns] of that layout where it lies transposed here. */
export interface ParameterShape {
  readonly shape: readonly number[];
  readonly transposed?: readonly [rows: number, columns: number];
}

/** Every timm tensor that `config` implies, in checkpoint order. */
export function backboneShapes(config: VitConfig): Map<string, ParameterShape> {
  const { dim, patchSize, depth } = config;
  const shapes = new Map<string, ParameterShape>();
  if (prefixTokens(config) > 0) shapes.set('cls_token', { shape: [1, 1, dim] });
  shapes.set('pos_embed', { shape: [1, tokenCount(config), dim] });
  shapes.set('patch_embed.proj.weight', { shape: [dim, 3, patchSize, patchSize], transposed: [dim, 3 * patchSize * patchSize] });
  shapes.set('patch_embed.proj.bias', { shape: [dim] });
  const norm = (name: string): void => {
    shapes.set(`${name}.weight`, { shape: [dim] });
    shapes.set(`${name}.bias`, { shape: [dim] });
  };
  for (let block = 0; block < depth; block++) {
    const linear = (name: LinearName): void => {
      const { inputs, outputs } = linearShape(config, name);
      shapes.set(`${linearPrefix(block, name)}.weight`, { shape: [outputs, inputs], transposed: [outputs, inputs] });
      shapes.set(`${linearPrefix(block, name)}.bias`, { shape: [outputs] });
    };
    norm(`blocks.${block}.norm1`);
    linear('qkv');
    linear('proj');
    norm(`blocks.${block}.norm2`);
    linear('fc1');
    linear('fc2');
  }
  if (lastNorm(config) !== 'none') norm('norm');
  return shapes;
}

/** [rows, columns] row-major to [columns, rows], a new array. */
export function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) out[column * rows + row] = values[row * columns + column] ?? NaN;
  return out;
}
