import type { LearningRates, VitModel } from '../../compute/backbone';
import type { ImageBatch, LabelledBatch } from '../../compute/images';
import { EMPTY_CLASSIFIER } from '../heads';
import { Learner, MethodOrderError } from '../learner';
import { freshLora } from '../lora';
import type { Method, MethodContext, MethodProgress } from '../method';
import { classesSeen, type Task } from '../stream';
import type { Trained } from '../trained';

export interface JointOptions {
  readonly rank: number;
  /** Low-rank pairs on K and V, or all weights. */
  readonly adapt: 'lora' | 'full';
}

/**
 * All tasks' images at once, from the pre-trained weights, cross-entropy over all classes: the upper bound that breaks the
 * rule of continual learning. When tasks are appended, it starts afresh.
 */
export class Joint implements Method {
  readonly trainsOn = 'all';
  readonly #context: MethodContext;
  readonly #options: JointOptions;
  readonly #learner: Learner;
  /** The weights at work: a copy when all of them learn, so that the pre-trained ones stay for a fresh start. */
  #working: VitModel;

  constructor(context: MethodContext, options: JointOptions) {
    this.#context = context;
    this.#options = options;
    this.#learner = new Learner(context);
    this.#working = context.model;
  }

  async *prepare(tasks: readonly Task[]): AsyncGenerator<MethodProgress, void> {
    if (tasks.length === 0) throw new MethodOrderError('There is no task to prepare for.');
    const { model, rng } = this.#context;
    const range = { from: 0, to: classesSeen(tasks, tasks.length - 1) };
    this.#learner.classifier = EMPTY_CLASSIFIER;
    if (this.#options.adapt === 'lora') {
      model.attach(freshLora(model.config, this.#options.rank, rng.fork('lora')));
      this.#learner.open(model, { backbone: 'none', adapters: 'both' }, range);
    } else {
      this.#dropCopy();
      this.#working = await model.fork();
      this.#learner.open(this.#working, { backbone: 'all', adapters: 'none' }, range);
    }
    yield { phase: 'design', done: 1, total: 1 };
  }

  step(batch: LabelledBatch, rates: LearningRates): Promise<void> {
    return this.#learner.step(batch, rates);
  }

  losses(): Promise<number[]> {
    return this.#learner.losses();
  }

  async *consolidate(): AsyncGenerator<MethodProgress, void> {
    await this.#learner.close(this.#working.config.dim);
    yield { phase: 'consolidate', done: 1, total: 1 };
  }

  scores(images: ImageBatch): Promise<Float32Array> {
    return this.#learner.scores(this.#working, images);
  }

  diagnostics(): null {
    return null;
  }

  async trained(): Promise<Trained> {
    const { classifier } = this.#learner;
    if (this.#options.adapt === 'full') return { classifier, increments: null, weights: await this.#working.checkpoint() };
    return { classifier, increments: await this.#working.adapters(), weights: null };
  }

  #dropCopy(): void {
    if (this.#working !== this.#context.model) this.#working.dispose();
    this.#working = this.#context.model;
  }

  dispose(): void {
    this.#learner.dispose();
    this.#dropCopy();
    this.#context.model.dispose();
  }
}
