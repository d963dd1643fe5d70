import * as tf from '@tensorflow/tfjs-core';
import { tokenCount, type VitConfig } from '../../vit/config';
import type { Moment, MomentOptions, SecondMoments } from '../backbone';
import type { ImageBatch } from '../images';
import { checkInputs } from '../plan/checks';
import { inputWidth } from '../plan/programs';
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
  /** By the name of the value on the way (see `forward`). */
  private readonly sums = new Map<string, Omit<Moment, 'values'> & { readonly total: Float64Array }>();
  private rows = 0;
  private added: Promise<unknown> = Promise.resolve();
  private disposed = false;

  constructor(
    private readonly config: VitConfig,
    private readonly pass: Pass,
    private readonly options: Required<MomentOptions>,
    private readonly released: () => void,
  ) {
    checkInputs(options.inputs);
    for (let block = 0; block < config.depth; block++)
      for (const input of options.inputs) {
        const size = inputWidth(config, input);
        this.sums.set(`block${block}.${input === 'qkv' ? 'q' : input}`, { block, input, size, total: new Float64Array(size * size) });
      }
  }

  async add(images: ImageBatch): Promise<Float32Array | null> {
    this.ensureOpen();
    const features: Float32Array[] = [];
    const adding = this.pass(
      images,
      (name, z) => {
        if (name === 'features') return this.options.features ? z : null;
        return this.sums.has(name) ? tf.matMul(transposed(z), z) : null;
      },
      (name, values) => {
        const total = this.sums.get(name)?.total;
        if (total) values.forEach((value, i) => (total[i] = (total[i] ?? 0) + value));
        else features.push(values);
      },
    );
    this.rows += images.count * tokenCount(this.config);
    this.added = Promise.all([this.added, adding]);
    // Whoever awaits the addition or the end sees a failure; nobody else needs to.
    this.added.catch(() => undefined);
    await adding;
    return this.options.features ? joined(features) : null;
  }

  async finish(): Promise<Moment[]> {
    this.ensureOpen();
    this.dispose();
    await this.added;
    if (this.rows === 0) throw new Error('No image was added to the second moments');
    return [...this.sums.values()].map(({ total, ...of }) => ({ ...of, values: Float32Array.from(total, (value) => value / this.rows) }));
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

export function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
