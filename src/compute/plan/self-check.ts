import type { NamedTensor, VitCheckpoint } from '../../vit/checkpoint';
import type { VitConfig } from '../../vit/config';
import type { Adapter, ComputeDevice, TrainSpec } from '../backbone';
import type { LabelledBatch } from '../images';
import { weightLayout } from './weights';

/** What the float64 oracle says of the tiny problem below; self-check.test.ts holds these numbers to it. */
export const EXPECTED = {
  loss: 1.0189491616,
  /** Σ of squares of the gradients of `blocks.0.k.up` and `blocks.0.v.up`. */
  gradient: 1.2793128416,
  /** Σ of squares of the features. */
  features: 77.820861907,
} as const;

/** Float32 rounding through two blocks stays far below; a wrong lane or a lost row does not. */
const TOLERANCE = 1e-4;

/** 5 tokens, two blocks, two heads of 10: no size is a multiple of a tile. */
const CONFIG: VitConfig = {
  ...{ imageSize: 8, patchSize: 4, dim: 20, depth: 2, heads: 2, mlpDim: 28, layerNormEps: 1e-6 },
  ...{ mean: [0.5, 0.4, 0.3], std: [0.3, 0.25, 0.2], pooling: 'token' },
};
const CLASSES = { from: 1, to: 4 };

/** The tiny problem: weights, adapters on K and V that share their down, images, and what to train. */
export function selfCheckProblem(): { checkpoint: VitCheckpoint; adapters: Adapter[]; batch: LabelledBatch; spec: TrainSpec } {
  const random = uniform();
  const values = (count: number, scale: number): Float32Array => Float32Array.from({ length: count }, () => (random() * 2 - 1) * scale);
  const tensors = new Map<string, NamedTensor>();
  for (const [name, { shape, count }] of weightLayout(CONFIG).tensors) {
    const data = values(count, 0.5);
    tensors.set(name, { shape, data: /norm\d?\.weight/.test(name) ? data.map((value) => value + 1) : data });
  }
  const adapters = Array.from({ length: CONFIG.depth }, (_, block) => {
    const down = values(3 * CONFIG.dim, 0.5);
    return (['k', 'v'] as const).map((target): Adapter => ({ block, target, rank: 3, down, up: values(CONFIG.dim * 3, 0.5) }));
  }).flat();
  const pixels = Uint8Array.from({ length: 3 * CONFIG.imageSize ** 2 * 3 }, () => Math.floor(random() * 256));
  return {
    ...{ checkpoint: { config: CONFIG, tensors, head: null }, adapters },
    batch: { pixels, count: 3, size: CONFIG.imageSize, labels: Int32Array.of(1, 3, 2) },
    spec: {
      ...{ trainables: { backbone: 'none', adapters: 'up', classifier: CLASSES }, objective: { kind: 'cross-entropy', classes: CLASSES } },
      ...{ optimizer: { kind: 'sgd', momentum: 0, weightDecay: 0 }, maxBatch: 3 },
      classifier: { weight: values(5 * CONFIG.dim, 0.5), bias: values(5, 0.5) },
    },
  };
}

/** Runs the tiny problem. Throws saying what disagreed with the expected result; takes a few milliseconds. */
export async function selfCheck(device: ComputeDevice): Promise<void> {
  const { checkpoint, adapters, batch, spec } = selfCheckProblem();
  const model = await device.load(checkpoint);
  try {
    model.attach(adapters);
    const features = await model.features(batch);
    const { loss, gradients } = await model.train(spec).gradients(batch);
    const found = {
      ...{ loss, features: squares(features) },
      gradient: squares(gradients.get('blocks.0.k.up')) + squares(gradients.get('blocks.0.v.up')),
    };
    for (const name of ['loss', 'features', 'gradient'] as const) {
      const difference = Math.abs(found[name] - EXPECTED[name]);
      if (!(difference <= TOLERANCE * EXPECTED[name])) {
        throw new Error(`The self-check failed on this device: ${name} is ${found[name]} where ${EXPECTED[name]} is right`);
      }
    }
  } finally {
    model.dispose();
  }
}

/** Σ of squares; NaN for a missing array. */
export function squares(values: ArrayLike<number> | undefined): number {
  if (!values) return NaN;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] ?? NaN) ** 2;
  return sum;
}

/** Numbers in [0, 1), the same everywhere: a linear congruential generator modulo 2^31. */
function uniform(): () => number {
  let state = 12345;
  return () => (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff) / 0x80000000;
}
