import * as tf from '@tensorflow/tfjs-core';
import { tokenCount, type VitConfig } from '../../vit/config';
import type { SecondMoments } from '../backbone';
import type { ImageBatch } from '../images';
import { transposed } from './ops';

/**
 * Takes images through the network as it is at the call, as many at once as fit: `pick` says what is wanted of each value on
 * the way (see `forward`, and `features`), `take` gets it, chunk by chunk.
 */
export type Pass = (
  images: ImageBatch,
  pick: (name: string, value: tf.Tensor) => tf.Tensor | null,
  take: (name: string, values: Float32Array) => void,
) => Promise<void>;

/** Sums of z zᵀ in float64 on this side: the device adds up the tokens of one chunk of images at a time. */
export class TfjsSecondMoments implements SecondMoments {
  private readonly totals: readonly Float64Array[];
  private rows = 0;
  private added: Promise<unknown> = Promise.resolve();
  private disposed = false;

  constructor(
    private readonly config: VitConfig,
    private readonly pass: Pass,
    private readonly released: () => void,
  ) {
    const { dim, depth } = config;
    this.totals = Array.from({ length: depth }, () => new Float64Array(dim * dim));
  }

  async add(images: ImageBatch): Promise<void> {
    this.ensureOpen();
    const adding = this.pass(
      images,
      (name, z) => (name.endsWith('.q') ? tf.matMul(transposed(z), z) : null),
      (name, values) => {
        const total = this.totals[Number(/\d+/.exec(name)?.[0])];
        if (total) values.forEach((value, i) => (total[i] = (total[i] ?? 0) + value));
      },
    );
    this.rows += images.count * tokenCount(this.config);
    this.added = Promise.all([this.added, adding]);
    // Whoever awaits the addition or the end sees a failure; nobody else needs to.
    this.added.catch(() => undefined);
    await adding;
  }

  async finish(): Promise<Float32Array[]> {
    this.ensureOpen();
    this.dispose();
    await this.added;
    if (this.rows === 0) throw new Error('No image was added to the second moments');
    return this.totals.map((total) => Float32Array.from(total, (value) => value / this.rows));
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.released();
  }

  private ensureOpen(): void {
    if (this.disposed) throw new Error('The second moments were finished or disposed');
  }
}
