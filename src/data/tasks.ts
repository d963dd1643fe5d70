/** From a data set to an ordered stream of tasks with classifier columns. */
import { said } from '../common/said';
import type { LabelledBatch } from '../compute/images';
import { augmented } from './augment';
import { DataError } from './errors';
import type { GivenTask, ImageStore, LabelledImages, StreamKind } from './labelled-images';
import { drawFrom, shuffled } from './random';
import { planTasks, type TaskSplitOption } from './task-plan';

export type { TaskSplitOption } from './task-plan';

/** Images of one task and split; `labels` are classifier columns. The pixels stay in the data set's store. */
export interface ImageSubset {
  readonly count: number;
  readonly labels: Int32Array;
  /** Row of each image in the data set's store. */
  readonly rows: Int32Array;
  batch(positions: ArrayLike<number>, augmentSeed?: number): LabelledBatch;
}

export interface SplitTask {
  readonly index: number;
  readonly name: string;
  /** Half-open range of columns. */
  readonly classes: { readonly from: number; readonly to: number };
  readonly train: ImageSubset;
  readonly test: ImageSubset;
}

/** Structurally the stream that methods are written against. */
export interface SplitStream {
  readonly kind: StreamKind;
  /** Class names by column. */
  readonly classNames: readonly string[];
  readonly tasks: readonly SplitTask[];
  /** The data set's class of each column. */
  readonly columns: readonly number[];
}

/** The experiment's say in the stream; `undefined` counts as absent. */
export interface SplitOptions {
  readonly split: TaskSplitOption;
  /** `natural`: as the data set lists classes. `seeded`: classes (or given tasks) shuffled by `seed`. */
  readonly order: 'natural' | 'seeded';
  readonly seed: number;
  readonly maxClasses?: number | undefined;
  readonly trainPerClass?: number | undefined;
  readonly testPerClass?: number | undefined;
  readonly maxTasks?: number | undefined;
}

function subset(store: ImageStore, rows: Int32Array, columnOf: ReadonlyMap<number, number>): ImageSubset {
  const labels = Int32Array.from(rows, (row) => columnOf.get(store.classes[row] ?? -1) ?? -1);
  const { size } = store;
  const bytes = size * size * 3;
  return {
    count: rows.length,
    labels,
    rows,
    batch(positions, augmentSeed) {
      const pixels = new Uint8Array(positions.length * bytes);
      const batchLabels = new Int32Array(positions.length);
      for (let i = 0; i < positions.length; i++) {
        const position = positions[i] ?? -1;
        const row = rows[position];
        if (row === undefined) throw new RangeError(`Image ${position} of a set of ${rows.length}`);
        pixels.set(store.pixels.subarray(row * bytes, (row + 1) * bytes), i * bytes);
        batchLabels[i] = labels[position] ?? -1;
      }
      const batch = { pixels, count: positions.length, size, labels: batchLabels };
      return augmentSeed === undefined ? batch : augmented(batch, augmentSeed);
    },
  };
}

/** Rows of each class, looked up once: there may be thousands of tasks. */
function rowsByClass({ classes }: ImageStore): ReadonlyMap<number, readonly number[]> {
  const rows = new Map<number, number[]>();
  classes.forEach((index, row) => {
    const same = rows.get(index);
    if (same === undefined) rows.set(index, [row]);
    else same.push(row);
  });
  return rows;
}

/** Chooses rows of classes (and a domain), at most `perClass` of each class, first ones first. */
function chooser(store: ImageStore, perClass = Infinity) {
  const byClass = rowsByClass(store);
  return ({ classes, domain }: GivenTask): Int32Array => {
    const rows = [...new Set(classes)].flatMap((index) =>
      (byClass.get(index) ?? []).filter((row) => domain === null || store.domains[row] === domain).slice(0, perClass),
    );
    return Int32Array.from(rows).sort();
  };
}

function domainTasks(images: LabelledImages, kept: readonly number[]): GivenTask[] {
  return images.givenTasks === null
    ? images.domainNames.map((name, domain) => ({ name, classes: kept, domain }))
    : images.givenTasks.map((task) => ({ ...task, classes: kept }));
}

/**
 * Ordered tasks. Class-incremental: columns run contiguously from task to task; a task of an explicit list may take those
 * of an earlier one again, in another domain. Domain-incremental: every task has the same range, and only its domain's images. Throws DataError, with the experiment's field, where a split
 * does not fit the data: unknown or repeated classes, a task of one class, fewer than two classes, a task without
 * training or test images.
 */
export function splitTasks(images: LabelledImages, options: SplitOptions): SplitStream {
  const all = images.classNames.map((_, index) => index);
  const kept = options.maxClasses === undefined ? all : all.slice(0, options.maxClasses);
  if (kept.length < 2) {
    throw new DataError(
      said`A stream needs at least two classes; ${kept.length} left.`,
      options.maxClasses === undefined ? 'stream.from' : 'stream.maxClasses',
    );
  }
  // Any other split of images with domains asks for new classes in each task, under all conditions or under one.
  const shared = images.kind === 'domain-incremental' && options.split.kind === 'as-given';
  const mix = <T>(items: readonly T[], what: string) =>
    options.order === 'seeded' ? shuffled(items, drawFrom(options.seed, `order of ${what}`)) : [...items];
  const plan = shared ? mix(domainTasks(images, kept), 'tasks') : planTasks(images, kept, options.split, mix);
  const chosen = plan.slice(0, options.maxTasks ?? plan.length);
  // A class that comes again, under another condition, keeps its column.
  const columns = shared ? kept : [...new Set(chosen.flatMap(({ classes }) => classes))];
  const columnOf = new Map(columns.map((classIndex, column) => [classIndex, column]));
  const choose = { train: chooser(images.train, options.trainPerClass), test: chooser(images.test, options.testPerClass) };
  const tasks = chosen.map((task, index): SplitTask => {
    const from = shared ? 0 : Math.min(...task.classes.map((classIndex) => columnOf.get(classIndex) ?? 0));
    const classes = { from, to: shared ? columns.length : from + task.classes.length };
    const train = subset(images.train, choose.train(task), columnOf);
    const test = subset(images.test, choose.test(task), columnOf);
    for (const [set, what] of [
      [train, said`training`],
      [test, said`test`],
    ] as const) {
      if (set.count === 0) throw new DataError(said`Task "${task.name}" has no ${what} images. Leave it out or add some.`, 'stream.split');
    }
    return { index, name: task.name, classes, train, test };
  });
  return {
    kind: shared ? 'domain-incremental' : 'class-incremental',
    classNames: columns.map((index) => images.classNames[index] ?? ''),
    tasks,
    columns,
  };
}
