/** Test images for a look inside: of the new task, and as many of the old ones together. */
import type { ImageBatch } from '../compute/images';
import { samplePositions } from '../continual/gather';
import type { LookImages } from '../continual/inside';
import type { Task } from '../continual/stream';

const IMAGES = 16;

export function lookImages(tasks: readonly Task[], task: number): LookImages {
  const some = (of: readonly Task[]): ImageBatch[] =>
    of.map(({ test }) => test.batch(samplePositions(test, Math.max(1, Math.floor(IMAGES / of.length)))));
  const together = (batches: readonly ImageBatch[]): ImageBatch | null => {
    const [first] = batches;
    if (!first) return null;
    const pixels = new Uint8Array(batches.reduce((sum, batch) => sum + batch.pixels.length, 0));
    batches.reduce((at, batch) => (pixels.set(batch.pixels, at), at + batch.pixels.length), 0);
    return { pixels, count: batches.reduce((sum, batch) => sum + batch.count, 0), size: first.size };
  };
  const fresh = together(some(tasks.slice(task, task + 1)));
  if (!fresh) throw new RangeError(`The stream has no task ${task + 1}.`);
  return { old: together(some(tasks.slice(0, task))), fresh };
}
