/** The one problem of a shape that all contenders solve: equal weights, images and adapters, from a seed. */
import type { Classifier, VitCheckpoint } from '../../src/vit/checkpoint';
import type { Adapter, TrainSpec } from '../../src/compute/backbone';
import type { LabelledBatch } from '../../src/compute/images';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier } from '../../src/compute/testing/fixtures';
import { patchRows } from '../../src/compute/tfjs/patches';
import { CLASSES, type Shape } from './shapes';
import { crossEntropy } from '../../src/compute/objective';

export interface Problem {
  readonly shape: Shape;
  readonly checkpoint: VitCheckpoint;
  /** K and V of every block share one frozen `down`, as in InfLoRA. */
  readonly adapters: readonly Adapter[];
  readonly classifier: Classifier;
  readonly batch: LabelledBatch;
  /** For peers: normalised patches [batch · (tokens − 1), 3 · P²]. Their preparation is not counted as their work. */
  readonly patches: () => Float32Array;
  readonly spec: TrainSpec;
}

export const ADAM = { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 } as const;
/** Small enough that a few hundred steps change no timing by what they learn. */
export const RATE = 1e-5;

const CLASS_RANGE = { from: 0, to: CLASSES };

export function problemOf(shape: Shape): Problem {
  const { config, batch: count, rank } = shape;
  const classifier = tinyClassifier(config, CLASSES);
  const batch = tinyBatch(config, count, 2, CLASS_RANGE);
  return {
    ...{ shape, classifier, batch },
    checkpoint: tinyCheckpoint(config),
    // The fixture's adapters suit widths of a few; these are scaled to leave activations of order one.
    adapters: tinyAdapters(config, ['k', 'v'], rank, 4, true).map((adapter) => ({
      ...adapter,
      up: adapter.up.map((value) => value / Math.sqrt(config.dim)),
    })),
    patches: () => patchRows(batch, config, 0, count),
    spec: {
      ...{ optimizer: ADAM, classifier, maxBatch: count },
      trainables: { backbone: 'none', adapters: 'up', classifier: CLASS_RANGE },
      objective: crossEntropy(CLASS_RANGE),
    },
  };
}
