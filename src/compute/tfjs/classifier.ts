/** The linear classifier on the features, its local cross-entropy and their gradients. */
import * as tf from '@tensorflow/tfjs-core';
import type { Classifier } from '../../vit/checkpoint';
import type { ClassRange, TrainSpec } from '../backbone';
import { onlyClasses } from '../objective';
import type { Gradients } from './gradients';
import { matmul } from './kernels';
import type { Parameters } from './parameters';

/** Names of the trainable rows among the model's parameters while a trainer is open: [rows, D] and [rows]. */
export const CLASSIFIER = { weight: 'classifier.weight', bias: 'classifier.bias' } as const;

/** Throws an Error that says which range or length does not fit. */
export function validateClassifier(
  { classifier, objective, trainables }: Pick<TrainSpec, 'classifier' | 'objective' | 'trainables'>,
  dim: number,
): void {
  const classes = classifier.bias.length;
  if (classifier.weight.length !== classes * dim) {
    throw new Error(`The classifier has ${classifier.weight.length} weights for ${classes} classes of ${dim} features`);
  }
  for (const [what, { from, to }, least] of [
    ['objective', onlyClasses(objective), 1],
    ['trainable classifier', trainables.classifier, 0],
  ] as const) {
    if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to > classes || to - from < least) {
      throw new Error(`The ${what} range [${from}, ${to}) is empty or outside the classifier's ${classes} classes`);
    }
  }
}

/** Throws a RangeError for a label that the objective does not know. */
export function validateLabels(labels: Int32Array, count: number, { from, to }: ClassRange): void {
  if (labels.length !== count) throw new RangeError(`${labels.length} labels for ${count} images`);
  const stranger = labels.find((label) => label < from || label >= to);
  if (stranger !== undefined) throw new RangeError(`Label ${stranger} is outside the objective's classes [${from}, ${to})`);
}

/** Rows of a classifier, some of them trainable, and the objective's view of them. */
export class TfjsClassifier {
  private readonly trained: ClassRange;
  private readonly objective: ClassRange;
  /** All rows as they were at the start, where the objective reaches beyond the trainable ones. */
  private readonly frozen: { weight: tf.Tensor2D; bias: tf.Tensor1D } | null;

  constructor(
    private readonly initial: Classifier,
    spec: Pick<TrainSpec, 'objective' | 'trainables'>,
    private readonly dim: number,
    private readonly parameters: Parameters,
  ) {
    this.trained = spec.trainables.classifier;
    this.objective = onlyClasses(spec.objective);
    const { from, to } = this.trained;
    if (to > from) {
      parameters.set(CLASSIFIER.weight, tf.tensor2d(initial.weight.slice(from * dim, to * dim), [to - from, dim]));
      parameters.set(CLASSIFIER.bias, tf.tensor1d(initial.bias.slice(from, to)));
    }
    const covered = to > from && this.objective.from >= from && this.objective.to <= to;
    this.frozen = covered
      ? null
      : {
          weight: tf.keep(tf.tensor2d(initial.weight.slice(), [initial.bias.length, dim])),
          bias: tf.keep(tf.tensor1d(initial.bias.slice())),
        };
  }

  /** The names that an optimiser may update. */
  get names(): string[] {
    return this.trained.to > this.trained.from ? [CLASSIFIER.weight, CLASSIFIER.bias] : [];
  }

  /**
   * Mean cross-entropy of features [B, D] over the objective's logits; fills the classifier's gradients and returns
   * dFeatures [B, D].
   */
  lossAndGradient(features: tf.Tensor2D, labels: Int32Array, gradients: Gradients): { loss: tf.Scalar; dFeatures: tf.Tensor2D } {
    const { from, to } = this.objective;
    const count = labels.length;
    const weight = this.rows<tf.Tensor2D>('weight');
    const logits: tf.Tensor2D = tf.add(matmul(features, weight, { transposeB: true }), this.rows('bias'));
    const target = tf.tensor2d(oneHot(labels, from, to - from), [count, to - from]);
    const shifted = tf.sub(logits, tf.max(logits, 1, true));
    const logProbability = tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), 1, true)));
    const loss: tf.Scalar = tf.mul(tf.sum(tf.mul(target, logProbability)), -1 / count);
    const dLogits: tf.Tensor2D = tf.mul(tf.sub(tf.exp(logProbability), target), 1 / count);
    if (this.names.length > 0) {
      gradients.set(CLASSIFIER.weight, this.onTrainedRows(matmul(dLogits, features, { transposeA: true })));
      gradients.set(CLASSIFIER.bias, this.onTrainedRows(tf.sum(dLogits, 0)));
    }
    return { loss, dFeatures: matmul(dLogits, weight) };
  }

  /** All rows: `values` for the trained ones, `otherwise` (the initial ones unless given) elsewhere. */
  complete(values: Classifier, otherwise: Classifier = this.initial): Classifier {
    const weight = otherwise.weight.slice();
    const bias = otherwise.bias.slice();
    weight.set(values.weight, this.trained.from * this.dim);
    bias.set(values.bias, this.trained.from);
    return { weight, bias };
  }

  dispose(): void {
    this.frozen?.weight.dispose();
    this.frozen?.bias.dispose();
    this.parameters.delete(CLASSIFIER.weight);
    this.parameters.delete(CLASSIFIER.bias);
  }

  /** The objective's rows, put together from frozen and trained ones. */
  private rows<T extends tf.Tensor>(part: 'weight' | 'bias'): T {
    const { frozen, trained, objective } = this;
    const values = frozen?.[part];
    if (!values) return sliceRows(this.parameters.get(CLASSIFIER[part]), objective.from - trained.from, objective.to - trained.from) as T;
    const [first, last] = overlap(objective, trained);
    if (last <= first) return sliceRows(values, objective.from, objective.to) as T;
    const pieces = [sliceRows(this.parameters.get(CLASSIFIER[part]), first - trained.from, last - trained.from)];
    if (objective.from < first) pieces.unshift(sliceRows(values, objective.from, first));
    if (last < objective.to) pieces.push(sliceRows(values, last, objective.to));
    return tf.concat(pieces, 0) as T;
  }

  /** A gradient by the objective's rows, to one by the trainable rows: zero where the objective does not look. */
  private onTrainedRows(gradient: tf.Tensor): tf.Tensor {
    const { objective, trained } = this;
    const [first, last] = overlap(objective, trained);
    const shape = (rows: number): number[] => [rows, ...gradient.shape.slice(1)];
    if (last <= first) return tf.zeros(shape(trained.to - trained.from));
    const pieces = [sliceRows(gradient, first - objective.from, last - objective.from)];
    if (first > trained.from) pieces.unshift(tf.zeros(shape(first - trained.from)));
    if (last < trained.to) pieces.push(tf.zeros(shape(trained.to - last)));
    return pieces.length === 1 ? tf.clone(pieces[0] ?? gradient) : tf.concat(pieces, 0);
  }
}

/** The rows of both ranges; empty where last <= first. */
function overlap(a: ClassRange, b: ClassRange): [first: number, last: number] {
  return [Math.max(a.from, b.from), Math.min(a.to, b.to)];
}

function sliceRows(tensor: tf.Tensor, from: number, to: number): tf.Tensor {
  const rest = tensor.shape.slice(1).map(() => 0);
  return tf.slice(tensor, [from, ...rest], [to - from, ...tensor.shape.slice(1)]);
}

function oneHot(labels: Int32Array, first: number, classes: number): Float32Array {
  const target = new Float32Array(labels.length * classes);
  labels.forEach((label, row) => (target[row * classes + label - first] = 1));
  return target;
}
