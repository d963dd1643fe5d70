/**
 * Classifier alignment (SLCA: Zhang et al., ICCV 2023; InfLoRA + CA): heads that were trained apart are trained together
 * on features drawn from one Gaussian per class, so that their logits become comparable. No image is kept.
 */
import type { ClassRange } from '../compute/backbone';
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import type { Classifier } from '../vit/checkpoint';
import { transpose } from './dense';
import { sampleGaussian, type Gaussian } from './gaussian';
import type { Rng } from './rng';
import { learningRate } from './schedule';

export interface AlignmentOptions {
  readonly epochs: number;
  readonly samplesPerClass: number;
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  /** Logits are divided by the mean of their per-task norms and by this; null: plain logits (one of the authors' variants). */
  readonly logitNorm: number | null;
  /** Old classes' means are scaled by 0.9 + 0.1 (task + 1)/(current + 1). */
  readonly scaleMeans: boolean;
  /** New samples in every epoch, as the authors; else one set is drawn and gone over. */
  readonly redraw: boolean;
  /** Samples of an epoch, of all classes together, unless there are more classes; the authors know no such bound. */
  readonly mostSamples: number;
}

export const ALIGNMENT_DEFAULTS: AlignmentOptions = {
  epochs: 5,
  samplesPerClass: 256,
  learningRate: 0.01,
  momentum: 0.9,
  weightDecay: 5e-4,
  logitNorm: 0.1,
  scaleMeans: true,
  redraw: true,
  mostSamples: Infinity,
};

/** Batches of `samplesPerClass` in an epoch over so many statistics: one each, as far as the bound allows. */
export const batchesPerEpoch = (statistics: number, { samplesPerClass, mostSamples }: AlignmentOptions): number =>
  Math.min(statistics, Math.ceil(Math.max(statistics, mostSamples) / samplesPerClass));

/** One class as one task showed it. */
export interface ClassStatistics {
  readonly column: number;
  readonly task: number;
  readonly gaussian: Gaussian;
}

export interface LinearGradient {
  readonly loss: number;
  /** [C, dim] and [C]. */
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

/** Keeps a norm away from zero, as the authors do. */
const NORM_FLOOR = 1e-7;

/**
 * Cross-entropy of z/(ν·logitNorm), z = `logits`, ν = the mean over tasks of ‖z_task‖, and its gradient, into `gradient`; returns the
 * loss. The gradient flows through ν as well: with g = softmax − one-hot and s = 1/(ν·logitNorm),
 * ∂/∂z_i = s (g_i − (g·z/ν) z_i/(T ‖z_task(i)‖)). One sample of very many: nothing is allocated but its norms.
 */
function logitGradient(
  logits: Float64Array,
  label: number,
  tasks: readonly ClassRange[],
  logitNorm: number | null,
  gradient: Float64Array,
) {
  const columns = logits.length;
  const norms = logitNorm === null ? [] : tasks.map((task) => normOf(logits, task) + NORM_FLOOR);
  const nu = norms.reduce((sum, norm) => sum + norm, 0) / norms.length;
  const scale = logitNorm === null ? 1 : 1 / (nu * logitNorm);
  let [highest, total, along] = [-Infinity, 0, 0];
  for (let c = 0; c < columns; c++) highest = Math.max(highest, (logits[c] as number) * scale);
  for (let c = 0; c < columns; c++) {
    gradient[c] = Math.exp((logits[c] as number) * scale - highest);
    total += gradient[c] as number;
  }
  for (let c = 0; c < columns; c++) {
    gradient[c] = (gradient[c] as number) / total - (c === label ? 1 : 0);
    along += (gradient[c] as number) * (logits[c] as number);
  }
  norms.forEach((norm, t) => {
    const { from = 0, to = 0 } = tasks[t] ?? {};
    const through = along / nu / (norms.length * norm);
    for (let c = from; c < to; c++) gradient[c] = (gradient[c] as number) - through * (logits[c] as number);
  });
  for (let c = 0; c < columns; c++) gradient[c] = (gradient[c] as number) * scale;
  return Math.log(total) + highest - (logits[label] ?? 0) * scale;
}

function normOf(logits: Float64Array, { from, to }: ClassRange): number {
  let sum = 0;
  for (let c = from; c < to; c++) sum += (logits[c] as number) ** 2;
  return Math.sqrt(sum);
}

/** Labelled features [n, dim] and their columns. */
export interface FeatureBatch {
  readonly features: Float64Array;
  readonly columns: ArrayLike<number>;
}

/** Mean loss and its gradient over a batch. `tasks`: the column ranges, each once. */
export async function alignmentGradient(
  weight: Float64Array,
  bias: Float64Array,
  { features, columns: labels }: FeatureBatch,
  tasks: readonly ClassRange[],
  logitNorm: number | null,
  linalg: Pick<LinearAlgebra, 'multiply'>,
): Promise<LinearGradient> {
  const columns = bias.length;
  const dim = weight.length / columns;
  const count = labels.length;
  const products = await linalg.multiply(features, transpose(weight, columns, dim), count, dim, columns);
  const shares = new Float64Array(columns * count);
  const out = { loss: 0, bias: new Float64Array(columns) };
  const [logits, gradient] = [new Float64Array(columns), new Float64Array(columns)];
  for (let n = 0; n < count; n++) {
    for (let c = 0; c < columns; c++) logits[c] = (bias[c] as number) + (products[n * columns + c] as number);
    out.loss += logitGradient(logits, labels[n] ?? 0, tasks, logitNorm, gradient) / count;
    for (let c = 0; c < columns; c++) {
      const share = (gradient[c] as number) / count;
      out.bias[c] = (out.bias[c] as number) + share;
      shares[c * count + n] = share;
    }
  }
  return { ...out, weight: await linalg.multiply(shares, features, columns, count, dim) };
}

/**
 * What a classifier is aligned on, epoch after epoch: `batchesPerEpoch` batches, each of `samplesPerClass` samples of mixed classes.
 */
export function* gaussianSamples(statistics: readonly ClassStatistics[], options: AlignmentOptions, rng: Rng): Generator<FeatureBatch> {
  const newest = statistics.reduce((most, { task }) => Math.max(most, task), 0);
  const { epochs, samplesPerClass } = options;
  const draw = (at: number): { feature: Float64Array; column: number } => {
    const one = statistics[at % statistics.length];
    if (!one) throw new RangeError('A sample of no class was drawn.');
    const meanScale = options.scaleMeans ? 0.9 + (0.1 * (one.task + 1)) / (newest + 1) : 1;
    return { feature: sampleGaussian(one.gaussian, rng, meanScale), column: one.column };
  };
  const batches = batchesPerEpoch(statistics.length, options);
  const total = batches * samplesPerClass;
  const kept = options.redraw ? null : Array.from({ length: total }, (_, at) => draw(at));
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = rng.permutation(total);
    for (let batch = 0; batch < batches; batch++) {
      const places = order.subarray(batch * samplesPerClass, (batch + 1) * samplesPerClass);
      const drawn = Array.from(places, (at) => kept?.[at] ?? draw(at));
      const dim = drawn[0]?.feature.length ?? 0;
      const features = new Float64Array(drawn.length * dim);
      drawn.forEach(({ feature }, n) => features.set(feature, n * dim));
      yield { features, columns: drawn.map(({ column }) => column) };
    }
  }
}

/**
 * The classifier after alignment over all its columns; yields the batches done so far, `perEpoch` an epoch, and each one's loss before its step. SGD with momentum,
 * cosine per epoch.
 */
export async function* alignClassifier(
  classifier: Classifier,
  samples: Iterable<FeatureBatch>,
  perEpoch: number,
  tasks: readonly ClassRange[],
  options: AlignmentOptions,
  linalg: Pick<LinearAlgebra, 'multiply'>,
): AsyncGenerator<{ done: number; total: number; loss: number }, Classifier> {
  const weight = Float64Array.from(classifier.weight);
  const bias = Float64Array.from(classifier.bias);
  const momenta = { weight: new Float64Array(weight.length), bias: new Float64Array(bias.length) };
  const { epochs } = options;
  let done = 0;
  for (const batch of samples) {
    const rate = learningRate('cosine', 'sgd', options.learningRate, Math.floor(done / perEpoch), epochs);
    const gradient = await alignmentGradient(weight, bias, batch, tasks, options.logitNorm, linalg);
    descend(weight, momenta.weight, gradient.weight, rate, options);
    descend(bias, momenta.bias, gradient.bias, rate, options);
    yield { done: ++done, total: epochs * perEpoch, loss: gradient.loss };
  }
  return { weight: Float32Array.from(weight), bias: Float32Array.from(bias) };
}

/** One step of SGD as PyTorch defines it: decay joins the gradient, m ← μ m + g, p ← p − lr m. */
function descend(values: Float64Array, momenta: Float64Array, gradient: Float64Array, rate: number, options: AlignmentOptions): void {
  for (let i = 0; i < values.length; i++) {
    const momentum = options.momentum * (momenta[i] as number) + (gradient[i] as number) + options.weightDecay * (values[i] as number);
    momenta[i] = momentum;
    values[i] = (values[i] as number) - rate * momentum;
  }
}
