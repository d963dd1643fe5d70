import * as tf from '@tensorflow/tfjs-core';
import { tokenCount, type VitConfig } from '../../vit/config';
import type { Moment, SecondMoments } from '../backbone';
import type { ImageBatch } from '../images';
import type { TfjsBackend } from './backend';
import type { CallQueue } from './call-queue';
import { attentionInputs } from './forward';
import { matmul } from './kernels';
import type { Network } from './network';
import { validateImages } from './patches';
import { patchChunks } from './chunks';

/** Float32 sums on the device are handed on to float64 after this many chunks, before rounding can build up. */
const CHUNKS_PER_FLUSH = 32;

export interface MomentsHost {
  readonly backend: TfjsBackend;
  readonly queue: CallQueue;
  readonly config: VitConfig;
  /** The network as it is when an operation's turn comes. */
  readonly network: () => Network;
  readonly released: () => void;
  /** Where features are wanted as well: a pass of their own, which reads the images again. */
  readonly features?: (images: ImageBatch) => Promise<Float32Array>;
}

export class TfjsSecondMoments implements SecondMoments {
  private sums: tf.Tensor2D[] = [];
  private readonly totals: Float64Array[];
  private rows = 0;
  private chunks = 0;
  private disposed = false;

  constructor(private readonly host: MomentsHost) {
    const { dim, depth } = host.config;
    this.totals = Array.from({ length: depth }, () => new Float64Array(dim * dim));
  }

  async add(images: ImageBatch): Promise<Float32Array | null> {
    this.ensureOpen();
    const { backend, config, network, queue } = this.host;
    validateImages(images, config);
    await queue.run(async () => {
      for (const { patches } of patchChunks(images, config)) {
        backend.run(() =>
          attentionInputs(network(), patches(), (block, z) => {
            const product = matmul(z, z, { transposeA: true });
            const previous = this.sums[block];
            this.sums[block] = tf.keep(previous ? tf.add(previous, product) : product);
            previous?.dispose();
          }),
        );
        await backend.settle();
        if (++this.chunks % CHUNKS_PER_FLUSH === 0) await this.flush();
      }
      this.rows += images.count * tokenCount(config);
    });
    return (await this.host.features?.(images)) ?? null;
  }

  async finish(): Promise<Moment[]> {
    this.ensureOpen();
    const result = this.host.queue.run(async () => {
      if (this.rows === 0) throw new Error('No image was added to the second moments');
      await this.flush();
      return this.totals.map((total, block): Moment => {
        const values = Float32Array.from(total, (value) => value / this.rows);
        return { block, input: 'qkv', size: this.host.config.dim, values };
      });
    });
    this.dispose();
    return result;
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.host.queue.runVoid(() => {
      tf.dispose(this.sums);
      this.sums = [];
    });
    this.host.released();
  }

  private async flush(): Promise<void> {
    const { sums } = this;
    this.sums = [];
    try {
      for (const [block, sum] of sums.entries()) {
        const values = await this.host.backend.read(sum);
        const total = this.totals[block];
        if (total) values.forEach((value, i) => (total[i] = (total[i] ?? 0) + value));
      }
    } finally {
      tf.dispose(sums);
    }
  }

  private ensureOpen(): void {
    if (this.disposed) throw new Error('The second moments were finished or disposed');
  }
}
