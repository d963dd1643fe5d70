/** The few dense operations of a ViT, on tfjs kernels, each spelled the way that suits the current backend. */
import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../../vit/config';
import { sigmoidForm } from '../activation';

/** tf.tidy for results of any shape: tensors reachable through plain objects and arrays survive, all others are disposed. */
export function scoped<T>(work: () => T): T {
  return tf.tidy(work as () => tf.TensorContainer) as T;
}

/** tfjs's WebGPU softmax corrupts its last element beyond this many rows. */
const SOFTMAX_ROWS = 65_535;

/**
 * a · b (+ bias) on matrices; `transposeA` and `transposeB` as in tfjs. The WASM backend has a fast product (XNNPACK) only for
 * plain operands: a transposed copy costs little and the slow path some fifteen times more.
 */
export function matmul(
  a: tf.Tensor2D,
  b: tf.Tensor2D,
  { transposeA = false, transposeB = false, bias }: { transposeA?: boolean; transposeB?: boolean; bias?: tf.Tensor } = {},
): tf.Tensor2D {
  if (tf.getBackend() !== 'wasm') return tf.fused.matMul({ a, b, transposeA, transposeB, ...(bias && { bias }) }) as tf.Tensor2D;
  const left: tf.Tensor2D = transposeA ? tf.transpose(a) : a;
  const right: tf.Tensor2D = transposeB ? tf.transpose(b) : b;
  return tf.fused.matMul({ a: left, b: right, ...(bias && { bias }) }) as tf.Tensor2D;
}

/** Softmax over the last axis. */
export function softmax<T extends tf.Tensor>(x: T): T {
  const width = x.shape.at(-1) ?? 1;
  const rows = x.size / width;
  if (tf.getBackend() !== 'webgpu' || rows <= SOFTMAX_ROWS) return tf.softmax(x);
  const flat: tf.Tensor2D = tf.reshape(x, [rows, width]);
  const parts: tf.Tensor2D[] = [];
  for (let row = 0; row < rows; row += SOFTMAX_ROWS) {
    parts.push(tf.softmax(tf.slice2d(flat, [row, 0], [Math.min(SOFTMAX_ROWS, rows - row), width])));
  }
  return tf.reshape(tf.concat(parts, 0), x.shape) as T;
}

/** Kept from a LayerNorm for its gradient: the normalised rows and 1 / standard deviation, [rows, 1]. */
export interface NormCache {
  readonly normalised: tf.Tensor2D;
  readonly inverseDeviation: tf.Tensor2D;
}

/** LayerNorm over the columns of x [rows, D], biased variance. */
export function layerNorm(x: tf.Tensor2D, weight: tf.Tensor, bias: tf.Tensor, eps: number): { y: tf.Tensor2D; cache: NormCache } {
  return scoped(() => {
    const centred: tf.Tensor2D = tf.sub(x, tf.mean(x, 1, true));
    const variance: tf.Tensor2D = tf.mean(tf.square(centred), 1, true);
    const inverseDeviation: tf.Tensor2D = tf.rsqrt(tf.add<tf.Tensor2D>(variance, eps));
    const normalised = tf.mul<tf.Tensor2D>(centred, inverseDeviation);
    return { y: tf.add<tf.Tensor2D>(tf.mul(normalised, weight), bias), cache: { normalised, inverseDeviation } };
  });
}

/** dx of a LayerNorm: with x̂ normalised and g = dy ⊙ weight, dx = (g − mean g − x̂ mean(g ⊙ x̂)) / σ. */
export function layerNormBackward(dy: tf.Tensor2D, weight: tf.Tensor, { normalised, inverseDeviation }: NormCache): tf.Tensor2D {
  return scoped(() => {
    const g: tf.Tensor2D = tf.mul(dy, weight);
    const along = tf.mul(normalised, tf.mean(tf.mul(g, normalised), 1, true));
    return tf.mul(tf.sub(tf.sub(g, tf.mean(g, 1, true)), along), inverseDeviation);
  });
}

/** The activation of the MLP; `slope`, where asked for, is its derivative. The exact GELU is h Φ(h), with the slope Φ(h) + h φ(h). */
export function activate(h: tf.Tensor2D, kind: Activation, withSlope: boolean): { y: tf.Tensor2D; slope: tf.Tensor2D | null } {
  return scoped(() => {
    if (kind === 'relu')
      return { y: tf.relu<tf.Tensor2D>(h), slope: withSlope ? tf.cast<tf.Tensor2D>(tf.greater<tf.Tensor2D>(h, 0), 'float32') : null };
    const form = sigmoidForm(kind);
    if (form) {
      const [a, b] = form;
      const square = tf.square(h);
      const gate = tf.sigmoid(tf.mul(h, tf.add(tf.mul(square, b), a)));
      const y: tf.Tensor2D = tf.mul(h, gate);
      if (!withSlope) return { y, slope: null };
      const inner = tf.add(tf.mul(square, 3 * b), a);
      return { y, slope: tf.add<tf.Tensor2D>(gate, tf.mul(tf.mul(y, tf.sub(1, gate)), inner)) };
    }
    const cumulative = tf.mul(tf.add(tf.erf(tf.mul(h, Math.SQRT1_2)), 1), 0.5);
    const y: tf.Tensor2D = tf.mul(h, cumulative);
    if (!withSlope) return { y, slope: null };
    const density = tf.mul(tf.exp(tf.mul(tf.square(h), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return { y, slope: tf.add<tf.Tensor2D>(cumulative, tf.mul(h, density)) };
  });
}
