import type { NamedTensor, VitCheckpoint } from '../../vit/checkpoint';
import { lastNorm, prefixTokens, tokenCount, type VitConfig } from '../../vit/config';
import type { View } from './ops';

/** Where a tensor lies: `offset` floats into its buffer. */
export interface TensorPlace {
  readonly buffer: string;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly count: number;
}

/**
 * All timm tensors in a few flat buffers (`embed`, `block.N`, `norm`), so that the optimiser runs over whole buffers
 * and no single buffer exceeds what a GPU binds. Tensors start at multiples of 4 floats; the gaps hold zeros.
 */
export interface WeightLayout {
  readonly tensors: ReadonlyMap<string, TensorPlace>;
  /** Floats of each buffer. */
  readonly buffers: ReadonlyMap<string, number>;
}

const padded = (count: number): number => Math.ceil(count / 4) * 4;

/** The layout that a configuration implies. */
export function weightLayout(config: VitConfig): WeightLayout {
  const tensors = new Map<string, TensorPlace>();
  const buffers = new Map<string, number>();
  const add = (buffer: string, name: string, shape: readonly number[]): void => {
    const count = shape.reduce((a, b) => a * b, 1);
    const offset = buffers.get(buffer) ?? 0;
    tensors.set(name, { buffer, offset, shape, count });
    buffers.set(buffer, offset + padded(count));
  };
  const { dim, mlpDim, patchSize, depth } = config;
  add('embed', 'patch_embed.proj.weight', [dim, 3, patchSize, patchSize]);
  add('embed', 'patch_embed.proj.bias', [dim]);
  if (prefixTokens(config) > 0) add('embed', 'cls_token', [1, 1, dim]);
  add('embed', 'pos_embed', [1, tokenCount(config), dim]);
  for (let block = 0; block < depth; block++) {
    const buffer = `block.${block}`;
    const prefix = `blocks.${block}`;
    for (const norm of ['norm1', 'norm2']) {
      add(buffer, `${prefix}.${norm}.weight`, [dim]);
      add(buffer, `${prefix}.${norm}.bias`, [dim]);
    }
    for (const [linear, outputs, inputs] of [
      ['attn.qkv', 3 * dim, dim],
      ['attn.proj', dim, dim],
      ['mlp.fc1', mlpDim, dim],
      ['mlp.fc2', dim, mlpDim],
    ] as const) {
      add(buffer, `${prefix}.${linear}.weight`, [outputs, inputs]);
      add(buffer, `${prefix}.${linear}.bias`, [outputs]);
    }
  }
  if (lastNorm(config) !== 'none') {
    add('norm', 'norm.weight', [dim]);
    add('norm', 'norm.bias', [dim]);
  }
  return { tensors, buffers };
}

/** Place of a tensor; throws on a name that the architecture does not have. */
export function placeOf(layout: WeightLayout, name: string): TensorPlace {
  const place = layout.tensors.get(name);
  if (!place) throw new Error(`A ViT of this configuration has no tensor "${name}"`);
  return place;
}

/** A tensor as a matrix of `stride` columns, `rows` rows down; `prefix` redirects to a buffer of the same layout, as for gradients. */
export function tensorView(layout: WeightLayout, name: string, stride: number, firstRow = 0, prefix = ''): View {
  const { buffer, offset } = placeOf(layout, name);
  return { buffer: prefix + buffer, offset: offset + firstRow * stride, stride };
}

/** Throws naming the first tensor that is missing, misshapen or not what the configuration implies. */
export function checkTensors(layout: WeightLayout, checkpoint: VitCheckpoint): void {
  for (const [name, { count, shape }] of layout.tensors) {
    const tensor = checkpoint.tensors.get(name);
    const expected = `expected [${shape.join(', ')}]`;
    if (!tensor) throw new Error(`The checkpoint lacks the tensor "${name}" (${expected})`);
    if (tensor.data.length !== count) {
      throw new Error(`The tensor "${name}" has ${tensor.data.length} values of shape [${tensor.shape.join(', ')}]; ${expected}`);
    }
  }
}

/** Copies of all tensors out of flat buffers. */
export function readTensors(layout: WeightLayout, buffer: (name: string) => Float32Array): Map<string, NamedTensor> {
  const tensors = new Map<string, NamedTensor>();
  for (const [name, { buffer: source, offset, shape, count }] of layout.tensors) {
    tensors.set(name, { shape: [...shape], data: buffer(source).slice(offset, offset + count) });
  }
  return tensors;
}
