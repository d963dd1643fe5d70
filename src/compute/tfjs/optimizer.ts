import * as tf from '@tensorflow/tfjs-core';
import type { LearningRates, Optimizer } from '../backbone';
import type { Gradients } from './gradients';
import type { Parameters } from './parameters';

/** Parameters with fewer elements are updated together: one vector costs a dozen dispatches, a hundred cost a thousand. */
const SMALL = 32_768;

interface Bucket {
  readonly names: readonly string[];
  readonly rate: keyof LearningRates;
  first: tf.Tensor | null;
  second: tf.Tensor | null;
}

/**
 * Adam or SGD over named parameters, as PyTorch defines them: Adam with bias correction and ε outside the root, SGD with
 * m ← μ m + g and first m = g, weight decay as λ p added to the gradient.
 */
export class TfjsOptimizer {
  private steps = 0;
  private readonly buckets: Bucket[];

  /** `names`: the trainables; those under `classifier.` follow the classifier's learning rate. */
  constructor(
    private readonly optimizer: Optimizer,
    names: readonly string[],
    parameters: Parameters,
  ) {
    const bucket = (members: readonly string[], rate: keyof LearningRates): Bucket => ({ names: members, rate, first: null, second: null });
    const large = names.filter((name) => parameters.get(name).size >= SMALL);
    const small = names.filter((name) => parameters.get(name).size < SMALL);
    const rateOf = (name: string): keyof LearningRates => (name.startsWith('classifier.') ? 'classifier' : 'backbone');
    this.buckets = [
      ...large.map((name) => bucket([name], rateOf(name))),
      ...(['backbone', 'classifier'] as const).map((rate) =>
        bucket(
          small.filter((name) => rateOf(name) === rate),
          rate,
        ),
      ),
    ].filter(({ names: members }) => members.length > 0);
  }

  /** One update of every parameter, in the scope of the caller. */
  update(parameters: Parameters, gradients: Gradients, rates: LearningRates): void {
    this.steps++;
    for (const bucket of this.buckets) {
      tf.tidy(() => {
        const value = joined(bucket.names.map((name) => parameters.get(name)));
        let gradient = joined(bucket.names.map((name) => gradients.get(name)));
        if (this.optimizer.weightDecay !== 0) gradient = tf.add(gradient, tf.mul(value, this.optimizer.weightDecay));
        const next = tf.sub(value, this.change(bucket, gradient, rates[bucket.rate]));
        let offset = 0;
        for (const name of bucket.names) {
          const { shape, size } = parameters.get(name);
          const part = bucket.names.length === 1 ? next : tf.slice(next, offset, size);
          parameters.set(name, tf.reshape(part, shape));
          offset += size;
        }
      });
    }
  }

  dispose(): void {
    for (const bucket of this.buckets) {
      bucket.first?.dispose();
      bucket.second?.dispose();
    }
    this.buckets.length = 0;
  }

  /** What is subtracted from the parameters; updates the moments. */
  private change(bucket: Bucket, gradient: tf.Tensor, rate: number): tf.Tensor {
    const { optimizer } = this;
    if (optimizer.kind === 'sgd') {
      const momentum = bucket.first && optimizer.momentum !== 0 ? tf.add(tf.mul(bucket.first, optimizer.momentum), gradient) : gradient;
      bucket.first = replaced(bucket.first, momentum);
      return tf.mul(momentum, rate);
    }
    const { beta1, beta2, eps } = optimizer;
    const first = moment(bucket.first, gradient, beta1);
    const second = moment(bucket.second, tf.square(gradient), beta2);
    bucket.first = replaced(bucket.first, first);
    bucket.second = replaced(bucket.second, second);
    const deviation = tf.add(tf.div(tf.sqrt(second), Math.sqrt(1 - beta2 ** this.steps)), eps);
    return tf.mul(tf.div(first, deviation), rate / (1 - beta1 ** this.steps));
  }
}

function joined(tensors: readonly tf.Tensor[]): tf.Tensor1D {
  const flat = tensors.map((tensor) => tf.reshape<tf.Rank.R1>(tensor, [tensor.size]));
  return flat.length === 1 && flat[0] ? flat[0] : tf.concat1d(flat);
}

/** β m + (1 − β) x, with m = 0 at first. */
function moment(previous: tf.Tensor | null, x: tf.Tensor, beta: number): tf.Tensor {
  const fresh = tf.mul(x, 1 - beta);
  return previous ? tf.add(tf.mul(previous, beta), fresh) : fresh;
}

/** Keeps the next state beyond the scope and disposes the previous one. */
function replaced(previous: tf.Tensor | null, next: tf.Tensor): tf.Tensor {
  previous?.dispose();
  return tf.keep(tf.clone(next));
}
