/** The stream of an experiment: its images decoded once, its tasks cut as often as the experiment changes. */
import { worded } from '../common/said';
import type { ImageSet, TaskStream } from '../continual/stream';
import { summariseSkipped, thumbnails } from '../data/dataset';
import { splitTasks } from '../data/tasks';
import { renameClasses } from '../data/edit-classes';
import { resizeAndCenterCrop } from '../data/resize';
import type { ImageStore, LabelledImages } from '../data/labelled-images';
import type { Experiment } from '../session/experiment';
import type { RunRecord } from '../session/record';
import type { StreamSummary, TestSample } from './api';

export interface LoadedStream {
  readonly images: LabelledImages;
  /** The same images under the source's own names of classes. */
  readonly source: LabelledImages;
  readonly stream: TaskStream;
  /** The data set's class of each column. */
  readonly columns: readonly number[];
  readonly facts: RunRecord['stream'];
  /** Path inside the source of every test image of every task. */
  readonly testFiles: () => string[][];
}

/** Cuts the tasks. Throws DataError where the split does not fit the images. */
export function cutTasks(images: LabelledImages, experiment: Experiment): LoadedStream {
  const renamed = renameClasses(images, experiment.stream.rename);
  const stream = splitTasks(renamed, { ...experiment.stream, seed: experiment.seed });
  const facts: RunRecord['stream'] = {
    title: images.title,
    sha256: images.sha256,
    kind: stream.kind,
    classNames: [...stream.classNames],
    tasks: stream.tasks.map(({ name, classes, train, test }) => ({ name, ...classes, train: train.count, test: test.count })),
    skipped: summariseSkipped(images.skipped).map(({ name, reason }) => ({ name: worded(name), reason: worded(reason) })),
  };
  const testFiles = () => stream.tasks.map(({ test }) => Array.from(test.rows, (row) => renamed.test.names[row] ?? ''));
  return { images: renamed, source: images, stream, columns: stream.columns, facts, testFiles };
}

const THUMBNAIL_SIDE = 40;
/** Bytes of all thumbnails together: they are copied to the page, and smaller where there are thousands of classes. */
const THUMBNAIL_BYTES = 8 * 2 ** 20;

/** One thumbnail a class: its first training image. */
export function summariseStream({ images, source, stream, columns, facts }: LoadedStream): StreamSummary {
  const size = images.imageSize;
  const side = Math.min(size, THUMBNAIL_SIDE, Math.max(8, Math.floor(Math.sqrt(THUMBNAIL_BYTES / (3 * source.classNames.length)))));
  const every = source.classNames.map((_, index) => index);
  return {
    ...facts,
    imageSize: size,
    skipped: summariseSkipped(images.skipped),
    understood: images.understood,
    thumbnails: thumbnails(images, columns, side),
    examples: images.domainNames.length > 0 ? stream.tasks.map(({ train }) => examplesOf(train, side)) : [],
    source: {
      classNames: source.classNames,
      domainNames: source.domainNames,
      train: countPerClass(source.train, every.length),
      test: countPerClass(source.test, every.length),
      thumbnails: thumbnails(source, every, side),
    },
  };
}

/** Classes of a task that are shown, one image each. */
const EXAMPLES = 16;

const examplesOf = (train: ImageSet, side: number): StreamSummary['examples'][number] =>
  shrunk(train, spread(train.labels, Math.min(EXAMPLES, new Set(train.labels).size)), side);

/** The images at these positions, pixels [n, side, side, 3]. */
function shrunk(images: ImageSet, positions: readonly number[], side: number) {
  const { size, labels, pixels } = images.batch(positions);
  const [from, to] = [size * size * 3, side * side * 3];
  const small = new Uint8Array(labels.length * to);
  for (let i = 0; i < labels.length; i += 1) {
    const rgb = pixels.subarray(i * from, (i + 1) * from);
    small.set(resizeAndCenterCrop({ width: size, height: size, rgb }, side, 'bilinear').rgb, i * to);
  }
  return { labels: [...labels], pixels: small };
}

function countPerClass({ classes }: ImageStore, count: number): number[] {
  const counts = new Array<number>(count).fill(0);
  for (const index of classes) counts[index] = (counts[index] ?? 0) + 1;
  return counts;
}

/** Positions of at most `count` images, spread evenly over the classes, in the order of the set. */
export function spread(labels: Int32Array, count: number): number[] {
  const byClass = new Map<number, number[]>();
  labels.forEach((label, position) => {
    const positions = byClass.get(label);
    if (positions === undefined) byClass.set(label, [position]);
    else positions.push(position);
  });
  const chosen: number[] = [];
  for (let round = 0; chosen.length < Math.min(count, labels.length); round++) {
    for (const positions of byClass.values()) {
      const position = positions[round];
      if (position !== undefined && chosen.length < count) chosen.push(position);
    }
  }
  return chosen.sort((a, b) => a - b);
}

/** Training images of a task, as small as thumbnails. */
export function picturesOf({ images, stream }: LoadedStream, task: number, places: readonly number[]): Omit<TestSample, 'positions'> {
  const train = taskOf(stream, task).train;
  const missing = places.find((place) => !(Number.isInteger(place) && place >= 0 && place < train.count));
  if (missing !== undefined) throw new RangeError(`Task ${task + 1} has no training image ${missing}; it has ${train.count}.`);
  const side = Math.min(images.imageSize, THUMBNAIL_SIDE);
  return { side, ...shrunk(train, places, side) };
}

function taskOf({ tasks }: TaskStream, task: number): TaskStream['tasks'][number] {
  const found = tasks[task];
  if (!found) throw new RangeError(`The stream has no task ${task + 1}; it has ${tasks.length}.`);
  return found;
}

export function sampleTests({ stream }: LoadedStream, task: number, count: number): TestSample {
  const { test } = taskOf(stream, task);
  const positions = spread(test.labels, count);
  const batch = test.batch(positions);
  return { side: batch.size, pixels: batch.pixels, labels: [...batch.labels], positions };
}
