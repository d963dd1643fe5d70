/** The moment of forgetting: accuracy on a few fixed images of old tasks while a new one is learned, which figures at a task's end hide. */
import { samplePositions } from '../continual/gather';
import { joined } from '../continual/past';
import type { LabelledBatch } from '../compute/images';
import type { Task } from '../continual/stream';
import { argmax } from './evaluate';
import type { RunEvent } from './events';
import { spend, type Lane } from './lane';
import type { RoundContext } from './round';

/** Old test images in all, dealt evenly to the old tasks. */
const IMAGES = 64;
/** Of the training's work, at most; a training step is taken for two passes forward, which is less than any method's. */
const SHARE = 0.1;
const PASSES_OF_STEP = 2;
const MOST = 48;

/**
 * After how many steps of a training of `total` it is looked, ascending, from 0 (before the first) to `total`: denser at its
 * beginning, where most is lost. None where not even both ends are within the share.
 */
export function probeSteps(total: number, batchSize: number): number[] {
  const count = Math.min(MOST, total + 1, Math.floor((SHARE * PASSES_OF_STEP * batchSize * total) / IMAGES));
  if (count < 2) return [];
  return [...new Set(Array.from({ length: count }, (_, i) => Math.round(total * (i / (count - 1)) ** 2)))];
}

/** The fixed images of every old task, its part each: one batch, or as few as hold one image of each. */
export function probeImages(old: readonly Task[]): LabelledBatch[] {
  const each = Math.max(1, Math.floor(IMAGES / old.length));
  const together = Math.floor(IMAGES / each);
  const parts = old.map(({ test }) => test.batch(samplePositions(test, each)));
  return Array.from({ length: Math.ceil(parts.length / together) }, (_, i) => joined(parts.slice(i * together, (i + 1) * together)));
}

/** Of each part of the batch, the share of images whose largest score [n, columns] is their class's. */
function accuracies({ count, labels, parts = [count] }: LabelledBatch, scores: Float32Array): number[] {
  const columns = scores.length / count;
  let at = 0;
  return parts.map((images) => {
    const rows = Array.from({ length: images }, () => at++);
    const right = rows.filter((row) => argmax(scores, row * columns, { from: 0, to: columns }) === labels[row]);
    return right.length / Math.max(1, images);
  });
}

/** One look, by the heads in training among all columns so far; nothing of a method that has no heads of this moment. */
export async function* probe(
  { clock, pace }: RoundContext,
  lane: Lane,
  old: readonly LabelledBatch[],
  at: { readonly task: number; readonly step: number; readonly of: number },
): AsyncGenerator<RunEvent> {
  const since = clock.seconds();
  const accuracy: number[] = [];
  for (const images of old) {
    const scores = await lane.course.glance(images);
    if (scores === null) return;
    accuracy.push(...accuracies(images, scores));
  }
  const took = clock.seconds() - since;
  spend(lane, 'train', took);
  pace.did(lane.spec.id, 'train', 0, took);
  yield { type: 'probe', method: lane.spec.id, point: { ...at, accuracy } };
}
