/** The inputs of a golden scenario: images as a task stream, the head inits, the batch order. */
import type { ClassRange } from '../compute/backbone';
import type { ImageSet, Task } from '../continual/stream';
import type { Classifier } from '../vit/checkpoint';
import { GoldenError, type TensorSet } from './files';

export interface GoldenInputs {
  readonly tasks: readonly Task[];
  readonly heads: readonly Classifier[];
  /** Positions within the task, [task][epoch]. */
  readonly order: readonly (readonly Int32Array[])[];
  /** All images, in the order of the file. */
  readonly train: ImageSet;
  readonly test: ImageSet;
}

const ALL: ClassRange = { from: -Infinity, to: Infinity };

/** U8 [n, 3, h, w] planes as the interleaved bytes of an image set, those of some classes. */
export function imageSet(data: TensorSet, split: 'train' | 'test', classes = ALL): ImageSet {
  const { shape, data: planes } = data.get(`${split}_images`);
  const labels = data.get(`${split}_labels`).data;
  const rows = rowsWithin(labels, classes);
  const size = shape[2] ?? 0;
  if (shape[1] !== 3 || shape[3] !== size) throw new GoldenError(`${data.file}: ${split}_images must be [n, 3, side, side].`);
  const area = size * size;
  const labelOf = (position: number) => labels[rows[position] ?? 0] ?? 0;
  return {
    count: rows.length,
    labels: Int32Array.from(rows, (row) => labels[row] ?? 0),
    batch(positions) {
      const pixels = new Uint8Array(positions.length * area * 3);
      for (let n = 0; n < positions.length; n++) {
        const row = rows[positions[n] ?? 0] ?? 0;
        for (let c = 0; c < 3; c++) for (let k = 0; k < area; k++) pixels[(n * area + k) * 3 + c] = planes[(row * 3 + c) * area + k] ?? 0;
      }
      return { pixels, count: positions.length, size, labels: Int32Array.from(Array.from(positions, labelOf)) };
    },
  };
}

function rowsWithin(labels: ArrayLike<number>, { from, to }: ClassRange): number[] {
  return Array.from(labels, (label, row) => (label >= from && label < to ? row : -1)).filter((row) => row >= 0);
}

/** The initial head of each task, as the init file numbers them. */
function headsOf(init: TensorSet, count: number): Classifier[] {
  return Array.from({ length: count }, (_, t) => ({
    weight: Float32Array.from(init.get(`head.${t}.weight`).data),
    bias: Float32Array.from(init.get(`head.${t}.bias`).data),
  }));
}

function tasksOf(data: TensorSet, heads: readonly Classifier[]): Task[] {
  let from = 0;
  return heads.map(({ bias }, index) => {
    const classes = { from, to: from + bias.length };
    from = classes.to;
    return {
      index,
      name: `task ${index}`,
      classes,
      train: imageSet(data, 'train', classes),
      test: imageSet(data, 'test', classes),
    };
  });
}

function orderOf(data: TensorSet, tasks: number): Int32Array[][] {
  const { shape, data: order } = data.get('batch_order');
  const [, epochs = 0, length = 0] = shape;
  return Array.from({ length: tasks }, (_, t) =>
    Array.from({ length: epochs }, (_, e) =>
      Int32Array.from({ length }, (_, i) => order[(t * epochs + e) * length + i] ?? -1).filter((position) => position >= 0),
    ),
  );
}

/** What the data file and the init file give of a stream of `count` tasks. */
export function inputsOf(data: TensorSet, init: TensorSet, count: number): GoldenInputs {
  const heads = headsOf(init, count);
  return { heads, tasks: tasksOf(data, heads), order: orderOf(data, count), train: imageSet(data, 'train'), test: imageSet(data, 'test') };
}
