import * as tf from '@tensorflow/tfjs-core';

/**
 * Named tensors on the device. Values are never written in place: `set` replaces a tensor, so a copy shares storage with
 * its original until one of them changes it.
 */
export class Parameters {
  private readonly tensors = new Map<string, tf.Tensor>();

  /** Throws when there is none. */
  get(name: string): tf.Tensor {
    const tensor = this.tensors.get(name);
    if (!tensor) throw new Error(`There is no parameter "${name}"`);
    return tensor;
  }

  entries(): [name: string, tensor: tf.Tensor][] {
    return [...this.tensors];
  }

  /** Takes ownership of the tensor and disposes the one it replaces. */
  set(name: string, tensor: tf.Tensor): void {
    this.tensors.get(name)?.dispose();
    // Parameters outlive the scope that computed them.
    this.tensors.set(name, tf.keep(tensor));
  }

  /** Other values for parameters that are there. */
  write(values: Readonly<Record<string, Float32Array>>): void {
    // Copies: some backends keep the array that they are given.
    for (const [name, data] of Object.entries(values)) this.set(name, tf.tensor(data.slice(), this.get(name).shape));
  }

  delete(name: string): void {
    this.tensors.get(name)?.dispose();
    this.tensors.delete(name);
  }

  /** A copy that shares storage. */
  clone(names: Iterable<string> = this.tensors.keys()): Parameters {
    const copy = new Parameters();
    for (const name of names) copy.set(name, tf.clone(this.get(name)));
    return copy;
  }

  dispose(): void {
    tf.dispose([...this.tensors.values()]);
    this.tensors.clear();
  }
}
