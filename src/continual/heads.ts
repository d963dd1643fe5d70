/** One linear head per task, kept as rows of one growing classifier. */
import type { ClassRange } from '../compute/backbone';
import type { Classifier } from '../vit/checkpoint';
import { addProducts, takeRow } from './products';
import { createRng, type Rng } from './rng';

export const EMPTY_CLASSIFIER: Classifier = { weight: new Float32Array(0), bias: new Float32Array(0) };

/** Weight [n, dim] and bias [n] of a new head. */
export type HeadInitialiser = (range: ClassRange, dim: number) => Classifier;

/** PyTorch's default for a linear layer: weight and bias uniform in ±1/√dim. */
export function linearDefault(rng: Rng): HeadInitialiser {
  return (range, dim) => {
    const bound = 1 / Math.sqrt(dim);
    const draw = () => (2 * rng.uniform() - 1) * bound;
    const rows = range.to - range.from;
    return { weight: Float32Array.from({ length: rows * dim }, draw), bias: Float32Array.from({ length: rows }, draw) };
  };
}

/** Normal weights of this deviation, no bias; the same for the same columns, whatever came before. */
export function normalHeads(seed: number, deviation: number): HeadInitialiser {
  return (range, dim) => {
    const rng = createRng(seed, `columns from ${range.from}`);
    const rows = range.to - range.from;
    return { weight: Float32Array.from({ length: rows * dim }, () => deviation * rng.normal()), bias: new Float32Array(rows) };
  };
}

/**
 * The classifier with rows for all columns up to `range.to`; rows that exist stay as they are. A range that is already
 * there (domain-incremental: one shared head) changes nothing.
 */
export function growClassifier(classifier: Classifier, range: ClassRange, dim: number, initialise: HeadInitialiser): Classifier {
  const rows = classifier.bias.length;
  if (range.to <= rows) return classifier;
  const fresh = initialise({ from: rows, to: range.to }, dim);
  const weight = new Float32Array(range.to * dim);
  const bias = new Float32Array(range.to);
  weight.set(classifier.weight);
  weight.set(fresh.weight, rows * dim);
  bias.set(classifier.bias);
  bias.set(fresh.bias, rows);
  return { weight, bias };
}

/** `classifier` with the rows of `range` taken from `trained`, everything else untouched. */
export function withRows(classifier: Classifier, trained: Classifier, range: ClassRange, dim: number): Classifier {
  const weight = classifier.weight.slice();
  const bias = classifier.bias.slice();
  weight.set(trained.weight.subarray(range.from * dim, range.to * dim), range.from * dim);
  bias.set(trained.bias.subarray(range.from, range.to), range.from);
  return { weight, bias };
}

/** Logits W f + b for features [n, dim]: [n, C], summed in float64. */
export function scoreFeatures(features: ArrayLike<number>, count: number, dim: number, classifier: Classifier): Float32Array {
  const { weight, bias } = classifier;
  const columns = bias.length;
  const out = new Float32Array(count * columns);
  const [row, sums] = [new Float64Array(dim), new Float64Array(columns)];
  for (let i = 0; i < count; i++) {
    sums.set(bias);
    addProducts(sums, takeRow(row, features, i), weight, columns);
    out.set(sums, i * columns);
  }
  return out;
}
