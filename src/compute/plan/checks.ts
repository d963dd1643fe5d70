import type { VitConfig } from '../../vit/config';
import type { MapInput, TrainSpec } from '../backbone';
import type { ImageBatch, LabelledBatch } from '../images';
import { needsTargets, rowsOf } from '../objective';
import { NO_TARGET } from './ops';
import { NO_PROMPTS } from './prompt-layout';

/** Throws naming the size or the number of bytes that is wrong. */
export function checkImages({ imageSize }: VitConfig, { pixels, count, size }: ImageBatch): void {
  if (size !== imageSize) throw new Error(`The images are ${size} pixels wide; this model takes ${imageSize}`);
  const expected = count * size * size * 3;
  if (pixels.length !== expected) {
    throw new Error(`${count} images of ${size} x ${size} x 3 are ${expected} bytes; ${pixels.length} were given`);
  }
}

/**
 * As `checkImages`, and the batch must lie within `maxBatch`, its labels in the ranges of the terms that see them, and there must be
 * targets for the terms that want them, of a classifier of `classes` rows.
 */
export function checkBatch(config: VitConfig, batch: LabelledBatch, { objective, maxBatch, classifier }: TrainSpec): void {
  checkImages(config, batch);
  const { count, labels, parts = [count], targets } = batch;
  if (count < 1) throw new RangeError('A training batch needs at least one image');
  if (count > maxBatch) throw new RangeError(`A batch of ${count} images; this trainer was opened for at most ${maxBatch}`);
  if (labels.length !== count) throw new Error(`${count} images came with ${labels.length} labels`);
  if (!parts.every((rows) => Number.isInteger(rows) && rows >= 0) || parts.reduce((sum, rows) => sum + rows, 0) !== count) {
    throw new RangeError(`Parts of ${parts.join(', ')} images do not make up a batch of ${count}`);
  }
  const classes = classifier.bias.length;
  if (needsTargets(objective) && targets?.length !== count * classes) {
    throw new Error(`${count} images of ${classes} columns need as many target logits; there are ${targets?.length ?? 'none'}`);
  }
  for (const term of objective.terms) {
    const rows = rowsOf(term, batch);
    const { from, to } = term.classes;
    if (term.kind === 'cross-entropy') {
      const stranger = labels.subarray(rows.from, rows.to).find((label) => label < from || label >= to);
      if (stranger === undefined) continue;
      throw new RangeError(`The label ${stranger} lies outside the objective's classes ${from} to ${to - 1}`);
    }
    for (let row = rows.from; row < rows.to; row++) {
      const wrong = (value: number): boolean => (term.kind === 'distil' || !Number.isNaN(value)) && !(Math.abs(value) < NO_TARGET);
      const found = targets?.subarray(row * classes + from, row * classes + to).find(wrong);
      if (found !== undefined) throw new RangeError(`Image ${row} has the target logit ${found}`);
    }
  }
}

/** Throws on ranges, classifiers and trainables that do not fit the model; `adapters`: how many may learn. */
export function checkTrainSpec({ dim }: VitConfig, spec: TrainSpec, adapters: number, prompts = NO_PROMPTS): void {
  const { trainables, objective, classifier, maxBatch, corrections = [], orthogonality = 0 } = spec;
  if ((spec.mixGradients || orthogonality) && !trainables.prompts)
    throw new Error('Only prompts that are trained have gradients of their mix, or are kept orthogonal');
  const clips = corrections.filter((correction) => correction.kind === 'clip');
  const classes = classifier.bias.length;
  if (classifier.weight.length !== classes * dim) {
    throw new Error(`The classifier has ${classifier.weight.length} weights for ${classes} classes of ${dim} features`);
  }
  if (objective.terms.length === 0) throw new Error('The objective has no term');
  for (const term of objective.terms) {
    const { classes: wanted, weight, part = 0 } = term;
    if (wanted.to <= wanted.from) throw new RangeError("The objective's range of classes is empty");
    if (!Number.isFinite(weight)) throw new RangeError(`A term of the objective has the weight ${weight}`);
    if (!Number.isInteger(part) || part < 0) throw new RangeError(`A term of the objective sees part ${part} of a batch`);
    if (term.kind === 'distil' && !(term.temperature > 0 && term.temperature < Infinity)) {
      throw new RangeError(`Targets cannot be compared at the temperature ${term.temperature}`);
    }
  }
  for (const [name, { from, to }] of [
    ...objective.terms.map((term) => ['The objective', term.classes] as const),
    ['The trainable classifier', trainables.classifier] as const,
  ]) {
    if (from < 0 || to < from || to > classes) throw new RangeError(`${name} names classes ${from} to ${to}; there are ${classes}`);
  }
  if (trainables.prompts && prompts.pools.length === 0) throw new Error('Prompts are to be trained, but none are attached');
  if (trainables.backbone === 'all' && prompts.pools.some(({ block }) => block === null)) {
    throw new Error('With prompts as tokens the backbone is frozen: train the prompts, adapters or the classifier');
  }
  for (const [name, value] of [
    ['orthogonality', orthogonality],
    ['norm of a clip', clips[0]?.norm ?? 1],
  ] as const) {
    if (!(value >= 0 && value < Infinity)) throw new RangeError(`The ${name} must be a number from 0, not ${value}`);
  }
  if (clips.length > 1) throw new Error('Gradients are to be clipped twice; once is all there is');
  if (trainables.adapters !== 'none' && adapters === 0) {
    throw new Error('Adapters are to be trained, but none is attached that is not frozen');
  }
  if (!Number.isInteger(maxBatch) || maxBatch < 1) throw new RangeError(`maxBatch must be a whole number from 1, not ${maxBatch}`);
}

/** Throws on no input, or one named twice. */
export function checkInputs(inputs: readonly MapInput[]): void {
  if (inputs.length > 0 && new Set(inputs).size === inputs.length) return;
  throw new Error(`Second moments are of one or more inputs, each named once, not of "${inputs.join(', ')}"`);
}

/** Throws where the values of a trainer's state are not those, of these lengths, that the trainer has. */
export function checkState(values: Readonly<Record<string, Float32Array>>, sizes: ReadonlyMap<string, number>): void {
  const stranger = Object.keys(values).find((name) => !sizes.has(name));
  if (stranger !== undefined) throw new Error(`The state has values "${stranger}", this trainer none: it is of another one`);
  for (const [name, size] of sizes) {
    const found = values[name]?.length;
    if (found !== size) throw new Error(`The state has ${found ?? 'no'} values "${name}", this trainer ${size}: it is of another one`);
  }
}

/** Throws where a [n, k] and b [k, m] have other lengths. */
export function checkProduct(a: Float32Array, b: Float32Array, n: number, k: number, m: number): void {
  if ([n, k, m].every((size) => Number.isInteger(size) && size > 0) && a.length === n * k && b.length === k * m) return;
  throw new RangeError(`${a.length} and ${b.length} values are no matrices of ${n} x ${k} and ${k} x ${m}`);
}

/** Consecutive parts of at most `size` images. */
export function chunks({ pixels, count }: ImageBatch, size: number): { first: number; count: number; pixels: Uint8Array }[] {
  const bytes = count > 0 ? pixels.length / count : 0;
  const parts = [];
  for (let first = 0; first < count; first += size) {
    const length = Math.min(size, count - first);
    parts.push({ first, count: length, pixels: pixels.subarray(first * bytes, (first + length) * bytes) });
  }
  return parts;
}
