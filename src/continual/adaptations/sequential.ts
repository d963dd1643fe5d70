import type { LearningRates, ModelState } from '../../compute/backbone';
import type { Classifier } from '../../vit/checkpoint';
import { Learner, type LearnerHooks, type Learns } from '../learner';
import type { Past } from '../past';
import type { Adaptation, Bench, Changes, LearningBatch, LearningTask, MethodProgress } from '../method';

interface SequentialState {
  readonly model: ModelState;
  readonly learner: Awaited<ReturnType<Learner['state']>>;
  readonly past: unknown;
}

/**
 * Learning one task after the other with the same trainables, a head and a fresh optimiser per task, and no safeguard but what a
 * method brings of the past.
 */
export class SequentialTraining implements Adaptation {
  readonly #bench: Bench;
  readonly #learns: Learns;
  readonly #learner: Learner;
  readonly #past: Past | null;

  constructor(bench: Bench, learns: Learns, { hooks, past }: { readonly hooks?: LearnerHooks | undefined; readonly past?: Past } = {}) {
    this.#bench = bench;
    this.#learns = learns;
    this.#learner = new Learner(bench, hooks);
    this.#past = past ?? null;
  }

  get model() {
    return this.#bench.model;
  }

  get heads(): Classifier {
    return this.#learner.classifier;
  }

  set heads(heads: Classifier) {
    this.#learner.classifier = heads;
  }

  async *begin(task: LearningTask): AsyncGenerator<MethodProgress, void> {
    const { range, learns } = (await this.#past?.begin(task, this.model, this.heads)) ?? { range: task.classes, learns: {} };
    this.#learner.open(this.model, { ...this.#learns, ...learns }, range);
    yield { phase: 'design', done: 1, total: 1 };
  }

  async step(batch: LearningBatch, rates: LearningRates): Promise<void> {
    const columns = this.heads.bias.length;
    await this.#learner.step((await this.#past?.join(batch, columns)) ?? batch, rates);
    await this.#past?.took?.(batch, this.#learner.trainer, columns);
  }

  losses(): Promise<number[]> {
    return this.#learner.losses();
  }

  async *end(): AsyncGenerator<MethodProgress, void> {
    await this.#learner.close(this.model.config.dim);
    yield { phase: 'consolidate', done: 1, total: 1 };
  }

  kept() {
    return this.#past?.kept() ?? [];
  }

  async changes(): Promise<Changes> {
    if (this.#learns.backbone === 'all') return { increments: null, weights: await this.model.checkpoint() };
    return { increments: await this.model.adapters(), weights: null };
  }

  async state(): Promise<unknown> {
    const state: SequentialState = {
      ...{ model: await this.model.state(), learner: await this.#learner.state() },
      past: (await this.#past?.state()) ?? null,
    };
    return state;
  }

  async restore(saved: unknown): Promise<void> {
    const { model, learner, past } = saved as SequentialState;
    this.#learner.dispose();
    await this.#past?.restore(past, this.model);
    await this.model.restore(model);
    await this.#learner.restore(learner, this.model);
  }

  dispose(): void {
    this.#learner.dispose();
    this.#past?.dispose?.();
    this.model.dispose();
  }
}
