/** What every continual-learning method offers; one file each under `methods/`. */
import type { LearningRates, Optimizer, VitModel } from '../compute/backbone';
import type { ImageBatch, LabelledBatch } from '../compute/images';
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import type { InfloraDiagnostics } from './diagnostics';
import type { LayerWork } from './layer-work';
import type { Rng } from './rng';
import type { Task } from './stream';
import type { Trained } from './trained';

export interface MethodContext {
  /** The method's own model; it may change it, and disposes it. */
  readonly model: VitModel;
  readonly linalg: LinearAlgebra;
  /** Where the subspaces of whole layers are worked out; with `linalg`, one after the other, unless told. */
  readonly layers?: LayerWork | undefined;
  readonly rng: Rng;
  readonly batchSize: number;
  readonly optimizer: Optimizer;
}

export type MethodPhase = 'gather' | 'design' | 'consolidate';

/** Progress inside a phase: `done` of `total` units (images, layers). */
export interface MethodProgress {
  readonly phase: MethodPhase;
  readonly done: number;
  readonly total: number;
}

export interface Method {
  /** `task`: the current task's batches, in lock-step with the others. `all`: every task seen, once the stream ends. `none`: never. */
  readonly trainsOn: 'task' | 'all' | 'none';
  /** Before training: pass over the data, design subspaces, open the trainer. `tasks` are all tasks seen, the current one last. */
  prepare(tasks: readonly Task[], tasksPlanned: number): AsyncGenerator<MethodProgress, void>;
  step(batch: LabelledBatch, rates: LearningRates): Promise<void>;
  losses(): Promise<number[]>;
  /** After training: keep the classifier, merge, update the memory. */
  consolidate(tasks: readonly Task[]): AsyncGenerator<MethodProgress, void>;
  /** [n, columns seen] scores of the classes seen; the largest wins. Task-aware accuracy restricts it to a task's columns. */
  scores(images: ImageBatch): Promise<Float32Array>;
  /** What InfLoRA knows of its own subspaces after the newest task; null for methods without. */
  diagnostics(): InfloraDiagnostics | null;
  /** What it has learned so far, for taking away; absent where a method has no single model. Between tasks only. */
  trained?(): Promise<Trained>;
  dispose(): void;
}
