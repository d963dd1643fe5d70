/**
 * Classifier alignment (SLCA: Zhang et al., ICCV 2023; InfLoRA + CA): heads that were trained apart are trained together
 * on features drawn from one Gaussian per class, so that their logits become comparable. No image is kept.
 */
import type { ClassRange } from '../compute/backbone';
import type { Classifier } from '../vit/checkpoint';
import type { GaussianSampler } from './gaussian';
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
}

export const ALIGNMENT_DEFAULTS: AlignmentOptions = {
  epochs: 5,
  samplesPerClass: 256,
  learningRate: 0.01,
  momentum: 0.9,
  weightDecay: 5e-4,
  logitNorm: 0.1,
  scaleMeans: true,
};

/** One class as one task showed it. */
export interface ClassStatistics {
  readonly column: number;
  readonly task: number;
  readonly gaussian: GaussianSampler;
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
 * Adds one sample's share (1/batch) of loss and gradient: cross-entropy of z/(ν·logitNorm), z = W f + b, ν = the mean over
 * tasks of ‖z_task‖. The gradient flows through ν as well: with g = softmax − one-hot and s = 1/(ν·logitNorm),
 * ∂/∂z_i = s (g_i − (g·z/ν) z_i/(T ‖z_task(i)‖)).
 */
function logitGradient(logits: Float64Array, label: number, tasks: readonly ClassRange[], logitNorm: number | null) {
  const norms = tasks.map(({ from, to }) => Math.hypot(...logits.subarray(from, to)) + NORM_FLOOR);
  const nu = norms.reduce((sum, norm) => sum + norm, 0) / norms.length;
  const scale = logitNorm === null ? 1 : 1 / (nu * logitNorm);
  const highest = logits.reduce((most, z) => Math.max(most, z * scale), -Infinity);
  const exponentials = logits.map((z) => Math.exp(z * scale - highest));
  const total = exponentials.reduce((sum, e) => sum + e, 0);
  const gradient = exponentials.map((e, i) => e / total - (i === label ? 1 : 0));
  const loss = Math.log(total) + highest - (logits[label] ?? 0) * scale;
  if (logitNorm === null) return { loss, gradient };
  const along = gradient.reduce((sum, g, i) => sum + g * (logits[i] ?? 0), 0) / nu;
  const through = new Float64Array(logits.length);
  tasks.forEach(({ from, to }, t) => {
    for (let i = from; i < to; i++) through[i] = (along * (logits[i] ?? 0)) / (norms.length * (norms[t] ?? 1));
  });
  return { loss, gradient: gradient.map((g, i) => scale * (g - (through[i] ?? 0))) };
}

/** Mean loss and its gradient over a batch of features [batch][dim]. `tasks`: the column ranges, each once. */
export function alignmentGradient(
  weight: Float64Array,
  bias: Float64Array,
  features: readonly Float64Array[],
  labels: ArrayLike<number>,
  tasks: readonly ClassRange[],
  logitNorm: number | null,
): LinearGradient {
  const columns = bias.length;
  const dim = weight.length / columns;
  const out = { loss: 0, weight: new Float64Array(weight.length), bias: new Float64Array(columns) };
  features.forEach((feature, n) => {
    const logits = bias.slice();
    for (let c = 0; c < columns; c++) {
      let sum = 0;
      for (let k = 0; k < dim; k++) sum += (weight[c * dim + k] ?? 0) * (feature[k] ?? 0);
      logits[c] = (logits[c] ?? 0) + sum;
    }
    const { loss, gradient } = logitGradient(logits, labels[n] ?? 0, tasks, logitNorm);
    out.loss += loss / features.length;
    for (let c = 0; c < columns; c++) {
      const share = (gradient[c] ?? 0) / features.length;
      out.bias[c] = (out.bias[c] ?? 0) + share;
      for (let k = 0; k < dim; k++) out.weight[c * dim + k] = (out.weight[c * dim + k] ?? 0) + share * (feature[k] ?? 0);
    }
  });
  return out;
}

/**
 * The classifier after alignment over all its columns; yields the batches done so far. Batches hold `samplesPerClass`
 * samples of mixed classes, as many batches per epoch as there are statistics. SGD with momentum, cosine per epoch.
 */
export function* alignClassifier(
  classifier: Classifier,
  statistics: readonly ClassStatistics[],
  tasks: readonly ClassRange[],
  options: AlignmentOptions,
  rng: Rng,
): Generator<{ done: number; total: number }, Classifier> {
  const weight = Float64Array.from(classifier.weight);
  const bias = Float64Array.from(classifier.bias);
  const momenta = { weight: new Float64Array(weight.length), bias: new Float64Array(bias.length) };
  const newest = statistics.reduce((most, { task }) => Math.max(most, task), 0);
  const { epochs, samplesPerClass } = options;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = learningRate('cosine', 'sgd', options.learningRate, epoch, epochs);
    const order = rng.permutation(statistics.length * samplesPerClass);
    for (let batch = 0; batch < statistics.length; batch++) {
      const drawn = Array.from(order.subarray(batch * samplesPerClass, (batch + 1) * samplesPerClass), (at) => {
        const one = statistics[at % statistics.length];
        if (!one) throw new RangeError('A sample of no class was drawn.');
        const meanScale = options.scaleMeans ? 0.9 + (0.1 * (one.task + 1)) / (newest + 1) : 1;
        return { feature: one.gaussian.sample(rng, meanScale), column: one.column };
      });
      const gradient = alignmentGradient(
        weight,
        bias,
        drawn.map(({ feature }) => feature),
        drawn.map(({ column }) => column),
        tasks,
        options.logitNorm,
      );
      descend(weight, momenta.weight, gradient.weight, rate, options);
      descend(bias, momenta.bias, gradient.bias, rate, options);
      yield { done: epoch * statistics.length + batch + 1, total: epochs * statistics.length };
    }
  }
  return { weight: Float32Array.from(weight), bias: Float32Array.from(bias) };
}

/** One step of SGD as PyTorch defines it: decay joins the gradient, m ← μ m + g, p ← p − lr m. */
function descend(values: Float64Array, momenta: Float64Array, gradient: Float64Array, rate: number, options: AlignmentOptions): void {
  for (let i = 0; i < values.length; i++) {
    const momentum = options.momentum * (momenta[i] ?? 0) + (gradient[i] ?? 0) + options.weightDecay * (values[i] ?? 0);
    momenta[i] = momentum;
    values[i] = (values[i] ?? 0) - rate * momentum;
  }
}
