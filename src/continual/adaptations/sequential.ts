import type { LearningRates } from '../../compute/backbone';
import type { LearnerHooks, Learns } from '../learner';
import type { Past } from '../past';
import type { Adaptation, Bench, Changes, LearningBatch, LearningTask, MethodProgress } from '../method';
import { LearnedAdaptation, type Trained } from './learned';

interface SequentialState extends Trained {
  readonly past: unknown;
}

/**
 * Learning one task after the other with the same trainables, a head and a fresh optimiser per task, and no safeguard but what a
 * method brings of the past.
 */
export class SequentialTraining extends LearnedAdaptation implements Adaptation {
  readonly #learns: Learns;
  readonly #past: Past | null;

  constructor(bench: Bench, learns: Learns, { hooks, past }: { readonly hooks?: LearnerHooks | undefined; readonly past?: Past } = {}) {
    super(bench, hooks);
    this.#learns = learns;
    this.#past = past ?? null;
  }

  async *begin(task: LearningTask): AsyncGenerator<MethodProgress, void> {
    const { range, learns } = (await this.#past?.begin(task, this.model, this.heads)) ?? { range: task.classes, learns: {} };
    this.learner.open(this.model, { ...this.#learns, ...learns }, range);
    yield { phase: 'design', done: 1, total: 1 };
  }

  override async step(batch: LearningBatch, rates: LearningRates): Promise<void> {
    const columns = this.heads.bias.length;
    await this.learner.step((await this.#past?.join(batch, columns)) ?? batch, rates);
    await this.#past?.took?.(batch, this.learner.trainer, columns);
  }

  async *end(): AsyncGenerator<MethodProgress, void> {
    await this.learner.close(this.model.config.dim);
    yield { phase: 'consolidate', done: 1, total: 1 };
  }

  kept() {
    return this.#past?.kept() ?? [];
  }

  async knows() {
    return this.#past?.knows?.() ?? null;
  }

  async changes(): Promise<Changes> {
    if (this.#learns.backbone === 'all') return { increments: null, weights: await this.model.checkpoint() };
    return { increments: await this.model.adapters(), weights: null };
  }

  async state(): Promise<unknown> {
    const state: SequentialState = {
      ...(await this.trained()),
      past: (await this.#past?.state()) ?? null,
    };
    return state;
  }

  async restore(saved: unknown): Promise<void> {
    const { past, ...trained } = saved as SequentialState;
    this.learner.dispose();
    await this.#past?.restore(past, this.model);
    await this.takeUp(trained);
  }

  override dispose(): void {
    this.#past?.dispose?.();
    super.dispose();
  }
}
