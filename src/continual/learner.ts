/** What all training methods share: a growing classifier and one trainer at a time. */
import type { ClassRange, LearningRates, Trainables, Trainer, VitModel } from '../compute/backbone';
import type { ImageBatch, LabelledBatch } from '../compute/images';
import type { Classifier } from '../vit/checkpoint';
import { EMPTY_CLASSIFIER, growClassifier, linearDefault, scoreFeatures, withRows, type HeadInitialiser } from './heads';
import type { MethodContext } from './method';
import { crossEntropy } from '../compute/objective';

/** Called out of order: a step without `prepare`, say. A fault of the caller, not of the data. */
export class MethodOrderError extends Error {
  override readonly name = 'MethodOrderError';
}

export class Learner {
  #classifier: Classifier = EMPTY_CLASSIFIER;
  #training: { readonly trainer: Trainer; readonly range: ClassRange } | null = null;
  readonly #context: MethodContext;
  readonly #initialise: HeadInitialiser;

  constructor(context: MethodContext, initialise?: HeadInitialiser) {
    this.#context = context;
    this.#initialise = initialise ?? linearDefault(context.rng.fork('heads'));
  }

  get classifier(): Classifier {
    return this.#classifier;
  }

  set classifier(classifier: Classifier) {
    this.#classifier = classifier;
  }

  /** The open trainer. Throws MethodOrderError when there is none. */
  get trainer(): Trainer {
    if (!this.#training) throw new MethodOrderError('No training is open: call prepare first.');
    return this.#training.trainer;
  }

  /** Grows the classifier by the missing columns of `range` and opens a fresh optimiser; cross-entropy over `range` only. */
  open(model: VitModel, trainables: Pick<Trainables, 'backbone' | 'adapters'>, range: ClassRange): Trainer {
    const { optimizer, batchSize } = this.#context;
    this.#classifier = growClassifier(this.#classifier, range, model.config.dim, this.#initialise);
    const trainer = model.train({
      trainables: { ...trainables, classifier: range },
      objective: crossEntropy(range),
      optimizer,
      maxBatch: batchSize,
      classifier: this.#classifier,
    });
    this.#training = { trainer, range };
    return trainer;
  }

  async step(batch: LabelledBatch, rates: LearningRates): Promise<void> {
    await this.trainer.step(batch, rates);
  }

  /** Losses since the last call; none before training has been opened. */
  async losses(): Promise<number[]> {
    return this.#training ? this.#training.trainer.losses() : [];
  }

  /** Keeps the trained rows and frees the optimiser. */
  async close(dim: number): Promise<void> {
    if (!this.#training) return;
    const { trainer, range } = this.#training;
    this.#classifier = withRows(this.#classifier, await trainer.classifier(), range, dim);
    this.dispose();
  }

  /** [n, columns] logits of all columns known. */
  async scores(model: VitModel, images: ImageBatch): Promise<Float32Array> {
    return scoreFeatures(await model.features(images), images.count, model.config.dim, this.#classifier);
  }

  dispose(): void {
    this.#training?.trainer.dispose();
    this.#training = null;
  }
}
