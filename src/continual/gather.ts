/** Passes over a task's images that train nothing. */
import type { VitModel } from '../compute/backbone';
import type { MethodProgress } from './method';
import type { ImageSet } from './stream';

function range(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to - from }, (_, i) => from + i);
}

/** Per block C = mean of z zᵀ over all tokens of all images, [D, D]. */
export async function* gatherSecondMoments(
  model: VitModel,
  images: ImageSet,
  batchSize: number,
  phase: MethodProgress['phase'],
): AsyncGenerator<MethodProgress, Float32Array[]> {
  const moments = model.secondMoments();
  let finished = false;
  try {
    for (let from = 0; from < images.count; from += batchSize) {
      const to = Math.min(from + batchSize, images.count);
      await moments.add(images.batch(range(from, to)));
      yield { phase, done: to, total: images.count };
    }
    finished = true;
    return (await moments.finish()).map(({ values }) => values);
  } finally {
    if (!finished) moments.dispose();
  }
}

/** Features [count, D] of all images, in their order. */
export async function* gatherFeatures(
  model: VitModel,
  images: ImageSet,
  batchSize: number,
  phase: MethodProgress['phase'],
): AsyncGenerator<MethodProgress, Float32Array> {
  const { dim } = model.config;
  const features = new Float32Array(images.count * dim);
  for (let from = 0; from < images.count; from += batchSize) {
    const to = Math.min(from + batchSize, images.count);
    features.set(await model.features(images.batch(range(from, to))), from * dim);
    yield { phase, done: to, total: images.count };
  }
  return features;
}
