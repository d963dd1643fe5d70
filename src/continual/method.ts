/**
 * A continual-learning method, composed of how features change (adaptation), how classes are read off them (read-off) and
 * what is kept of the past. A definition (`definition.ts`) says what it is before anything runs.
 */
import { type Sentence } from '../common/said';
import type { Adapter, LearningRates, MapInput, Moment, Optimizer, VitModel } from '../compute/backbone';
import type { ImageBatch, LabelledBatch } from '../compute/images';
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import type { Classifier, VitCheckpoint } from '../vit/checkpoint';
import type { SubspaceDiagnostics } from './diagnostics';
import type { DualGpm } from './dual-gpm';
import type { InsideLook } from './inside';
import type { Known, Picks } from './known';
import type { LayerWork } from './layer-work';
import type { FrozenReadout } from './readouts/frozen';
import type { Rng } from './rng';
import type { Task } from './stream';

/** What a method works with. */
export interface Bench {
  /** The method's own model; it may change it, and disposes it. */
  readonly model: VitModel;
  readonly linalg: LinearAlgebra;
  /** Where the subspaces of whole layers are worked out; with `linalg`, one after the other, unless told. */
  readonly layers?: LayerWork | undefined;
  readonly rng: Rng;
  readonly batchSize: number;
  readonly optimizer: Optimizer;
}

/** A task as methods see it: nothing of the tests, nothing of other tasks. */
export type LearningTask = Omit<Task, 'test'>;

/** A batch of a task's training images, as methods see it. */
export interface LearningBatch extends LabelledBatch {
  /** Places of the images among those trained on: what is worked out of one that is not augmented may be kept. */
  readonly positions: ArrayLike<number>;
  /** 0-based. */
  readonly epoch: number;
  readonly epochs: number;
  /** Whether its pixels differ from epoch to epoch. */
  readonly augmented: boolean;
  /** For methods that keep images: where it is augmented. */
  readonly augmentation?: Augmentation;
}

export interface Augmentation {
  /** The same images as they are. */
  original(): LabelledBatch;
  /** Other images augmented alike, drawn from a seed. */
  apply(images: LabelledBatch, seed: number): LabelledBatch;
}

/** How a method sees images where its features are not those of its network alone: what every read-off is given. */
export interface Sight {
  readonly width: number;
  /** [n, width]. `picks` is told what each image was given to be seen with, where images differ in that. */
  features(images: ImageBatch, picks?: Picks): Promise<Float32Array>;
}

/** What a pass over a task's training images found that trains nothing. */
export interface Survey {
  /** Features of the images, in their order, [n, D] or as wide as the method's sight; null where they were not asked for. */
  readonly features: Float32Array | null;
  /** Of the inputs that the plan names, over all tokens of all images. */
  readonly moments: readonly Moment[];
}

export type MethodPhase = 'gather' | 'design' | 'consolidate' | 'evaluate';

/** Progress inside a phase: `done` of `total` units (images, layers). */
export interface MethodProgress {
  readonly phase: MethodPhase;
  readonly done: number;
  readonly total: number;
  /** What was seen inside, where the run asks for it; a method itself tells nothing of it. */
  readonly inside?: InsideLook;
}

/** What is kept of earlier tasks, heads aside. */
export interface Kept {
  readonly what:
    | 'bases'
    | 'means'
    | 'Gaussians'
    | 'Gram matrix'
    | 'images'
    | 'model'
    | 'importances'
    | 'prompts'
    | 'increments'
    | 'adapter';
  readonly bytes: number;
  /** Stored images; 0 for all else. */
  readonly images: number;
}

/** The change of the pre-trained weights: low-rank increments (all tasks so far), or the changed weights; null for neither. */
export interface Changes {
  readonly increments: readonly Adapter[] | null;
  readonly weights: VitCheckpoint | null;
  /** Why these alone do not give its features, as a clause: what it has beside them. */
  readonly incomplete?: Sentence;
}

/** Something whose whole state is plain data (numbers, strings, typed arrays): restored, it goes on bit for bit on the same device. */
export interface Stateful {
  /** Between two calls, or between two steps of training. */
  state(): Promise<unknown>;
  /** Takes over what `state` of the same method, on the same backbone, gave. */
  restore(saved: unknown): Promise<void>;
}

/** How features change from task to task. */
export interface Adaptation extends Stateful {
  /** The network as it is now. */
  readonly model: VitModel;
  /** The network's own features unless told. */
  readonly sight?: Sight;
  /** Heads that are trained with the network, rows of all columns seen; the next task starts from them. */
  heads: Classifier;
  /** Before training: design subspaces, open the trainer. `survey`: of the task's images, by the network as it was. */
  begin(task: LearningTask, tasksPlanned: number, survey: Survey): AsyncGenerator<MethodProgress, void>;
  step(batch: LearningBatch, rates: LearningRates): Promise<void>;
  losses(): Promise<number[]>;
  /** The heads in the middle of a training; absent where none are trained task by task. */
  presentHeads?(): Promise<Classifier>;
  /** After training: keep the heads, merge. */
  end(task: LearningTask): AsyncGenerator<MethodProgress, void>;
  /** `survey`: of the task's images, by the network as `end` left it. */
  remember?(task: LearningTask, survey: Survey): AsyncGenerator<MethodProgress, void>;
  kept(): readonly Kept[];
  /** What it knows of its own subspaces after the newest task; absent for methods without. */
  subspaces?(): SubspaceDiagnostics | null;
  /** What else it knows of itself after the newest task; absent where that is nothing. */
  knows?(): Promise<Known | null>;
  /** What its memory holds of a map's input, null before there is any; absent for methods without one. */
  memory?(block: number, input: MapInput): DualGpm | null;
  /** Between tasks only. */
  changes(): Promise<Changes>;
  dispose(): void;
}

/** How classes are read off features. */
export interface Readout extends Stateful {
  /** `features` [n, D], or as wide as the method's sight: of the task's training images, as it sees them after the task. */
  learn(task: LearningTask, features: Float32Array): AsyncGenerator<MethodProgress, void>;
  /** As it reads now; null before anything was learned. */
  frozen(): FrozenReadout | null;
  kept(): readonly Kept[];
}

export interface Method {
  readonly adaptation: Adaptation;
  /** Its own way of reading; null for a network without any. */
  readonly readout: Readout | null;
}

/** Called out of order: a step without `begin`, say. A fault of the caller, not of the data. */
export class MethodOrderError extends Error {
  override readonly name = 'MethodOrderError';
}

/** Features came out as NaN or infinite: the network is broken. */
export class BrokenFeaturesError extends Error {
  override readonly name = 'BrokenFeaturesError';
}
