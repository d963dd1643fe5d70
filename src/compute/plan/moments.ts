import { tokenCount } from '../../vit/config';
import type { Moment, SecondMoments } from '../backbone';
import type { ImageBatch } from '../images';
import { checkImages, chunks } from './checks';
import type { DeviceBuffer } from './executor';
import type { ModelCore } from './model-core';
import { momentName, momentsProgram } from './programs';

/** Sums of z zᵀ kept on the device until they are asked for. */
export class PlanMoments implements SecondMoments {
  private readonly sums: ReadonlyMap<string, DeviceBuffer>;
  private images = 0;
  private disposed = false;

  constructor(
    private readonly model: ModelCore,
    private readonly onDispose: () => void,
  ) {
    const { dim, depth } = model.config;
    this.sums = new Map(Array.from({ length: depth }, (_, block) => [momentName(block), model.executor.create('f32', dim * dim)] as const));
  }

  async add(images: ImageBatch): Promise<null> {
    this.assertOpen();
    checkImages(this.model.config, images);
    const program = this.model.program('moments', momentsProgram);
    this.images += images.count;
    await Promise.all(
      chunks(images, program.maxBatch).map(({ count, pixels }) =>
        this.model.run({ program, batch: count, inputs: new Map([['images', pixels]]), results: [] }, this.sums),
      ),
    );
    return null;
  }

  async finish(): Promise<Moment[]> {
    this.assertOpen();
    const { executor, config } = this.model;
    const rows = this.images * tokenCount(config);
    const reads = [...this.sums.values()].map((sum) => executor.read(sum));
    this.dispose();
    const sums = await Promise.all(reads);
    return sums.map((sum, block) => ({ block, input: 'qkv', size: config.dim, values: sum.map((value) => value / rows) }));
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const sum of this.sums.values()) this.model.executor.destroy(sum);
    this.onDispose();
  }

  private assertOpen(): void {
    if (this.disposed) throw new Error('These second moments were finished or disposed');
  }
}
