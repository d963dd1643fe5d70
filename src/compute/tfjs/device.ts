import * as tf from '@tensorflow/tfjs-core';
import type { VitCheckpoint } from '../../vit/checkpoint';
import type { ComputeDevice, DeviceInfo, DeviceLostError, VitModel } from '../backbone';
import { TfjsBackend, type BackendParts } from './backend';
import { TfjsModel } from './model';
import { uploadBackbone, validateCheckpoint } from './parameters';

/** The reference engine on one tfjs backend. tfjs counts memory by thread: open one device of it at a time. */
export class TfjsDevice implements ComputeDevice {
  readonly info: DeviceInfo;
  readonly lost: Promise<DeviceLostError>;
  private readonly backend: TfjsBackend;
  private readonly models = new Set<TfjsModel>();

  constructor(parts: BackendParts) {
    this.backend = new TfjsBackend(parts);
    this.info = parts.info;
    this.lost = this.backend.lost;
  }

  async load(checkpoint: VitCheckpoint): Promise<VitModel> {
    validateCheckpoint(checkpoint);
    const parameters = this.backend.run(() => uploadBackbone(checkpoint));
    return new TfjsModel(
      this.backend,
      checkpoint.config,
      parameters,
      checkpoint.head,
      (model) => this.models.add(model),
      (model) => this.models.delete(model),
    );
  }

  memory(): { readonly buffers: number; readonly bytes: number } {
    const { numDataBuffers, numBytes } = tf.memory();
    return { buffers: numDataBuffers, bytes: numBytes };
  }

  dispose(): void {
    for (const model of [...this.models]) model.dispose();
    this.backend.close();
  }
}
