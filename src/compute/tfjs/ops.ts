/** The few dense operations of a ViT, on tfjs's own, each with a gradient that is right and fast on every backend. */
import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../../vit/config';
import { sigmoidForm } from '../activation';
import '@tensorflow/tfjs-core/dist/register_all_gradients';

/** tf.tidy for results of any shape: tensors reachable through plain objects and arrays survive, all others are disposed. */
export function scoped<T>(work: () => T): T {
  return tf.tidy(work as () => tf.TensorContainer) as T;
}

/** Rows for columns, in the last two axes. */
export function transposed(x: tf.Tensor): tf.Tensor {
  const { rank } = x;
  return tf.transpose(x, [...Array.from({ length: rank - 2 }, (_, axis) => axis), rank - 1, rank - 2]);
}

// tfjs's WASM backend is fast at products of plain operands alone: transposed copies cost little, its own gradient (which
// asks the product to transpose) makes a training step three to five times as long.
const known = tf.getGradient('BatchMatMul');
tf.registerGradient({
  ...known,
  gradFunc: (dy, saved, attributes) => {
    const [a, b] = saved;
    if (attributes['transposeA'] || attributes['transposeB'] || !a || !b) return known.gradFunc(dy, saved, attributes);
    return { a: () => tf.matMul(dy as tf.Tensor, transposed(b)), b: () => tf.matMul(transposed(a), dy as tf.Tensor) };
  },
});

/** tfjs's WebGPU softmax corrupts its last element beyond this many rows. */
const SOFTMAX_ROWS = 65_535;

/** Softmax over the last axis. */
export function softmax(x: tf.Tensor): tf.Tensor {
  const width = x.shape.at(-1) ?? 1;
  const rows = x.size / width;
  if (tf.getBackend() !== 'webgpu' || rows <= SOFTMAX_ROWS) return tf.softmax(x);
  const flat = tf.reshape(x, [rows, width]);
  const parts = Array.from({ length: Math.ceil(rows / SOFTMAX_ROWS) }, (_, part) => {
    const first = part * SOFTMAX_ROWS;
    return tf.softmax(tf.slice(flat, [first, 0], [Math.min(SOFTMAX_ROWS, rows - first), width]));
  });
  return tf.reshape(tf.concat(parts, 0), x.shape);
}

/** LayerNorm over the columns of x [rows, D], biased variance. */
export function layerNorm(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, eps: number): tf.Tensor {
  const centred = tf.sub(x, tf.mean(x, 1, true));
  const variance = tf.mean(tf.square(centred), 1, true);
  return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, eps))), weight), bias);
}

const below = (h: tf.Tensor): tf.Tensor => tf.mul(tf.add(tf.erf(tf.mul(h, Math.SQRT1_2)), 1), 0.5);
const density = (h: tf.Tensor): tf.Tensor => tf.mul(tf.exp(tf.mul(tf.square(h), -0.5)), 1 / Math.sqrt(2 * Math.PI));

/** GELU in its exact form, h Φ(h), with derivative Φ(h) + h φ(h): left to itself tfjs keeps five copies of the hidden units for it. */
export const gelu = tf.customGrad((...inputs) => {
  const [h, save] = inputs as [tf.Tensor, tf.GradSaveFunc];
  save([h]);
  return {
    value: tf.mul(h, below(h)),
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const x = saved[0] ?? h;
      return scoped(() => tf.mul(dy, tf.add(below(x), tf.mul(x, density(x)))));
    },
  };
});

/** The activation of the MLP, of those that configurations name; all but the exact GELU leave their derivative to tfjs. */
export function activate(h: tf.Tensor, kind: Activation): tf.Tensor {
  if (kind === 'gelu') return gelu(h);
  const form = sigmoidForm(kind);
  if (!form) return tf.relu(h);
  const [a, b] = form;
  return tf.mul(h, tf.sigmoid(tf.mul(h, tf.add(tf.mul(tf.square(h), b), a))));
}
