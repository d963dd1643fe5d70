import { said } from '../../common/said';
import type { VitModel } from '../../compute/backbone';
import { freshLora } from '../lora';
import type { Adaptation, Bench, Changes, LearningTask, MethodProgress, Sight } from '../method';
import { adapted, type Targets } from '../targets';
import { SequentialTraining } from './sequential';

export interface FirstTaskOptions {
  readonly rank: number;
  readonly targets?: Targets | undefined;
  /** Features of the adapted network, or of the untouched one and it side by side. */
  readonly sees: 'adapted' | 'both';
}

/**
 * LoRA on the first task; the network is never trained again (APER and RanPAC's first phase). The classifier of that training is
 * the linear one of all methods here, where APER's has a cosine with a learned scale.
 */
export class FirstTaskTraining extends SequentialTraining implements Adaptation {
  readonly sight?: Sight;
  readonly #model: VitModel;
  #untouched: Promise<VitModel> | null = null;

  constructor(bench: Bench, { rank, targets, sees }: FirstTaskOptions) {
    super(bench, { backbone: 'none', adapters: 'both' });
    const { model, rng } = bench;
    this.#model = model;
    model.attach(freshLora(model.config, rank, rng.fork('lora'), adapted(targets)));
    if (sees === 'both') this.sight = { width: 2 * model.config.dim, features: (images) => this.#both(images) };
  }

  async #both(images: Parameters<VitModel['features']>[0]): Promise<Float32Array> {
    // Adapters are never merged: a fork is the network as it was.
    this.#untouched ??= this.#model.fork();
    const models = [await this.#untouched, this.#model];
    const parts = await Promise.all(models.map((model) => model.features(images)));
    return besideEachOther(parts, images.count);
  }

  override async *begin(task: LearningTask): AsyncGenerator<MethodProgress, void> {
    if (task.index === 0) yield* super.begin(task);
  }

  override async changes(): Promise<Changes> {
    return {
      ...(await super.changes()),
      ...(this.sight ? { incomplete: said`its features are those of two networks, with and without the adapter` } : {}),
    };
  }

  override dispose(): void {
    void this.#untouched?.then((model) => model.dispose());
    super.dispose();
  }
}

/** Rows of several networks' features, [count, sum of widths]. */
export function besideEachOther(parts: readonly Float32Array[], count: number): Float32Array {
  const widths = parts.map(({ length }) => length / count);
  const width = widths.reduce((sum, each) => sum + each, 0);
  const out = new Float32Array(count * width);
  let first = 0;
  parts.forEach((part, k) => {
    const own = widths[k] ?? 0;
    for (let i = 0; i < count; i++) out.set(part.subarray(i * own, (i + 1) * own), i * width + first);
    first += own;
  });
  return out;
}
