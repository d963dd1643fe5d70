/** The moment of forgetting: accuracy on a few fixed images of old tasks while a new one is learned, which figures at a task's end hide. */
import { samplePositions } from '../continual/gather';
import type { ImageBatch } from '../compute/images';
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

/** The fixed images: of each old task, with its true columns. */
export function probeImages(old: readonly Task[]): { readonly labels: Int32Array; readonly images: ImageBatch }[] {
  return old.map(({ test }) => {
    const images = test.batch(samplePositions(test, Math.max(1, Math.floor(IMAGES / old.length))));
    return { images, labels: images.labels };
  });
}

/** One look, by the heads in training among all columns so far; nothing of a method that has no heads of this moment. */
export async function* probe(
  { clock, pace }: RoundContext,
  lane: Lane,
  old: ReturnType<typeof probeImages>,
  at: { readonly task: number; readonly step: number; readonly of: number },
): AsyncGenerator<RunEvent> {
  const since = clock.seconds();
  const accuracy: number[] = [];
  for (const { images, labels } of old) {
    const scores = await lane.course.glance(images);
    if (scores === null) return;
    const columns = scores.length / images.count;
    const right = labels.reduce((sum, label, i) => sum + Number(argmax(scores, i * columns, { from: 0, to: columns }) === label), 0);
    accuracy.push(right / Math.max(1, images.count));
  }
  const took = clock.seconds() - since;
  spend(lane, 'train', took);
  pace.did(lane.spec.id, 'train', 0, took);
  yield { type: 'probe', method: lane.spec.id, point: { ...at, accuracy } };
}
