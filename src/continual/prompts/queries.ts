import type { VitModel } from '../../compute/backbone';
import type { LearningBatch } from '../method';

/**
 * Features of a task's training images by the untouched network, which choose their prompts: computed once an image and kept while the
 * task lasts, where images are not augmented.
 */
export class Queries {
  readonly #model: VitModel;
  #known: Float32Array | null = null;
  #has: Uint8Array | null = null;

  constructor(model: VitModel) {
    this.#model = model;
  }

  /** Forgets the last task's; `images`: how many the next one has. */
  begin(images: number): void {
    this.#known = new Float32Array(images * this.#model.config.dim);
    this.#has = new Uint8Array(images);
  }

  end(): void {
    this.#known = this.#has = null;
  }

  /** [n, D]. */
  async of(batch: LearningBatch): Promise<Float32Array> {
    const { dim } = this.#model.config;
    const [known, has] = [this.#known, this.#has];
    if (batch.augmented || !known || !has) return this.#model.features(batch);
    const positions = Array.from(batch.positions);
    if (positions.some((position) => has[position] !== 1)) {
      const found = await this.#model.features(batch);
      positions.forEach((position, i) => {
        // The first to be found stays: what a device makes of an image may hang on its neighbours, in the last bit.
        if (has[position] !== 1) known.set(found.subarray(i * dim, (i + 1) * dim), position * dim);
        has[position] = 1;
      });
    }
    const queries = new Float32Array(positions.length * dim);
    positions.forEach((position, i) => queries.set(known.subarray(position * dim, (position + 1) * dim), i * dim));
    return queries;
  }

  state(): unknown {
    return { known: this.#known?.slice() ?? null, has: this.#has?.slice() ?? null };
  }

  restore(saved: unknown): void {
    const { known, has } = saved as { known: Float32Array | null; has: Uint8Array | null };
    this.#known = known?.slice() ?? null;
    this.#has = has?.slice() ?? null;
  }
}
