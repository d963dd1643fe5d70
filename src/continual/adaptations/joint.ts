import type { LearningRates, ModelState, VitModel } from '../../compute/backbone';
import type { Classifier } from '../../vit/checkpoint';
import { EMPTY_CLASSIFIER } from '../heads';
import { Learner } from '../learner';
import { freshLora } from '../lora';
import type { Adaptation, Bench, Changes, LearningBatch, LearningTask, MethodProgress } from '../method';
import { adapted, type Targets } from '../targets';

export interface JointOptions {
  readonly rank: number;
  /** Low-rank pairs, or all weights. */
  readonly adapt: 'lora' | 'full';
  readonly targets?: Targets | undefined;
}

/**
 * One training from the pre-trained weights on a task that holds the images of all tasks: the upper bound that breaks the rule
 * of continual learning. Every `begin` starts afresh.
 */
export class JointTraining implements Adaptation {
  readonly #bench: Bench;
  readonly #options: JointOptions;
  readonly #learner: Learner;
  /** The weights at work: a copy when all of them learn, so that the pre-trained ones stay for a fresh start. */
  #working: VitModel;

  constructor(bench: Bench, options: JointOptions) {
    this.#bench = bench;
    this.#options = options;
    this.#learner = new Learner(bench);
    this.#working = bench.model;
  }

  get model() {
    return this.#working;
  }

  get heads(): Classifier {
    return this.#learner.classifier;
  }

  set heads(heads: Classifier) {
    this.#learner.classifier = heads;
  }

  async *begin({ classes }: LearningTask): AsyncGenerator<MethodProgress, void> {
    const { model, rng } = this.#bench;
    this.heads = EMPTY_CLASSIFIER;
    if (this.#options.adapt === 'lora') {
      model.attach(freshLora(model.config, this.#options.rank, rng.fork('lora'), adapted(this.#options.targets)));
      this.#learner.open(model, { backbone: 'none', adapters: 'both' }, classes);
    } else {
      this.#dropCopy();
      this.#working = await model.fork();
      this.#learner.open(this.#working, { backbone: 'all', adapters: 'none' }, classes);
    }
    yield { phase: 'design', done: 1, total: 1 };
  }

  step(batch: LearningBatch, rates: LearningRates): Promise<void> {
    return this.#learner.step(batch, rates);
  }

  losses(): Promise<number[]> {
    return this.#learner.losses();
  }

  async *end(): AsyncGenerator<MethodProgress, void> {
    await this.#learner.close(this.#working.config.dim);
    yield { phase: 'consolidate', done: 1, total: 1 };
  }

  kept() {
    return [];
  }

  async changes(): Promise<Changes> {
    if (this.#options.adapt === 'full') return { increments: null, weights: await this.#working.checkpoint() };
    return { increments: await this.#working.adapters(), weights: null };
  }

  async state(): Promise<unknown> {
    return { model: await this.#working.state(), learner: await this.#learner.state() };
  }

  async restore(saved: unknown): Promise<void> {
    const { model, learner } = saved as { model: ModelState; learner: Awaited<ReturnType<Learner['state']>> };
    this.#learner.dispose();
    this.#dropCopy();
    if (this.#options.adapt === 'full') this.#working = await this.#bench.model.fork();
    await this.#working.restore(model);
    await this.#learner.restore(learner, this.#working);
  }

  #dropCopy(): void {
    if (this.#working !== this.#bench.model) this.#working.dispose();
    this.#working = this.#bench.model;
  }

  dispose(): void {
    this.#learner.dispose();
    this.#dropCopy();
    this.#bench.model.dispose();
  }
}
