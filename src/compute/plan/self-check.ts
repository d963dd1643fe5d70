import { SaidError, said } from '../../common/said';
import type { NamedTensor, VitCheckpoint } from '../../vit/checkpoint';
import type { VitConfig } from '../../vit/config';
import type { Adapter, ComputeDevice, TrainSpec } from '../backbone';
import { fromHalves } from '../../vit/halves';
import type { LabelledBatch } from '../images';
import type { Executor } from './executor';
import { weightLayout } from './weights';
import { crossEntropy } from '../objective';

/** What the float64 oracle says of the tiny problem below; self-check.test.ts holds these numbers to it. */
export const EXPECTED = {
  loss: 1.0209693367,
  /** Σ of squares of the gradients of `blocks.0.k.up` and `blocks.0.v.up`. */
  gradient: 1.2906733552,
  /** Σ of squares of the features. */
  features: 77.778355935,
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
    // Whole multiples of 2^-10: where halves are stored as halves, these are.
    const data = values(count, 0.5).map((value) => Math.round(value * 1024) / 1024);
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
      ...{ trainables: { backbone: 'none', adapters: 'up', classifier: CLASSES }, objective: crossEntropy(CLASSES) },
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
    const trainer = model.train(spec);
    const { loss, gradients } = await trainer.gradients(batch);
    trainer.dispose();
    model.merge();
    const found = {
      ...{ loss, features: squares(features), merged: squares(await model.features(batch)) },
      gradient: squares(gradients.get('blocks.0.k.up')) + squares(gradients.get('blocks.0.v.up')),
    };
    // Merging changes where the increments lie, not what is computed.
    const right = { ...EXPECTED, merged: EXPECTED.features };
    for (const name of ['loss', 'features', 'gradient', 'merged'] as const) {
      const difference = Math.abs(found[name] - right[name]);
      if (!(difference <= TOLERANCE * right[name])) {
        throw new SaidError(said`The self-check failed on this device: ${name} is ${found[name]} where ${right[name]} is right`);
      }
    }
  } finally {
    model.dispose();
  }
}

/**
 * Every finite half through the executor's memory and kernels and back. Throws naming the first that comes back as another
 * number: there are devices that make zeros of the smallest.
 */
export async function checkHalves(executor: Executor): Promise<void> {
  const all = fromHalves(Uint16Array.from({ length: 65536 }, (_, bits) => bits).filter((bits) => (bits & 0x7c00) !== 0x7c00));
  const stored = executor.create('f16', all.length);
  executor.write(stored, all);
  const copy = executor.copy(stored);
  const [kept, widened] = await Promise.all([executor.read(stored), executor.read(copy)]);
  executor.destroy(stored);
  executor.destroy(copy);
  for (const [i, value] of all.entries()) {
    const found = [kept[i], widened[i]].find((one) => one !== value);
    if (found !== undefined) throw new SaidError(said`The self-check failed on this device: the half ${value} is read as ${found}`);
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
