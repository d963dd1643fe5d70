import * as tf from '@tensorflow/tfjs-core';
import type { VitCheckpoint } from '../../vit/checkpoint';
import type { ComputeDevice, DeviceInfo, DeviceLostError, VitModel } from '../backbone';
import { checkProduct } from '../plan/checks';
import { checkTensors, weightLayout } from '../plan/weights';
import { TfjsBackend, type BackendParts } from './backend';
import { TfjsModel } from './model';
import { Parameters } from './parameters';

/** The reference engine on one tfjs backend. tfjs counts memory by thread: open one device of it at a time. */
export class TfjsDevice implements ComputeDevice {
  readonly info: DeviceInfo;
  readonly lost: Promise<DeviceLostError>;
  private readonly backend: TfjsBackend;
  private readonly models = new Set<TfjsModel>();
  private disposed = false;

  constructor(parts: BackendParts) {
    this.backend = new TfjsBackend(parts);
    this.info = parts.info;
    this.lost = this.backend.lost;
  }

  async load(checkpoint: VitCheckpoint): Promise<VitModel> {
    const layout = weightLayout(checkpoint.config);
    checkTensors(layout, checkpoint);
    const parameters = this.backend.run(() => {
      const uploaded = new Parameters();
      for (const [name, { shape }] of layout.tensors) {
        // A copy: some backends keep the array that they are given.
        uploaded.set(name, tf.tensor(checkpoint.tensors.get(name)?.data.slice() ?? [], [...shape]));
      }
      return uploaded;
    });
    return new TfjsModel(this.backend, checkpoint.config, parameters, this.models);
  }

  async multiply(a: Float32Array, b: Float32Array, n: number, k: number, m: number): Promise<Float32Array> {
    checkProduct(a, b, n, k, m);
    return this.backend.take(this.backend.run(() => tf.keep(tf.matMul(tf.tensor2d(a.slice(), [n, k]), tf.tensor2d(b.slice(), [k, m])))));
  }

  memory(): { readonly buffers: number; readonly bytes: number } {
    const { numDataBuffers, numBytes } = tf.memory();
    return { buffers: numDataBuffers, bytes: numBytes };
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const model of [...this.models]) model.dispose();
    this.backend.close();
  }
}
