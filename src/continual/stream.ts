/** A stream of classification tasks, as the methods see it: indices and columns, no pixels decoded. */
import type { ClassRange } from '../compute/backbone';
import type { LabelledBatch } from '../compute/images';

/** Labelled images held as bytes; `labels` are classifier columns. */
export interface ImageSet {
  readonly count: number;
  readonly labels: Int32Array;
  /** The images at these positions, as one batch. `augment` draws a random resized crop and flip from this seed. */
  batch(positions: ArrayLike<number>, augmentSeed?: number): LabelledBatch;
}

export interface Task {
  /** 0-based position in the stream. */
  readonly index: number;
  readonly name: string;
  /**
   * Columns that the task trains and is judged task-aware on. Class-incremental: its own new columns, right after
   * those of the tasks before. Domain-incremental: the same range for every task (one shared head).
   */
  readonly classes: ClassRange;
  readonly train: ImageSet;
  readonly test: ImageSet;
}

export interface TaskStream {
  readonly kind: 'class-incremental' | 'domain-incremental';
  /** Class names by column, over all tasks. */
  readonly classNames: readonly string[];
  readonly tasks: readonly Task[];
}

/** Columns seen once `task` has been learned: 0 .. this. */
export function classesSeen(tasks: readonly Task[], upTo: number): number {
  return tasks.slice(0, upTo + 1).reduce((most, task) => Math.max(most, task.classes.to), 0);
}
