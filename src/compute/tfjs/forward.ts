/** The forward pass; with a plan it keeps, per block, what the backward pass will need and nothing else. */
import * as tf from '@tensorflow/tfjs-core';
import { activationOf, lastNorm, prefixTokens, tokenCount, unpooledTokens, type VitConfig } from '../../vit/config';
import { activate, layerNorm, matmul, scoped, softmax, type NormCache } from './kernels';
import { linearForward, type LinearCache } from './linear';
import { position, type BackwardPlan, type Network } from './network';
import type { Parameters } from './parameters';

/** [B, heads, N, head width], and the attention weights [B, heads, N, N]. `q` carries the scale 1/√width. */
export interface AttentionCache {
  readonly q: tf.Tensor4D;
  readonly k: tf.Tensor4D;
  readonly v: tf.Tensor4D;
  readonly weights: tf.Tensor4D;
}

export interface BlockCache {
  readonly norm1: NormCache;
  readonly qkv: LinearCache;
  readonly attention: AttentionCache;
  readonly proj: LinearCache;
  readonly norm2: NormCache;
  readonly fc1: LinearCache;
  /** The activation's derivative at fc1's output. */
  readonly slope: tf.Tensor2D;
  readonly fc2: LinearCache;
}

/** Patches [B · P, 3PP] to patch embeddings [B · P, D]. */
export function embedPatches(parameters: Parameters, patches: tf.Tensor2D): tf.Tensor2D {
  return matmul(patches, parameters.get<tf.Tensor2D>('patch_embed.proj.weight'), { bias: parameters.get('patch_embed.proj.bias') });
}

/** Tokens in front (all but the class token are zero until positions come), positions added: [B · N, D]. */
export function addTokens(config: VitConfig, parameters: Parameters, embedded: tf.Tensor2D): tf.Tensor2D {
  const { dim } = config;
  const tokens = tokenCount(config);
  const front = prefixTokens(config);
  const count = embedded.shape[0] / (tokens - front);
  const patches = tf.reshape(embedded, [count, tokens - front, dim]);
  const before = front === 0 ? [] : [tf.broadcastTo(parameters.get('cls_token'), [count, 1, dim]), tf.zeros([count, front - 1, dim])];
  const x = tf.concat([...before.filter(({ size }) => size > 0), patches], 1);
  return tf.reshape(tf.add(x, parameters.get('pos_embed')), [count * tokens, dim]);
}

/** x += proj(attention(norm1 x)); x += fc2(gelu(fc1(norm2 x))). Consumes nothing; `attentionInput` is norm1's output. */
export function blockForward(
  { config, parameters, blocks }: Network,
  block: number,
  x: tf.Tensor2D,
  trainable: ReadonlySet<string> | null,
): { x: tf.Tensor2D; attentionInput: tf.Tensor2D; cache: BlockCache | null } {
  const linears = blocks[block];
  if (!linears) throw new RangeError(`There is no block ${block}`);
  const norm = (name: string, input: tf.Tensor2D): ReturnType<typeof layerNorm> =>
    layerNorm(input, parameters.get(`${name}.weight`), parameters.get(`${name}.bias`), config.layerNormEps);
  const first = norm(`blocks.${block}.norm1`, x);
  const qkv = linearForward(parameters, linears.qkv, first.y, trainable);
  const mixed = attentionForward(config, qkv.y);
  const proj = linearForward(parameters, linears.proj, mixed.y, trainable);
  const middle: tf.Tensor2D = tf.add(x, proj.y);
  const second = norm(`blocks.${block}.norm2`, middle);
  const fc1 = linearForward(parameters, linears.fc1, second.y, trainable);
  const activated = activate(fc1.y, activationOf(config), trainable !== null);
  const fc2 = linearForward(parameters, linears.fc2, activated.y, trainable);
  const out: tf.Tensor2D = tf.add(middle, fc2.y);
  if (!qkv.cache || !proj.cache || !fc1.cache || !fc2.cache || !activated.slope) return { x: out, attentionInput: first.y, cache: null };
  const cache = {
    norm1: first.cache,
    qkv: qkv.cache,
    attention: mixed.cache,
    proj: proj.cache,
    norm2: second.cache,
    fc1: fc1.cache,
    slope: activated.slope,
    fc2: fc2.cache,
  };
  return { x: out, attentionInput: first.y, cache };
}

function attentionForward(config: VitConfig, qkv: tf.Tensor2D): { y: tf.Tensor2D; cache: AttentionCache } {
  const { dim, heads } = config;
  const width = dim / heads;
  const tokens = tokenCount(config);
  const count = qkv.shape[0] / tokens;
  // Rank 4 throughout: a transpose of rank 5 falls off tfjs's fast paths.
  const byHead: tf.Tensor4D = tf.transpose(tf.reshape(qkv, [count, tokens, 3 * heads, width]), [0, 2, 1, 3]);
  const part = (index: number): tf.Tensor4D => tf.slice4d(byHead, [0, index * heads, 0, 0], [-1, heads, -1, -1]);
  const q: tf.Tensor4D = tf.mul(part(0), 1 / Math.sqrt(width));
  const [k, v] = [part(1), part(2)];
  const weights = softmax(tf.matMul<tf.Tensor4D>(q, k, false, true));
  const mixed = tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]);
  return { y: tf.reshape(mixed, [count * tokens, dim]), cache: { q, k, v, weights } };
}

/** Kept from the end of the network; null without a last norm. */
export interface FeatureCache {
  readonly norm: NormCache | null;
}

/** [B · N, D] to [B, D]: the class token, or the mean of the patch tokens. */
function pool(config: VitConfig, x: tf.Tensor2D): tf.Tensor2D {
  const { dim, pooling } = config;
  const tokens = tokenCount(config);
  const byImage = tf.reshape<tf.Rank.R3>(x, [x.shape[0] / tokens, tokens, dim]);
  if (pooling === 'token') return tf.reshape(tf.slice3d(byImage, [0, 0, 0], [-1, 1, -1]), [-1, dim]);
  return tf.mean(tf.slice3d(byImage, [0, unpooledTokens(config), 0], [-1, -1, -1]), 1);
}

/**
 * [B · N, D] after the last block to features [B, D]: LayerNorm, then the class token or the mean of the patch tokens;
 * or the norm after the mean; or no norm.
 */
export function featuresForward({ config, parameters }: Network, x: tf.Tensor2D): { features: tf.Tensor2D; cache: FeatureCache } {
  const normed = lastNorm(config);
  if (normed === 'none') return { features: pool(config, x), cache: { norm: null } };
  // The class token alone needs no other row normalised.
  const first = config.pooling === 'token' || normed === 'pooled';
  const rows = first ? pool(config, x) : x;
  const { y, cache } = layerNorm(rows, parameters.get('norm.weight'), parameters.get('norm.bias'), config.layerNormEps);
  return { features: first ? y : pool(config, y), cache: { norm: cache } };
}

export interface ForwardCache {
  readonly patches: tf.Tensor2D;
  /** By block; null below the first that learns. */
  readonly blocks: (BlockCache | null)[];
  readonly features: FeatureCache;
}

/** The whole pass. Without a plan nothing is kept. Call within a scope: the cache belongs to the caller. */
export function forward(network: Network, patches: tf.Tensor2D, plan: BackwardPlan | null): { features: tf.Tensor2D; cache: ForwardCache } {
  let x = scoped(() => addTokens(network.config, network.parameters, embedPatches(network.parameters, patches)));
  const caches: (BlockCache | null)[] = [];
  network.blocks.forEach((_, block) => {
    const keep = plan !== null && position(block + 1, 'qkv') > plan.lowest;
    const next = scoped(() => {
      const { x: out, cache } = blockForward(network, block, x, keep ? plan.trainable : null);
      return { x: out, cache };
    });
    x.dispose();
    x = next.x;
    caches.push(next.cache);
  });
  const end = scoped(() => featuresForward(network, x));
  x.dispose();
  return { features: end.features, cache: { patches, blocks: caches, features: end.cache } };
}

/** Calls `visit` with each block's attention input z [B · N, D], in a scope of its own; ends with the last one. */
export function attentionInputs(network: Network, patches: tf.Tensor2D, visit: (block: number, z: tf.Tensor2D) => void): void {
  const { config, parameters } = network;
  let x = scoped(() => addTokens(config, parameters, embedPatches(parameters, patches)));
  for (let block = 0; block < config.depth; block++) {
    const next: tf.Tensor2D | null = scoped(() => {
      if (block === config.depth - 1) {
        const name = `blocks.${block}.norm1`;
        visit(block, layerNorm(x, parameters.get(`${name}.weight`), parameters.get(`${name}.bias`), config.layerNormEps).y);
        return null;
      }
      const { x: out, attentionInput } = blockForward(network, block, x, null);
      visit(block, attentionInput);
      return out;
    });
    x.dispose();
    if (!next) return;
    x = next;
  }
}

/** Every intermediate value that `VitModel.activations` names. Call within a scope. */
export function trace(network: Network, patches: tf.Tensor2D): Map<string, tf.Tensor> {
  const { config, parameters } = network;
  const values = new Map<string, tf.Tensor>();
  const embedded = embedPatches(parameters, patches);
  values.set('patch_embed', embedded);
  let x = addTokens(config, parameters, embedded);
  network.blocks.forEach((_, block) => {
    const next = blockForward(network, block, x, null);
    values.set(`block${block}.attn_in`, next.attentionInput);
    values.set(`block${block}.out`, next.x);
    x = next.x;
  });
  if (lastNorm(config) === 'tokens') {
    values.set('norm_out', layerNorm(x, parameters.get('norm.weight'), parameters.get('norm.bias'), config.layerNormEps).y);
  }
  return values;
}
