/** What is measured: sizes of models and batches. */
import { tokenCount, type VitConfig } from '../../src/vit/config';
import type { ContenderId } from './contender';

export interface Shape {
  readonly id: string;
  readonly title: string;
  readonly config: VitConfig;
  readonly batch: number;
  /** Rank of the adapters on K and V of every block. */
  readonly rank: number;
  /** Who takes part; all, where nothing is said. */
  readonly contenders?: readonly ContenderId[];
  /** A smaller batch of the same network, on which those compete that would take many minutes here on a software adapter. */
  readonly small?: Shape;
}

/** Classes of the head that learns with the adapters. */
export const CLASSES = 10;

export function vit(dim: number, depth: number, heads: number, imageSize: number, patchSize: number, mlpDim = 4 * dim): VitConfig {
  return {
    ...{ imageSize, patchSize, dim, depth, heads, mlpDim, layerNormEps: 1e-6 },
    ...{ mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], pooling: 'token' },
  };
}

export const shapeN: Shape = {
  id: 'N',
  title: 'N: dim 96, 6 blocks, 3 heads, 65 tokens, batch 32',
  config: vit(96, 6, 3, 64, 8),
  batch: 32,
  rank: 4,
};

const tiny = vit(192, 12, 3, 224, 16);
const tinyAlone: Shape = {
  ...{ id: 'ti1', title: 'ViT-Ti/16 at 224, batch 1: those for whom batch 8 would take many minutes', config: tiny, batch: 1, rank: 4 },
  contenders: ['ours-wasm', 'ours-webgpu', 'tfjs-webgpu', 'onnx-webgpu'],
};

export const SHAPES: readonly Shape[] = [
  shapeN,
  {
    id: 'bundled',
    title: 'Bundled backbone: dim 128, 4 blocks, 4 heads, 17 tokens, batch 32',
    config: vit(128, 4, 4, 32, 8),
    batch: 32,
    rank: 8,
  },
  tinyAlone,
  { id: 'ti', title: 'ViT-Ti/16 at 224, batch 8', config: tiny, batch: 8, rank: 4, small: tinyAlone },
  { id: 's', title: 'ViT-S/16 at 224, batch 4', config: vit(384, 12, 6, 224, 16), batch: 4, rank: 4 },
];

function size(patch: number, dim: number, depth: number, mlp: number, heads: number): Shape {
  const id = `p${patch}-d${dim}-b${depth}-m${mlp}`;
  const title = `Patch ${patch}, dim ${dim}, ${depth} blocks, MLP ${mlp}, batch 32`;
  return { id, title, config: vit(dim, depth, heads, 32, patch, mlp), batch: 32, rank: 8 };
}

/** The sizes that the bundled backbone could have had, pretrain/README.md; the last one is shipped. */
export const SIZES: readonly Shape[] = [
  size(8, 128, 6, 512, 4),
  size(8, 192, 4, 384, 6),
  size(4, 64, 6, 256, 2),
  size(8, 128, 8, 256, 4),
  size(8, 128, 4, 512, 4),
];

/**
 * Floating-point operations of the products of a pass. `training`: forward and the gradient of every block's input;
 * frozen weights have no gradient of their own. Nothing that an engine may leave out is left out here.
 */
export function flopsOf({ config, batch }: Shape, pass: 'training' | 'forward'): number {
  const { dim, mlpDim, depth, patchSize } = config;
  const tokens = tokenCount(config);
  const linear = 2 * tokens * (4 * dim * dim + 2 * dim * mlpDim);
  const attention = 4 * tokens * tokens * dim;
  const patches = 2 * (tokens - 1) * 3 * patchSize ** 2 * dim;
  const block = pass === 'forward' ? linear + attention : 2 * linear + 3 * attention;
  return batch * (depth * block + patches);
}
