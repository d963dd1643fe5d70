/** What the methods, or a bare backbone's own head, take one image for. */
import { SaidError, said } from '../common/said';
import type { VitModel } from '../compute/backbone';
import type { ImageBatch } from '../compute/images';
import { scoreFeatures } from '../continual/heads';
import type { Course } from '../continual/course';
import { resizeAndCenterCrop, type ResizeFilter } from '../data/resize';
import type { Classifier } from '../vit/checkpoint';
import type { PredictionRow } from './api';

/** RGB bytes [height, width, 3]. */
export interface RawImage {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A backbone without a classifier of its own was asked what it sees. */
export class NoHeadError extends SaidError {
  override readonly name = 'NoHeadError';
}

/** The image as the network takes it: short side resized, centre cropped, as the stream's images are. */
export function toBatch({ pixels, width, height }: RawImage, size: number, filter: ResizeFilter): ImageBatch {
  if (pixels.length !== width * height * 3) throw new RangeError(`${pixels.length} bytes are not an RGB image of ${width} x ${height}.`);
  return { pixels: resizeAndCenterCrop({ width, height, rgb: pixels }, size, filter).rgb, count: 1, size };
}

/** Softmax of the scores, the largest `top` first. */
export function topRows(scores: Float32Array, label: (column: number) => string, top: number): PredictionRow[] {
  const largest = scores.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
  const weights = Array.from(scores, (score) => Math.exp(score - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights
    .map((weight, column) => ({ label: label(column), probability: weight / total }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, top);
}

/** By one read-off; methods without it give no answer. */
export async function predictWith(
  courses: readonly { readonly id: string; readonly course: Course }[],
  batch: ImageBatch,
  label: (column: number) => string,
  top: number,
  reading = 'own',
): Promise<{ method: string; rows: PredictionRow[] }[]> {
  const answers = [];
  for (const { id, course } of courses) {
    const scores = (await course.scores(batch)).scores.get(reading);
    if (scores) answers.push({ method: id, rows: topRows(scores, label, top) });
  }
  return answers;
}

/** Labels are class numbers: a checkpoint does not name its classes. Throws NoHeadError. */
export async function predictWithHead(
  model: VitModel,
  head: Classifier | null,
  image: RawImage,
  filter: ResizeFilter,
  top: number,
): Promise<PredictionRow[]> {
  if (!head) throw new NoHeadError(said`This backbone has no classifier of its own ("head.weight"), so it cannot name anything by itself.`);
  const batch = toBatch(image, model.config.imageSize, filter);
  return topRows(scoreFeatures(await model.features(batch), 1, model.config.dim, head), String, top);
}
