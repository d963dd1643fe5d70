/** Which images make up which training batch: a pure function of seed, task and epoch, the same for every method. */
import type { LabelledBatch } from '../compute/images';
import { createRng } from '../continual/rng';
import type { ImageSet, Task } from '../continual/stream';

export interface BatchPlan {
  /** Positions within the image set, at most `batchSize`; the last batch of an epoch may be smaller. */
  readonly positions: Int32Array;
  /** Seed of this batch's augmentation; undefined without augmentation. */
  readonly augmentSeed: number | undefined;
}

export interface BatchOptions {
  readonly seed: number;
  /** Names the shuffling: the task's index, or `all` for joint training. */
  readonly label: string;
  readonly epoch: number;
  readonly batchSize: number;
  readonly augment: boolean;
}

/** One epoch: every image once, in an order drawn from seed, label and epoch. */
export function epochBatches(count: number, { seed, label, epoch, batchSize, augment }: BatchOptions): BatchPlan[] {
  const order = createRng(seed, `batches/${label}/${epoch}`).permutation(count);
  const augmentation = createRng(seed, `augmentation/${label}/${epoch}`);
  return Array.from({ length: Math.ceil(count / batchSize) }, (_, i) => ({
    positions: order.subarray(i * batchSize, (i + 1) * batchSize),
    augmentSeed: augment ? augmentation.integer(2 ** 32) : undefined,
  }));
}

/** The training images of several tasks as one set, task after task: what joint training sees. */
export function joinTraining(tasks: readonly Task[]): ImageSet {
  const sets = tasks.map((task) => task.train);
  const starts = sets.map((_, i) => sets.slice(0, i).reduce((sum, set) => sum + set.count, 0));
  const count = sets.reduce((sum, set) => sum + set.count, 0);
  const labels = new Int32Array(count);
  sets.forEach((set, i) => labels.set(set.labels, starts[i]));
  return {
    count,
    labels,
    batch(positions, augmentSeed): LabelledBatch {
      let joined: { pixels: Uint8Array; labels: Int32Array; size: number } | null = null;
      for (const [i, set] of sets.entries()) {
        const start = starts[i] ?? 0;
        const places = Array.from(positions, (_, place) => place).filter((place) => {
          const position = positions[place] ?? -1;
          return position >= start && position < start + set.count;
        });
        if (places.length === 0) continue;
        const local = places.map((place) => (positions[place] ?? 0) - start);
        const part = set.batch(local, augmentSeed === undefined ? undefined : (augmentSeed + i) >>> 0);
        const bytes = part.size * part.size * 3;
        joined ??= { pixels: new Uint8Array(positions.length * bytes), labels: new Int32Array(positions.length), size: part.size };
        for (const [k, place] of places.entries()) {
          joined.pixels.set(part.pixels.subarray(k * bytes, (k + 1) * bytes), place * bytes);
          joined.labels[place] = part.labels[k] ?? 0;
        }
      }
      return { ...(joined ?? { pixels: new Uint8Array(0), labels: new Int32Array(0), size: 1 }), count: positions.length };
    },
  };
}
