/** What all training adaptations share: a growing classifier and one trainer at a time. */
import type { ClassRange, StepRates, Trainables, Trainer, TrainerState, TrainSpec, VitModel } from '../compute/backbone';
import type { LabelledBatch } from '../compute/images';
import { crossEntropy } from '../compute/objective';
import type { Classifier } from '../vit/checkpoint';
import { EMPTY_CLASSIFIER, growClassifier, linearDefault, withRows, type HeadInitialiser } from './heads';
import { MethodOrderError, type Bench } from './method';
import { restoreRng, type Rng, type RngState } from './rng';

type Learns = Pick<Trainables, 'backbone' | 'adapters'>;
/** What a method adds to the specification of its trainer. */
type Extras = Pick<TrainSpec, 'average'>;

interface Opening {
  readonly learns: Learns;
  readonly range: ClassRange;
  readonly extras: Extras;
}

interface LearnerState {
  readonly classifier: Classifier;
  readonly rng: RngState;
  readonly training: (Opening & { readonly trainer: TrainerState }) | null;
}

export class Learner {
  classifier: Classifier = EMPTY_CLASSIFIER;
  #training: (Opening & { readonly trainer: Trainer }) | null = null;
  readonly #bench: Pick<Bench, 'optimizer' | 'batchSize'>;
  readonly #initialise: HeadInitialiser | undefined;
  #rng: Rng;

  constructor(bench: Bench, initialise?: HeadInitialiser) {
    this.#bench = bench;
    this.#initialise = initialise;
    this.#rng = bench.rng.fork('heads');
  }

  /** The open trainer. Throws MethodOrderError when there is none. */
  get trainer(): Trainer {
    if (!this.#training) throw new MethodOrderError('No training is open: begin a task first.');
    return this.#training.trainer;
  }

  /** Grows the classifier by the missing columns of `range` and opens a fresh optimiser; cross-entropy over `range` only. */
  open(model: VitModel, learns: Learns, range: ClassRange, extras: Extras = {}): Trainer {
    const initialise = this.#initialise ?? linearDefault(this.#rng);
    this.classifier = growClassifier(this.classifier, range, model.config.dim, initialise);
    return this.#start(model, { learns, range, extras });
  }

  #start(model: VitModel, opening: Opening): Trainer {
    const { learns, range, extras } = opening;
    const { optimizer, batchSize } = this.#bench;
    const trainer = model.train({
      trainables: { ...learns, classifier: range },
      objective: crossEntropy(range),
      optimizer,
      maxBatch: batchSize,
      classifier: this.classifier,
      ...extras,
    });
    this.#training = { trainer, ...opening };
    return trainer;
  }

  async step(batch: LabelledBatch, rates: StepRates): Promise<void> {
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
    this.classifier = withRows(this.classifier, await trainer.classifier(), range, dim);
    this.dispose();
  }

  async state(): Promise<LearnerState> {
    const open = this.#training;
    const training = open && { ...open, trainer: await open.trainer.state() };
    return { classifier: structuredClone(this.classifier), rng: this.#rng.state(), training };
  }

  /** `model`: restored before, its adapters attached. */
  async restore({ classifier, rng, training }: LearnerState, model: VitModel): Promise<void> {
    this.dispose();
    this.classifier = structuredClone(classifier);
    this.#rng = restoreRng(rng);
    if (!training) return;
    const { trainer, ...opening } = training;
    await this.#start(model, opening).restore(trainer);
  }

  dispose(): void {
    this.#training?.trainer.dispose();
    this.#training = null;
  }
}
