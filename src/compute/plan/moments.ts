import { tokenCount } from '../../vit/config';
import type { MapInput, Moment, MomentOptions, SecondMoments } from '../backbone';
import type { ImageBatch } from '../images';
import { checkImages, checkInputs, chunks } from './checks';
import type { DeviceBuffer } from './executor';
import type { ModelCore } from './model-core';
import { inputWidth, momentName, momentsProgram } from './programs';

interface Sum {
  readonly block: number;
  readonly input: MapInput;
  readonly buffer: DeviceBuffer;
}

/** Sums of z zᵀ kept on the device until they are asked for. */
export class PlanMoments implements SecondMoments {
  private readonly sums: Sum[] = [];
  private readonly wanted: Required<MomentOptions>;
  private images = 0;
  private disposed = false;

  constructor(
    private readonly model: ModelCore,
    { inputs = ['qkv'], features = false }: MomentOptions,
    private readonly onDispose: () => void,
  ) {
    checkInputs(inputs);
    this.wanted = { inputs, features };
    const { config, executor } = model;
    try {
      for (let block = 0; block < config.depth; block++) {
        for (const input of inputs) this.sums.push({ block, input, buffer: executor.create('f32', inputWidth(config, input) ** 2) });
      }
    } catch (error) {
      this.free();
      throw error;
    }
  }

  async add(images: ImageBatch): Promise<Float32Array | null> {
    this.assertOpen();
    const { config } = this.model;
    checkImages(config, images);
    const { inputs, features } = this.wanted;
    const program = this.model.program(`moments of ${inputs.join()}${features ? ' and features' : ''}`, (spec) =>
      momentsProgram(spec, this.wanted),
    );
    this.images += images.count;
    const sums = this.sums.map(({ block, input, buffer }) => [momentName(block, input), buffer] as const);
    const found = features ? new Float32Array(images.count * config.dim) : null;
    await Promise.all(
      chunks(images, program.maxBatch).map(async ({ first, count, pixels }) => {
        const request = { program, batch: count, inputs: new Map([['images', pixels]]), results: features ? ['features'] : [] };
        const results = await this.model.run(request, sums);
        found?.set(results.get('features') ?? [], first * config.dim);
      }),
    );
    return found;
  }

  async finish(): Promise<Moment[]> {
    this.assertOpen();
    const { executor, config } = this.model;
    const { images, sums } = this;
    const reads = images > 0 ? sums.map(({ buffer }) => executor.read(buffer)) : [];
    this.dispose();
    if (images === 0) throw new Error('No image was added to the second moments');
    const values = await Promise.all(reads);
    const rows = images * tokenCount(config);
    return sums.map(({ block, input }, i) => {
      const size = inputWidth(config, input);
      const mean = (values[i] ?? new Float32Array()).map((value) => value / rows);
      mirror(mean, size);
      return { block, input, size, values: mean };
    });
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.free();
    this.onDispose();
  }

  private free(): void {
    for (const { buffer } of this.sums) this.model.executor.destroy(buffer);
  }

  private assertOpen(): void {
    if (this.disposed) throw new Error('These second moments were finished or disposed');
  }
}

/** Below the diagonal of [n, n] what stands above it: it may have been left out. */
function mirror(values: Float32Array, n: number): void {
  for (let i = 1; i < n; i++) for (let j = 0; j < i; j++) values[i * n + j] = values[j * n + i] ?? NaN;
}
