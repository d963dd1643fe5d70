import * as tf from '@tensorflow/tfjs-core';
import type { Optimizer } from '../backbone';
import { Parameters } from './parameters';

/**
 * Adam or SGD over named parameters, as PyTorch defines them: Adam with bias correction and ε outside the root, SGD with
 * m ← μ m + g and first m = g, weight decay as λ p added to the gradient.
 */
export class TfjsOptimizer {
  steps = 0;
  /** `first.<name>` and, for Adam, `second.<name>`. */
  readonly moments = new Parameters();

  constructor(
    private readonly optimizer: Optimizer,
    private readonly names: readonly string[],
    parameters: Parameters,
  ) {
    for (const name of names) {
      this.moments.set(`first.${name}`, tf.zerosLike(parameters.get(name)));
      if (optimizer.kind === 'adam') this.moments.set(`second.${name}`, tf.zerosLike(parameters.get(name)));
    }
  }

  /** One update of its parameters. `rate`: a number, or one for each element, by name. */
  update(parameters: Parameters, gradients: ReadonlyMap<string, tf.Tensor>, rate: (name: string) => number | tf.Tensor): void {
    this.steps++;
    for (const name of this.names) {
      tf.tidy(() => {
        const value = parameters.get(name);
        const gradient = gradients.get(name) ?? tf.zerosLike(value);
        const change = this.change(name, tf.add(gradient, tf.mul(value, this.optimizer.weightDecay)));
        parameters.set(name, tf.sub(value, tf.mul(change, rate(name))));
      });
    }
  }

  dispose(): void {
    this.moments.dispose();
  }

  /** What is subtracted, by the rate, from a parameter; updates its moments. */
  private change(name: string, gradient: tf.Tensor): tf.Tensor {
    const { optimizer, steps } = this;
    const moment = (which: string, decay: number, added: tf.Tensor): tf.Tensor => {
      const next = tf.add(tf.mul(this.moments.get(which), decay), added);
      this.moments.set(which, next);
      return next;
    };
    if (optimizer.kind === 'sgd') return moment(`first.${name}`, optimizer.momentum, gradient);
    const { beta1, beta2, eps } = optimizer;
    const first = moment(`first.${name}`, beta1, tf.mul(gradient, 1 - beta1));
    const second = moment(`second.${name}`, beta2, tf.mul(tf.square(gradient), 1 - beta2));
    const deviation = tf.add(tf.sqrt(tf.div(second, 1 - beta2 ** steps)), eps);
    return tf.div(tf.div(first, 1 - beta1 ** steps), deviation);
  }
}
