/**
 * SD-LoRA (Wu et al., "SD-LoRA: Scalable Decoupled Low-Rank Adaptation", ICLR 2025): directions of earlier tasks stay as they are,
 * their magnitudes go on learning: W + Σ_{i<t} c_i A_i B_i / (‖A_i‖ ‖B_i‖) + c A B, one c a task over all sites.
 */
import type { Adapter } from '../../compute/backbone';
import type { Known } from '../known';
import type { LearnerHooks } from '../learner';
import { withoutScale } from '../lora';
import type { Adaptation, Bench, Changes, Kept, LearningTask, MethodProgress } from '../method';
import { LearnedAdaptation, type Trained } from './learned';

export interface DecoupledOptions {
  /** A task's own pairs before training. */
  readonly fresh: (task: number) => readonly Adapter[];
  /** c of a new task; with `restart` all c begin every task there, else the old ones go on from where they are. */
  readonly magnitude: number;
  readonly restart: boolean;
}

export class DecoupledLora extends LearnedAdaptation implements Adaptation {
  readonly #options: DecoupledOptions;
  #bytes = 0;

  constructor(bench: Bench, options: DecoupledOptions, hooks?: LearnerHooks) {
    super(bench, hooks);
    this.#options = options;
  }

  async *begin(task: LearningTask): AsyncGenerator<MethodProgress, void> {
    const { fresh, magnitude, restart } = this.#options;
    const old = (await this.model.adapters()).map((adapter): Adapter => {
      const { scale, frozen } = adapter;
      return { ...(frozen ? adapter : direction(adapter)), ...(scale && { scale: restart ? { ...scale, value: magnitude } : scale }) };
    });
    const scale = { name: `task${task.index}`, value: magnitude };
    this.model.attach([...old, ...fresh(task.index).map((adapter) => ({ ...adapter, scale }))]);
    this.learner.open(this.model, { backbone: 'none', adapters: 'both' }, task.classes);
    yield { phase: 'design', done: 1, total: 1 };
  }

  async *end(): AsyncGenerator<MethodProgress, void> {
    await this.learner.close(this.model.config.dim);
    this.#bytes = bytesOf(await this.model.adapters());
    yield { phase: 'consolidate', done: 1, total: 1 };
  }

  kept(): Kept[] {
    return [{ what: 'increments', bytes: this.#bytes, images: 0 }];
  }

  /** By task; the newest one's direction is of the length that training gave it. */
  async magnitudes(): Promise<ReadonlyMap<string, number>> {
    return new Map((await this.model.adapters()).flatMap(({ scale }) => (scale ? [[scale.name, scale.value] as const] : [])));
  }

  async knows(): Promise<Known | null> {
    const magnitudes = [...(await this.magnitudes()).values()];
    return magnitudes.length > 0 ? { what: 'magnitudes', values: [magnitudes] } : null;
  }

  async changes(): Promise<Changes> {
    return { increments: (await this.model.adapters()).map(withoutScale), weights: null };
  }

  async state(): Promise<unknown> {
    return { ...(await this.trained()), bytes: this.#bytes };
  }

  async restore(saved: unknown): Promise<void> {
    const { bytes, ...trained } = saved as Trained & { readonly bytes: number };
    await this.takeUp(trained);
    this.#bytes = bytes;
  }
}

/** Of norm one in the sense of the paper, ‖up‖ ‖down‖ = 1, and frozen. What never moved from zero has no direction and stays zero. */
function direction(adapter: Adapter): Adapter {
  const norm = norm2(adapter.up) * norm2(adapter.down);
  return { ...adapter, frozen: true, up: norm > 0 ? adapter.up.map((value) => value / norm) : adapter.up };
}

const norm2 = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

const bytesOf = (adapters: readonly Adapter[]): number => adapters.reduce((sum, { up, down }) => sum + up.byteLength + down.byteLength, 0);
