import * as tf from '@tensorflow/tfjs-core';
import { activationOf, lastNorm, maximumShare, prefixTokens, tokenCount, unpooledTokens, type VitConfig } from '../../vit/config';
import type { AdapterTarget } from '../backbone';
import type { ImageBatch } from '../images';
import type { AdapterPlace } from '../plan/adapter-layout';
import { activate, layerNorm, scoped, softmax, transposed } from './ops';
import type { Parameters } from './parameters';
import { patchRows } from './patches';

/** A ViT as a pass sees it: its parameters by their public names, shaped as in PyTorch. */
export interface Network {
  readonly config: VitConfig;
  readonly parameters: Parameters;
  /** Where adapters sit; their values are parameters `<name>.up` and `<name>.down`. */
  readonly adapters: readonly Pick<AdapterPlace, 'name' | 'block' | 'target'>[];
}

/**
 * Told of values on the way: `patch_embed`, `block{l}.out`, `norm_out`, and as `block{l}.<target>` the input of every linear
 * map. They are gone when the pass is over: what is to stay is kept.
 */
export type Visit = (name: string, value: tf.Tensor) => void;

/** timm's names of the linear maps of a block, and the targets that make up each. */
export const MAPS: Readonly<Record<string, readonly AdapterTarget[]>> = {
  'attn.qkv': ['q', 'k', 'v'],
  'attn.proj': ['proj'],
  'mlp.fc1': ['fc1'],
  'mlp.fc2': ['fc2'],
};

/** Rows of a timm tensor of the map that carries a target. */
function rowsOf({ config, parameters }: Network, block: number, target: AdapterTarget, part: 'weight' | 'bias'): tf.Tensor {
  const [name, targets] = Object.entries(MAPS).find(([, parts]) => parts.includes(target)) ?? ['', []];
  const tensor = parameters.get(`blocks.${block}.${name}.${part}`);
  if (targets.length === 1) return tensor;
  return tf.slice(tensor, targets.indexOf(target) * config.dim, config.dim);
}

/** W + Σ up · down, [out, in]: merging is this very tensor, hence exact. */
export function effectiveWeight(network: Network, block: number, target: AdapterTarget): tf.Tensor {
  const { parameters, adapters } = network;
  let weight = rowsOf(network, block, target, 'weight');
  for (const place of adapters) {
    if (place.block !== block || place.target !== target) continue;
    weight = tf.add(weight, tf.matMul(parameters.get(`${place.name}.up`), parameters.get(`${place.name}.down`)));
  }
  return weight;
}

/** A part of the pass, with the parameters that it alone reads. */
export interface Stage {
  readonly owns: RegExp;
  readonly run: (x: tf.Tensor) => tf.Tensor;
}

/** The pass from patches to features [n, D] in parts that can be differentiated one at a time. */
export function stages(network: Network, visit: Visit = () => undefined): Stage[] {
  const { config } = network;
  const halves = Array.from({ length: config.depth }, (_, block): Stage[] => [
    { owns: new RegExp(`^blocks\\.${block}\\.(norm1|attn|q|k|v|proj)\\.`), run: (x) => selfAttention(network, block, x, visit) },
    { owns: new RegExp(`^blocks\\.${block}\\.(norm2|mlp|fc1|fc2)\\.`), run: (x) => feedForward(network, block, x, visit) },
  ]);
  return [
    { owns: /^(patch_embed\.|cls_token|pos_embed)/, run: (patches) => embed(network, patches, visit) },
    ...halves.flat(),
    { owns: /^norm\./, run: (x) => end(network, x, visit) },
  ];
}

/** Images as rows of patches [n · patches, 3 · P · P] on the device. */
export function patchTensor(images: ImageBatch, config: VitConfig): tf.Tensor {
  const width = 3 * config.patchSize ** 2;
  const rows = patchRows(images, config, 0, images.count);
  return tf.tensor2d(rows, [rows.length / width, width]);
}

/** Images to features [n, D], without a gradient: the values of one stage at a time are alive. */
export function forward(network: Network, images: ImageBatch, visit: Visit): tf.Tensor {
  let x = patchTensor(images, network.config);
  for (const { run } of stages(network, visit)) {
    const input = x;
    x = scoped(() => run(input));
    input.dispose();
  }
  return x;
}

/** Patch embeddings behind the tokens in front (all but the class token are zero), positions added: [n · N, D]. */
function embed({ config, parameters }: Network, patches: tf.Tensor, visit: Visit): tf.Tensor {
  const { dim } = config;
  const [tokens, front] = [tokenCount(config), prefixTokens(config)];
  const weight = tf.reshape(parameters.get('patch_embed.proj.weight'), [dim, -1]);
  const embedded = tf.add(tf.matMul(patches, transposed(weight)), parameters.get('patch_embed.proj.bias'));
  visit('patch_embed', embedded);
  const behind = (x: tf.Tensor, before: number, after: number): tf.Tensor =>
    tf.pad(x, [
      [0, 0],
      [before, after],
      [0, 0],
    ]);
  let x = tf.add(behind(tf.reshape(embedded, [-1, tokens - front, dim]), front, 0), parameters.get('pos_embed'));
  if (front > 0) x = tf.add(x, behind(parameters.get('cls_token'), 0, tokens - 1));
  return tf.reshape(x, [-1, dim]);
}

function norm({ config, parameters }: Network, name: string, x: tf.Tensor): tf.Tensor {
  return layerNorm(x, parameters.get(`${name}.weight`), parameters.get(`${name}.bias`), config.layerNormEps);
}

/** y = x (W + up · down)ᵀ + b. */
function linear(network: Network, block: number, target: AdapterTarget, x: tf.Tensor, visit: Visit): tf.Tensor {
  visit(`block${block}.${target}`, x);
  return tf.add(tf.matMul(x, transposed(effectiveWeight(network, block, target))), rowsOf(network, block, target, 'bias'));
}

/** x + proj(attention(norm1 x)). */
function selfAttention(network: Network, block: number, x: tf.Tensor, visit: Visit): tf.Tensor {
  const z = norm(network, `blocks.${block}.norm1`, x);
  const map = (target: AdapterTarget, input = z): tf.Tensor => linear(network, block, target, input, visit);
  return tf.add(x, map('proj', attention(network.config, map('q'), map('k'), map('v'))));
}

/** x + fc2(activation(fc1(norm2 x))). */
function feedForward(network: Network, block: number, x: tf.Tensor, visit: Visit): tf.Tensor {
  const map = (target: AdapterTarget, input: tf.Tensor): tf.Tensor => linear(network, block, target, input, visit);
  const out = tf.add(x, map('fc2', activate(map('fc1', norm(network, `blocks.${block}.norm2`, x)), activationOf(network.config))));
  visit(`block${block}.out`, out);
  return out;
}

function end(network: Network, x: tf.Tensor, visit: Visit): tf.Tensor {
  const { config } = network;
  if (lastNorm(config) === 'none') return pool(config, x);
  if (lastNorm(config) === 'pooled') return norm(network, 'norm', pool(config, x));
  const normed = norm(network, 'norm', x);
  visit('norm_out', normed);
  return pool(config, normed);
}

function attention(config: VitConfig, ...qkv: [q: tf.Tensor, k: tf.Tensor, v: tf.Tensor]): tf.Tensor {
  const { dim, heads } = config;
  const width = dim / heads;
  const byHead = (x: tf.Tensor): tf.Tensor => tf.transpose(tf.reshape(x, [-1, tokenCount(config), heads, width]), [0, 2, 1, 3]);
  const [q, k, v] = [byHead(qkv[0]), byHead(qkv[1]), byHead(qkv[2])];
  const weights = softmax(tf.matMul(tf.mul(q, 1 / Math.sqrt(width)), transposed(k)));
  return tf.reshape(tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]), [-1, dim]);
}

/** [n · N, D] to [n, D]: the class token, or what the patch tokens are pooled to. */
function pool(config: VitConfig, x: tf.Tensor): tf.Tensor {
  const { dim, pooling } = config;
  const byImage = tf.reshape(x, [-1, tokenCount(config), dim]);
  if (pooling === 'token') return tf.reshape(tf.slice(byImage, [0, 0, 0], [-1, 1, -1]), [-1, dim]);
  const pooled = tf.slice(byImage, [0, unpooledTokens(config), 0], [-1, -1, -1]);
  const share = maximumShare(config);
  if (share === 1) return tf.max(pooled, 1);
  const mean = tf.mean(pooled, 1);
  return share === 0 ? mean : tf.add(tf.mul(tf.max(pooled, 1), share), tf.mul(mean, 1 - share));
}
