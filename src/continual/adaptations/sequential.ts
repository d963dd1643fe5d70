import type { LearningRates, ModelState, Trainables } from '../../compute/backbone';
import type { Classifier } from '../../vit/checkpoint';
import { Learner } from '../learner';
import type { Adaptation, Bench, Changes, LearningBatch, LearningTask, MethodProgress } from '../method';

type Learns = Pick<Trainables, 'backbone' | 'adapters'>;

/** Learning one task after the other with the same trainables, a head and a fresh optimiser per task, and no safeguard. */
export class SequentialTraining implements Adaptation {
  readonly #bench: Bench;
  readonly #learns: Learns;
  readonly #learner: Learner;

  constructor(bench: Bench, learns: Learns) {
    this.#bench = bench;
    this.#learns = learns;
    this.#learner = new Learner(bench);
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
    this.#learner.open(this.model, this.#learns, task.classes);
    yield { phase: 'design', done: 1, total: 1 };
  }

  step(batch: LearningBatch, rates: LearningRates): Promise<void> {
    return this.#learner.step(batch, rates);
  }

  losses(): Promise<number[]> {
    return this.#learner.losses();
  }

  async *end(): AsyncGenerator<MethodProgress, void> {
    await this.#learner.close(this.model.config.dim);
    yield { phase: 'consolidate', done: 1, total: 1 };
  }

  kept() {
    return [];
  }

  async changes(): Promise<Changes> {
    if (this.#learns.backbone === 'all') return { increments: null, weights: await this.model.checkpoint() };
    return { increments: await this.model.adapters(), weights: null };
  }

  async state(): Promise<unknown> {
    return { model: await this.model.state(), learner: await this.#learner.state() };
  }

  async restore(saved: unknown): Promise<void> {
    const { model, learner } = saved as { model: ModelState; learner: Awaited<ReturnType<Learner['state']>> };
    this.#learner.dispose();
    await this.model.restore(model);
    await this.#learner.restore(learner, this.model);
  }

  dispose(): void {
    this.#learner.dispose();
    this.model.dispose();
  }
}
