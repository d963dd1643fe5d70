/** What all training adaptations share: a growing classifier and one trainer at a time. */
import type { ClassRange, StepRates, Trainables, Trainer, TrainerState, TrainSpec, VitModel } from '../compute/backbone';
import type { LabelledBatch } from '../compute/images';
import { crossEntropy } from '../compute/objective';
import type { Classifier } from '../vit/checkpoint';
import { EMPTY_CLASSIFIER, growClassifier, linearDefault, withRows, type HeadInitialiser } from './heads';
import { MethodOrderError, type Bench } from './method';
import { restoreRng, type Rng, type RngState } from './rng';

/** What learns in a task, plain data: the backbone's part, and what of the training is not as usual. */
export interface Learns
  extends Pick<Trainables, 'backbone' | 'adapters' | 'prompts'>, Partial<Omit<TrainSpec, 'trainables' | 'classifier'>> {}

/** For whoever replays a recording: the heads that it starts from, and a look at each step before it is taken. */
export interface LearnerHooks {
  readonly initialiseHead?: HeadInitialiser;
  /** Sees a trainer before its first step. */
  readonly opened?: (trainer: Trainer) => void;
  readonly beforeStep?: (trainer: Trainer, batch: LabelledBatch) => Promise<void>;
}

interface Training {
  readonly learns: Learns;
  readonly range: ClassRange;
}

/** What a method adds to a plain training, given again when that is restored. */
export type Guards = Pick<TrainSpec, 'rates' | 'corrections' | 'penalties'>;

interface LearnerState {
  readonly classifier: Classifier;
  readonly rng: RngState;
  readonly training: (Training & { readonly trainer: TrainerState }) | null;
}

export class Learner {
  classifier: Classifier = EMPTY_CLASSIFIER;
  #training: (Training & { readonly trainer: Trainer }) | null = null;
  readonly #bench: Pick<Bench, 'optimizer' | 'batchSize'>;
  readonly #hooks: LearnerHooks;
  #rng: Rng;

  constructor(bench: Bench, hooks: LearnerHooks = {}) {
    this.#bench = bench;
    this.#hooks = hooks;
    this.#rng = bench.rng.fork('heads');
  }

  /** The open trainer. Throws MethodOrderError when there is none. */
  get trainer(): Trainer {
    if (!this.#training) throw new MethodOrderError('No training is open: begin a task first.');
    return this.#training.trainer;
  }

  /** Grows the classifier by the missing columns of `range` and opens a fresh optimiser; cross-entropy over `range` only, unless told. */
  open(model: VitModel, learns: Learns, range: ClassRange, guards: Guards = {}): Trainer {
    const initialise = this.#hooks.initialiseHead ?? linearDefault(this.#rng);
    this.classifier = growClassifier(this.classifier, range, model.config.dim, initialise);
    const trainer = this.#start(model, { learns, range }, guards);
    this.#hooks.opened?.(trainer);
    return trainer;
  }

  #start(model: VitModel, { learns, range }: Training, guards: Guards): Trainer {
    const { optimizer, batchSize } = this.#bench;
    const { backbone, adapters, prompts = false, ...unusual } = learns;
    const trainer = model.train({
      ...{ objective: crossEntropy(range), optimizer, maxBatch: batchSize },
      ...unusual,
      trainables: { backbone, adapters, prompts, classifier: range },
      classifier: this.classifier,
      ...guards,
    });
    this.#training = { learns, range, trainer };
    return trainer;
  }

  async step(batch: LabelledBatch, rates: StepRates): Promise<void> {
    await this.#hooks.beforeStep?.(this.trainer, batch);
    await this.trainer.step(batch, rates);
  }

  /** Losses since the last call; none before training has been opened. */
  async losses(): Promise<number[]> {
    return this.#training ? this.#training.trainer.losses() : [];
  }

  /** Keeps the trained rows and frees the optimiser. */
  async close(dim: number): Promise<void> {
    if (!this.#training) return;
    this.classifier = await this.present(dim);
    this.dispose();
  }

  /** The classifier as trained so far, rows of all columns. */
  async present(dim: number): Promise<Classifier> {
    if (!this.#training) return this.classifier;
    const { trainer, range } = this.#training;
    return withRows(this.classifier, await trainer.classifier(), range, dim);
  }

  async state(): Promise<LearnerState> {
    const open = this.#training;
    const training = open && { ...open, trainer: await open.trainer.state() };
    return { classifier: structuredClone(this.classifier), rng: this.#rng.state(), training };
  }

  /** `model`: restored before, its adapters attached; `guards`: as the training under way was opened with. */
  async restore({ classifier, rng, training }: LearnerState, model: VitModel, guards: Guards = {}): Promise<void> {
    this.dispose();
    this.classifier = structuredClone(classifier);
    this.#rng = restoreRng(rng);
    if (training) await this.#start(model, training, guards).restore(training.trainer);
  }

  dispose(): void {
    this.#training?.trainer.dispose();
    this.#training = null;
  }
}
