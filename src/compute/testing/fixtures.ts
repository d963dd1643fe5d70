/** Tiny random models, images and adapters for the checks of a device. */
import type { Classifier, NamedTensor, VitCheckpoint } from '../../vit/checkpoint';
import { lastNorm, prefixTokens, tokenCount, type VitConfig } from '../../vit/config';
import type { Adapter, AdapterTarget } from '../backbone';
import type { LabelledBatch } from '../images';
import { normals, seeded } from './random';

/** A ViT of 5 tokens, 2 blocks and 2 heads of 4; override what a check is about. */
export function tinyConfig(overrides: Partial<VitConfig> = {}): VitConfig {
  return {
    imageSize: 8,
    patchSize: 4,
    dim: 8,
    depth: 2,
    heads: 2,
    mlpDim: 12,
    layerNormEps: 1e-6,
    mean: [0.5, 0.4, 0.3],
    std: [0.3, 0.25, 0.2],
    pooling: 'token',
    ...overrides,
  };
}

/** A ViT as they are made: the MLP four times as wide as a token. */
export const vit = (dim: number, depth: number, heads: number, imageSize: number, patchSize: number): VitConfig =>
  tinyConfig({ dim, depth, heads, imageSize, patchSize, mlpDim: 4 * dim });

/** Random weights, large enough that attention and GELU are well away from linear. */
export function tinyCheckpoint(config: VitConfig, seed = 1): VitCheckpoint {
  const random = seeded(seed);
  const tensors = new Map<string, NamedTensor>();
  const add = (name: string, shape: number[], scale: number, offset = 0): void => {
    const data = normals(
      random,
      shape.reduce((a, b) => a * b, 1),
      scale,
    );
    tensors.set(name, { shape, data: data.map((value) => value + offset) });
  };
  const { dim, mlpDim, patchSize, depth } = config;
  add('patch_embed.proj.weight', [dim, 3, patchSize, patchSize], 0.15);
  add('patch_embed.proj.bias', [dim], 0.1);
  if (prefixTokens(config) > 0) add('cls_token', [1, 1, dim], 0.5);
  add('pos_embed', [1, tokenCount(config), dim], 0.5);
  for (let block = 0; block < depth; block++) {
    const prefix = `blocks.${block}`;
    const linear = (name: string, outputs: number, inputs: number): void => {
      add(`${prefix}.${name}.weight`, [outputs, inputs], 1 / Math.sqrt(inputs));
      add(`${prefix}.${name}.bias`, [outputs], 0.1);
    };
    const norm = (name: string): void => {
      add(`${prefix}.${name}.weight`, [dim], 0.2, 1);
      add(`${prefix}.${name}.bias`, [dim], 0.1);
    };
    norm('norm1');
    linear('attn.qkv', 3 * dim, dim);
    linear('attn.proj', dim, dim);
    norm('norm2');
    linear('mlp.fc1', mlpDim, dim);
    linear('mlp.fc2', dim, mlpDim);
  }
  if (lastNorm(config) !== 'none') {
    add('norm.weight', [dim], 0.2, 1);
    add('norm.bias', [dim], 0.1);
  }
  return { config, tensors, head: null };
}

/** `count` random images with labels cycling through [from, to). */
export function tinyBatch(
  config: VitConfig,
  count: number,
  seed = 2,
  labels: { from: number; to: number } = { from: 0, to: 3 },
): LabelledBatch {
  const random = seeded(seed);
  const size = config.imageSize;
  const pixels = Uint8Array.from({ length: count * size * size * 3 }, () => Math.floor(random() * 256));
  const range = labels.to - labels.from;
  return { pixels, count, size, labels: Int32Array.from({ length: count }, (_, i) => labels.from + ((i * 2 + 1) % range)) };
}

export function tinyClassifier(config: VitConfig, classes: number, seed = 3): Classifier {
  const random = seeded(seed);
  return { weight: normals(random, classes * config.dim, 0.5), bias: normals(random, classes, 0.2) };
}

/** Input and output width of the linear map that carries an adapter. */
export function targetShape(config: VitConfig, target: AdapterTarget): { inputs: number; outputs: number } {
  switch (target) {
    case 'fc1':
      return { inputs: config.dim, outputs: config.mlpDim };
    case 'fc2':
      return { inputs: config.mlpDim, outputs: config.dim };
    default:
      return { inputs: config.dim, outputs: config.dim };
  }
}

/**
 * One adapter per block and target. `shared`: all adapters of a block carry the same `down` array (they must then
 * read the same input), as InfLoRA's K and V do.
 */
export function tinyAdapters(config: VitConfig, targets: readonly AdapterTarget[], rank: number, seed = 4, shared = false): Adapter[] {
  const random = seeded(seed);
  const adapters: Adapter[] = [];
  for (let block = 0; block < config.depth; block++) {
    const common = normals(random, rank * config.dim, 0.3);
    for (const target of targets) {
      const { inputs, outputs } = targetShape(config, target);
      const down = shared ? common : normals(random, rank * inputs, 0.3);
      adapters.push({ block, target, rank, down, up: normals(random, outputs * rank, 0.3) });
    }
  }
  return adapters;
}
