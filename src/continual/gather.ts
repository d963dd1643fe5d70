/** Passes over a task's images that train nothing. */
import type { MapInput } from '../compute/backbone';
import type { ImageBatch } from '../compute/images';
import type { Picks } from './known';
import type { Adaptation, MethodProgress, Survey } from './method';
import type { ImageSet } from './stream';

export interface Wanted {
  /** Inputs of linear maps whose second moments are gathered. */
  readonly inputs: readonly MapInput[];
  readonly features: boolean;
}

type Seeing = Pick<Adaptation, 'model' | 'sight'>;

/** Features [n, width] as the method sees them. */
export const seen = ({ model, sight }: Seeing, images: ImageBatch, picks?: Picks): Promise<Float32Array> =>
  sight ? sight.features(images, picks) : model.features(images);

export const widthOf = ({ model, sight }: Seeing): number => sight?.width ?? model.config.dim;

/** The images at `positions` (all of them unless told), in one pass for all that is wanted. */
export async function* survey(
  adaptation: Seeing,
  images: ImageSet,
  batchSize: number,
  wanted: Wanted,
  phase: MethodProgress['phase'],
  positions: Int32Array = Int32Array.from({ length: images.count }, (_, i) => i),
): AsyncGenerator<MethodProgress, Survey> {
  const { model, sight } = adaptation;
  const width = widthOf(adaptation);
  const features = wanted.features ? new Float32Array(positions.length * width) : null;
  if (wanted.inputs.length === 0 && !features) return { features, moments: [] };
  const moments = wanted.inputs.length > 0 ? model.secondMoments({ inputs: wanted.inputs, features: wanted.features && !sight }) : null;
  let finished = false;
  try {
    for (let from = 0; from < positions.length; from += batchSize) {
      const batch = images.batch(positions.subarray(from, from + batchSize));
      const along = await moments?.add(batch);
      if (features) features.set(along ?? (await seen(adaptation, batch)), from * width);
      yield { phase, done: Math.min(from + batchSize, positions.length), total: positions.length };
    }
    finished = true;
    return { features, moments: (await moments?.finish()) ?? [] };
  } finally {
    if (!finished) moments?.dispose();
  }
}

/** At most `most` positions of a set, evenly spread over its classes: the same ones for every method. */
export function samplePositions({ count, labels }: ImageSet, most: number): Int32Array {
  if (count <= most) return Int32Array.from({ length: count }, (_, i) => i);
  const byLabel = Int32Array.from({ length: count }, (_, i) => i).sort((a, b) => (labels[a] ?? 0) - (labels[b] ?? 0) || a - b);
  return Int32Array.from({ length: most }, (_, i) => byLabel[Math.floor((i * count) / most)] ?? 0).sort();
}
