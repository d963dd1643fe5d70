/**
 * The backward pass, by hand: no tape, no gradient for a frozen weight, and nothing below the first map that learns.
 * Every cache is disposed as soon as its block is done.
 */
import * as tf from '@tensorflow/tfjs-core';
import { lastNorm, prefixTokens, tokenCount, unpooledTokens, type VitConfig } from '../../vit/config';
import type { AttentionCache, BlockCache, FeatureCache, ForwardCache } from './forward';
import type { Gradients } from './gradients';
import { layerNormBackward, matmul, scoped, type NormCache } from './kernels';
import type { LinearName } from './layout';
import { linearBackward, type LinearCache } from './linear';
import { position, type BackwardPlan, type Network } from './network';

/** Fills `gradients` for all of `plan.trainable` from dFeatures [B, D]; disposes the cache. */
export function backward(network: Network, plan: BackwardPlan, cache: ForwardCache, dFeatures: tf.Tensor2D, gradients: Gradients): void {
  if (plan.lowest === Infinity) return;
  let dx: tf.Tensor2D | null = scoped(() => featuresBackward(network, plan, cache.features, dFeatures, gradients));
  for (let block = network.config.depth - 1; block >= 0; block--) {
    const blockCache = cache.blocks[block];
    const dy: tf.Tensor2D | null = dx;
    if (!blockCache || !dy) break;
    dx = scoped(() => blockBackward(network, plan, block, blockCache, dy, gradients));
    tf.dispose([dy, blockCache as unknown as tf.TensorContainer]);
  }
  const dInput = dx;
  if (dInput) {
    scoped(() => inputBackward(network.config, cache.patches, dInput, gradients));
    dInput.dispose();
  }
}

function normGradients(name: string, dy: tf.Tensor2D, { normalised }: NormCache, plan: BackwardPlan, gradients: Gradients): void {
  if (!plan.trainable.has(`${name}.weight`)) return;
  gradients.set(`${name}.weight`, tf.sum(tf.mul(dy, normalised), 0));
  gradients.set(`${name}.bias`, tf.sum(dy, 0));
}

function featuresBackward(
  { config, parameters }: Network,
  plan: BackwardPlan,
  { norm }: FeatureCache,
  dFeatures: tf.Tensor2D,
  gradients: Gradients,
): tf.Tensor2D {
  const throughNorm = (dy: tf.Tensor2D): tf.Tensor2D => {
    if (norm === null) return dy;
    normGradients('norm', dy, norm, plan, gradients);
    return layerNormBackward(dy, parameters.get('norm.weight'), norm);
  };
  const normFirst = config.pooling === 'mean' && lastNorm(config) === 'tokens';
  return normFirst ? throughNorm(unpool(config, dFeatures)) : unpool(config, throughNorm(dFeatures));
}

/** d of the pooled [B, D] to d of all tokens [B · N, D]. */
function unpool(config: VitConfig, dPooled: tf.Tensor2D): tf.Tensor2D {
  const { dim } = config;
  const tokens = tokenCount(config);
  const count = dPooled.shape[0];
  const row: tf.Tensor3D = tf.reshape(dPooled, [count, 1, dim]);
  if (config.pooling === 'token') {
    return tf.reshape(tf.concat([row, tf.zeros([count, tokens - 1, dim])], 1), [count * tokens, dim]);
  }
  const front = unpooledTokens(config);
  const spread = tf.broadcastTo(tf.div(row, tokens - front), [count, tokens - front, dim]);
  return tf.reshape(front === 0 ? spread : tf.concat([tf.zeros([count, front, dim]), spread], 1), [count * tokens, dim]);
}

/** d of the block's input, or null where nothing below learns. */
function blockBackward(
  network: Network,
  plan: BackwardPlan,
  block: number,
  cache: BlockCache,
  dy: tf.Tensor2D,
  gradients: Gradients,
): tf.Tensor2D | null {
  const { config, parameters } = network;
  const linears = network.blocks[block];
  if (!linears) throw new RangeError(`There is no block ${block}`);
  const through = (name: LinearName, d: tf.Tensor2D, kept: LinearCache): tf.Tensor2D | null =>
    position(block, name) < plan.lowest
      ? null
      : linearBackward(parameters, linears[name], d, kept, plan.trainable, gradients, position(block, name) > plan.lowest);
  const norm = (name: string, d: tf.Tensor2D, kept: NormCache): tf.Tensor2D => {
    normGradients(name, d, kept, plan, gradients);
    return layerNormBackward(d, parameters.get(`${name}.weight`), kept);
  };
  const dActivated = through('fc2', dy, cache.fc2);
  const dNormed2 = dActivated && through('fc1', tf.mul(dActivated, cache.slope), cache.fc1);
  if (!dNormed2) return null;
  const dMiddle: tf.Tensor2D = tf.add(dy, norm(`blocks.${block}.norm2`, dNormed2, cache.norm2));
  const dMixed = through('proj', dMiddle, cache.proj);
  const dNormed1 = dMixed && through('qkv', attentionBackward(config, dMixed, cache.attention), cache.qkv);
  return dNormed1 && tf.add<tf.Tensor2D>(dMiddle, norm(`blocks.${block}.norm1`, dNormed1, cache.norm1));
}

/**
 * With S = q kᵀ, P = softmax S, O = P v: dv = Pᵀ dO; dP = dO vᵀ; dS = P ⊙ (dP − rowsum(P ⊙ dP)); dq = dS k; dk = dSᵀ q.
 * Returns d(qkv) [B · N, 3D].
 */
function attentionBackward({ dim, heads }: VitConfig, dMixed: tf.Tensor2D, { q, k, v, weights }: AttentionCache): tf.Tensor2D {
  const [count, , tokens] = q.shape;
  const width = dim / heads;
  const dO = tf.transpose(tf.reshape(dMixed, [count, tokens, heads, width]), [0, 2, 1, 3]);
  const dv = tf.matMul(weights, dO, true);
  const dWeighted = tf.mul(weights, tf.matMul(dO, v, false, true));
  const dS = tf.sub(dWeighted, tf.mul(weights, tf.sum(dWeighted, -1, true)));
  const dq = tf.mul(tf.matMul(dS, k), 1 / Math.sqrt(width));
  const dk = tf.matMul(dS, q, true);
  const together = tf.transpose(tf.concat([dq, dk, dv], 1), [0, 2, 1, 3]);
  return tf.reshape(together, [count * tokens, 3 * dim]);
}

/** Gradients of positions, class token and patch embedding from d of the first block's input. */
function inputBackward(config: VitConfig, patches: tf.Tensor2D, dx: tf.Tensor2D, gradients: Gradients): void {
  const { dim } = config;
  const tokens = tokenCount(config);
  const count = dx.shape[0] / tokens;
  const byImage: tf.Tensor3D = tf.reshape(dx, [count, tokens, dim]);
  const dPositions: tf.Tensor3D = tf.sum(byImage, 0, true);
  gradients.set('pos_embed', tf.clone(dPositions));
  const front = prefixTokens(config);
  if (front > 0) gradients.set('cls_token', tf.slice3d(dPositions, [0, 0, 0], [1, 1, dim]));
  const dEmbedded: tf.Tensor2D = tf.reshape(tf.slice3d(byImage, [0, front, 0], [-1, -1, -1]), [count * (tokens - front), dim]);
  gradients.set('patch_embed.proj.weight', matmul(patches, dEmbedded, { transposeA: true }));
  gradients.set('patch_embed.proj.bias', tf.sum(dEmbedded, 0));
}
