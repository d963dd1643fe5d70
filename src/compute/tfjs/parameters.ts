import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensor, VitCheckpoint } from '../../vit/checkpoint';
import type { VitConfig } from '../../vit/config';
import { backboneShapes, transpose } from './layout';

/**
 * Named tensors on the device. Values are never written in place: `set` replaces a tensor, so a fork shares storage
 * with its original until one of them changes it.
 */
export class Parameters {
  private readonly tensors = new Map<string, tf.Tensor>();

  /** Throws when there is none. */
  get<T extends tf.Tensor = tf.Tensor>(name: string): T {
    const tensor = this.tensors.get(name);
    if (!tensor) throw new Error(`There is no parameter "${name}"`);
    return tensor as T;
  }

  has(name: string): boolean {
    return this.tensors.has(name);
  }

  /** Takes ownership of the tensor and disposes the one it replaces. */
  set(name: string, tensor: tf.Tensor): void {
    this.tensors.get(name)?.dispose();
    // Parameters outlive the scope that computed them.
    this.tensors.set(name, tf.keep(tensor));
  }

  delete(name: string): void {
    this.tensors.get(name)?.dispose();
    this.tensors.delete(name);
  }

  names(): string[] {
    return [...this.tensors.keys()];
  }

  /** A copy that shares storage. */
  clone(names: Iterable<string>): Parameters {
    const copy = new Parameters();
    for (const name of names) copy.set(name, tf.clone(this.get(name)));
    return copy;
  }

  dispose(): void {
    for (const tensor of this.tensors.values()) tensor.dispose();
    this.tensors.clear();
  }
}

/** Throws an Error that names the first weight that is missing or of another shape than `config` implies. */
export function validateCheckpoint({ config, tensors }: VitCheckpoint): void {
  for (const [name, { shape }] of backboneShapes(config)) {
    const tensor = tensors.get(name);
    if (!tensor) throw new Error(`The checkpoint has no tensor "${name}"`);
    const size = shape.reduce((a, b) => a * b, 1);
    if (tensor.data.length !== size || tensor.shape.join() !== shape.join()) {
      throw new Error(
        `Tensor "${name}" has shape [${tensor.shape.join(', ')}] and ${tensor.data.length} values; this ViT needs [${shape.join(', ')}]`,
      );
    }
  }
}

/** Uploads every backbone weight. */
export function uploadBackbone({ config, tensors }: VitCheckpoint): Parameters {
  const parameters = new Parameters();
  for (const [name, { shape, transposed }] of backboneShapes(config)) {
    const data = tensors.get(name)?.data;
    if (!data) throw new Error(`The checkpoint has no tensor "${name}"`);
    if (transposed) {
      const [rows, columns] = transposed;
      parameters.set(name, tf.tensor2d(transpose(data, rows, columns), [columns, rows]));
    } else {
      // A copy: some backends keep the array that they are given.
      parameters.set(name, tf.tensor(data.slice(), [...shape]));
    }
  }
  return parameters;
}

/** A backbone weight, or its gradient, back in PyTorch's layout. */
export function toCheckpointLayout(config: VitConfig, name: string, values: Float32Array): NamedTensor {
  const layout = backboneShapes(config).get(name);
  if (!layout) throw new Error(`"${name}" is no weight of this ViT`);
  if (!layout.transposed) return { shape: layout.shape, data: values };
  const [rows, columns] = layout.transposed;
  return { shape: layout.shape, data: transpose(values, columns, rows) };
}
