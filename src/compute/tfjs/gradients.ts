import * as tf from '@tensorflow/tfjs-core';

/** Gradients by parameter name, in the layout of the parameters; they outlive the scope that computes them until `dispose`. */
export class Gradients {
  private readonly tensors = new Map<string, tf.Tensor>();

  set(name: string, gradient: tf.Tensor): void {
    this.tensors.set(name, tf.keep(gradient));
  }

  /** Throws when the backward pass has not produced it. */
  get(name: string): tf.Tensor {
    const gradient = this.tensors.get(name);
    if (!gradient) throw new Error(`The backward pass has no gradient for "${name}"`);
    return gradient;
  }

  entries(): [string, tf.Tensor][] {
    return [...this.tensors];
  }

  dispose(): void {
    for (const gradient of this.tensors.values()) gradient.dispose();
    this.tensors.clear();
  }
}
