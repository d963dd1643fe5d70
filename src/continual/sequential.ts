import type { LearningRates, Trainables } from '../compute/backbone';
import type { ImageBatch, LabelledBatch } from '../compute/images';
import { Learner, MethodOrderError } from './learner';
import type { Method, MethodContext, MethodProgress } from './method';
import type { Task } from './stream';
import type { Trained } from './trained';

/** Learning one task after the other with the same trainables, a head and a fresh optimiser per task, and no safeguard. */
export class SequentialTraining implements Method {
  readonly trainsOn = 'task';
  readonly #context: MethodContext;
  readonly #trainables: Pick<Trainables, 'backbone' | 'adapters'>;
  readonly #learner: Learner;

  constructor(context: MethodContext, trainables: Pick<Trainables, 'backbone' | 'adapters'>) {
    this.#context = context;
    this.#trainables = trainables;
    this.#learner = new Learner(context);
  }

  async *prepare(tasks: readonly Task[]): AsyncGenerator<MethodProgress, void> {
    const task = tasks.at(-1);
    if (!task) throw new MethodOrderError('There is no task to prepare for.');
    this.#learner.open(this.#context.model, this.#trainables, task.classes);
    yield { phase: 'design', done: 1, total: 1 };
  }

  step(batch: LabelledBatch, rates: LearningRates): Promise<void> {
    return this.#learner.step(batch, rates);
  }

  losses(): Promise<number[]> {
    return this.#learner.losses();
  }

  async *consolidate(): AsyncGenerator<MethodProgress, void> {
    await this.#learner.close(this.#context.model.config.dim);
    yield { phase: 'consolidate', done: 1, total: 1 };
  }

  scores(images: ImageBatch): Promise<Float32Array> {
    return this.#learner.scores(this.#context.model, images);
  }

  diagnostics(): null {
    return null;
  }

  async trained(): Promise<Trained> {
    const { model } = this.#context;
    const { classifier } = this.#learner;
    if (this.#trainables.backbone === 'all') return { classifier, increments: null, weights: await model.checkpoint() };
    return { classifier, increments: await model.adapters(), weights: null };
  }

  dispose(): void {
    this.#learner.dispose();
    this.#context.model.dispose();
  }
}
