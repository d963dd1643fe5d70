/**
 * The vocabulary of a plan: operations on named buffers, as data. A plan is built once per model shape and trainable
 * set, and says nothing about how an executor runs it: no pointers, no packing, no threads, no bind groups.
 *
 * All values are float32 unless said otherwise; matrices are row-major with a row stride. Counts that grow with the
 * batch are extents, so one plan serves every batch up to its largest. An operation never reads and writes the same
 * elements except where it says so.
 */
import type { Activation } from '../../vit/config';
import type { Optimizer } from '../backbone';

/** `perImage` · batch + `fixed`. */
export interface Extent {
  readonly perImage: number;
  readonly fixed: number;
}

export const perImage = (count: number): Extent => ({ perImage: count, fixed: 0 });
export const fixed = (count: number): Extent => ({ perImage: 0, fixed: count });
export const extentOf = (extent: Extent, batch: number): number => extent.perImage * batch + extent.fixed;

/** A matrix inside a buffer: floats from its start to the first element, and from row to row. */
export interface View {
  readonly buffer: string;
  readonly offset: number;
  readonly stride: number;
}

/**
 * What a buffer is for. `weights` belong to the model and outlive programs, `adapters` to an attachment, `trainer`
 * (gradients, optimiser state, classifier) to a trainer; `input` is written by the host before a run, `result` read by
 * it after; `workspace` is scratch whose contents matter only within one run.
 */
export type BufferRole = 'weights' | 'adapters' | 'trainer' | 'input' | 'result' | 'workspace';

export interface BufferSpec {
  readonly name: string;
  readonly role: BufferRole;
  readonly type: 'f32' | 'i32' | 'u8';
  /** Elements; a u8 buffer counts bytes. */
  readonly size: Extent;
}

/** out[m, n] = activation(A · B + bias + add) ∘ multiply. NT: A[m, k], B[n, k]. NN: A[m, k], B[k, n]. TN: A[k, m], B[k, n]. */
export interface Gemm {
  readonly kind: 'gemm';
  readonly form: 'NT' | 'NN' | 'TN';
  readonly a: View;
  readonly b: View;
  readonly out: View;
  readonly m: Extent;
  readonly n: number;
  readonly k: Extent;
  /** [n], added to every row. */
  readonly bias?: View;
  /** [m, n], or [period, n] repeated down the rows. May be `out` itself, which accumulates. */
  readonly add?: View;
  readonly addPeriod?: number;
  /** The exact (erf) GELU, or another `kind` of activation; its derivative is stored where a backward pass will want it. */
  readonly gelu?: { readonly derivative?: View; readonly kind?: Activation };
  readonly multiply?: View;
  /** The product is symmetric: what lies below its diagonal may be left out. */
  readonly symmetric?: true;
}

/** Rows of bytes [image, image, 3] to patches [front + grid, 3·patch²] per image (channel, y, x), normalised; the first `front` rows are zero. */
export interface Patchify {
  readonly kind: 'patchify';
  readonly images: string;
  readonly out: View;
  readonly imageSize: number;
  readonly patchSize: number;
  readonly front: number;
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** out[0] = cls + pos[0]; out[t] = pos[t] for the other tokens in front; out[t] = pos[t] + bias for the patches. */
export interface TokenTable {
  readonly kind: 'tokenTable';
  /** Unused where `front` is 0. */
  readonly cls: View;
  readonly positions: View;
  readonly bias: View;
  readonly out: View;
  readonly tokens: number;
  readonly front: number;
  readonly columns: number;
}

/** `statistics` [rows, 2]: mean and 1/√(variance + ε), kept for the backward pass. */
export interface LayerNorm {
  readonly kind: 'layerNorm';
  readonly x: View;
  readonly weight: View;
  readonly bias: View;
  readonly out: View;
  readonly statistics?: View;
  readonly rows: Extent;
  readonly columns: number;
  readonly eps: number;
}

/** out = dLayerNorm(gradient) + add. */
export interface LayerNormBackward {
  readonly kind: 'layerNormBackward';
  readonly gradient: View;
  readonly x: View;
  readonly statistics: View;
  readonly weight: View;
  readonly add?: View;
  readonly out: View;
  readonly rows: Extent;
  readonly columns: number;
}

export interface LayerNormParameters {
  readonly kind: 'layerNormParameters';
  readonly gradient: View;
  readonly x: View;
  readonly statistics: View;
  readonly weightGradient: View;
  readonly biasGradient: View;
  readonly rows: Extent;
  readonly columns: number;
}

interface AttentionShape {
  readonly heads: number;
  readonly width: number;
  /** Rows of q an image; 1 where only the class token is asked. */
  readonly queries: number;
  /** Rows of k and v an image. */
  readonly keys: number;
  readonly scale: number;
}

/**
 * Heads side by side in the columns of q, k, v and out. `statistics`: per image, head and query what is needed to
 * rebuild its probabilities from its scores, `attentionStatistics` floats an image in a layout of the executor's own.
 */
export interface Attention extends AttentionShape {
  readonly kind: 'attention';
  readonly q: View;
  readonly k: View;
  readonly v: View;
  readonly out: View;
  readonly statistics: View;
}

/** Gradients left out are not wanted. */
export interface AttentionBackward extends AttentionShape {
  readonly kind: 'attentionBackward';
  readonly q: View;
  readonly k: View;
  readonly v: View;
  readonly statistics: View;
  readonly gradient: View;
  readonly dq?: View;
  readonly dk?: View;
  readonly dv?: View;
}

/** Room for two numbers a query, queries rounded up to 8. */
export const attentionStatistics = (heads: number, queries: number): number => heads * Math.ceil(queries / 8) * 16;

/** out = W + up · down; a copy where there is no increment. `out` may be `weight`. */
export interface AddLowRank {
  readonly kind: 'addLowRank';
  readonly weight: View;
  readonly out: View;
  readonly rows: number;
  readonly columns: number;
  readonly increment?: { readonly up: View; readonly down: View; readonly rank: number };
}

/** out[columns] = Σ over rows. */
export interface ColumnSum {
  readonly kind: 'columnSum';
  readonly x: View;
  readonly out: View;
  readonly rows: Extent;
  readonly columns: number;
}

/** out = a + b by rows; `out` may be `a`. */
export interface AddRows {
  readonly kind: 'addRows';
  readonly a: View;
  readonly b: View;
  readonly out: View;
  readonly rows: Extent;
  readonly columns: number;
}

/** Rows of every image from one place to another: out[i · outRows + r] = x[i · xRows + r] + add, r < rows; `add` [columns] is the same for all. */
export interface CopyRows {
  readonly kind: 'copyRows';
  readonly x: View;
  /** Rows an image of `x`, and of `out`. */
  readonly xRows: number;
  readonly out: View;
  readonly outRows: number;
  readonly rows: number;
  readonly columns: number;
  readonly add?: View;
}

/** out[0] = Σ x² over `count` consecutive floats. */
export interface Squares {
  readonly kind: 'squares';
  readonly x: View;
  readonly count: number;
  readonly out: View;
}

/** x ← x · min(1, limit / (√Σ squares + 1e-6)) for `count` consecutive floats; `squares`: so many `parts`. */
export interface Limit {
  readonly kind: 'limit';
  readonly x: View;
  readonly count: number;
  readonly squares: View;
  readonly parts: number;
  readonly limit: number;
}

/** Over all tokens but the `front` first: (1 − maximum) · their mean + maximum · the largest of each column, one row an image. */
export interface Pool {
  readonly kind: 'pool';
  readonly x: View;
  readonly out: View;
  readonly tokens: number;
  readonly front: number;
  readonly columns: number;
  readonly maximum: number;
}

/** Where several tokens are the largest, they share its gradient. `x`: what was pooled, where a maximum is of it. */
export interface PoolBackward {
  readonly kind: 'poolBackward';
  readonly gradient: View;
  readonly x?: View;
  readonly out: View;
  readonly tokens: number;
  readonly front: number;
  readonly columns: number;
  readonly maximum: number;
}

/**
 * Mean over rows of −log softmax(logits)[label − first]; gradient with respect to the logits. With `weights` [rows] row r counts
 * weights[r] instead of 1/rows, a row of weight 0 is not looked at, and loss and gradient are added to what is there.
 */
export interface CrossEntropy {
  readonly kind: 'crossEntropy';
  readonly logits: View;
  readonly gradient: View;
  /** i32 [rows], absolute class columns. */
  readonly labels: string;
  readonly loss: View;
  readonly weights?: View;
  readonly first: number;
  readonly classes: number;
  readonly rows: Extent;
}

/** Floats that a penalty gives one number of its value for. */
export const PENALTY_SHARE = 4096;

/**
 * A penalty on `count` consecutive floats w: out = add + its gradient, and `value`: one number for every PENALTY_SHARE floats, the
 * value is their sum. quadratic: weight · Σ s (w − a)², s = 1 and a = 0 where they are not given; absolute: weight · Σ |w|, with
 * gradient 0 at 0; norm: weight · √Σ w², with gradient 0 at 0, in one number. `out` may be `of` or `add`.
 */
export interface Penalise {
  readonly kind: 'penalise';
  readonly form: 'quadratic' | 'absolute' | 'norm';
  readonly weight: number;
  readonly of: View;
  /** s of a quadratic penalty. */
  readonly importance?: View;
  /** a of a quadratic penalty. */
  readonly anchor?: View;
  readonly add?: View;
  readonly out: View;
  readonly value: View;
  readonly count: number;
}

/** Numbers of a penalty's value. */
export const penaltyShares = ({ form, count }: Pick<Penalise, 'form' | 'count'>): number =>
  form === 'norm' ? 1 : Math.ceil(count / PENALTY_SHARE);

/** out = out + g², times exp(−loss[0]) where a loss is given: the label's probability, of one image. */
export interface AddSquares {
  readonly kind: 'addSquares';
  readonly gradient: View;
  readonly loss?: View;
  readonly out: View;
  readonly count: number;
}

/**
 * Towards target logits t [rows, classes], row r counting weights[r]; a row of weight 0 is not looked at. `distil`: the sum over rows of
 * −Σ softmax(t/T) · log softmax(z/T), T = `temperature`; `squared`: of the mean of (z − t)² over the targets below `NO_TARGET`. Loss and
 * gradient are added to what is there.
 */
export interface TargetLoss {
  readonly kind: 'targetLoss';
  readonly form: 'distil' | 'squared';
  readonly logits: View;
  readonly targets: View;
  readonly gradient: View;
  readonly loss: View;
  readonly weights: View;
  readonly classes: number;
  readonly rows: Extent;
  readonly temperature: number;
}

/** A target logit from here on stands for none: what is not a number means different things on different devices. */
export const NO_TARGET = 1e30;

/** One optimiser step over `count` consecutive floats; rates and corrections are read from the `scalars` buffer. */
export interface Update {
  readonly kind: 'update';
  readonly optimizer: Optimizer;
  readonly parameter: View;
  readonly gradient: View;
  /** Adam's first moment, SGD's momentum. */
  readonly first: View;
  /** Adam's second moment. */
  readonly second?: View;
  readonly count: number;
  /** Places in `scalars`: of the learning rate, and of the first of Adam's two corrections. */
  readonly rate: number;
  readonly corrections: number;
}

/**
 * Places in the `scalars` input: the two learning rates; 1/(1 − β₁ᵗ) and 1/(1 − β₂ᵗ), t the steps of backbone and adapters, and
 * again for the classifier's; the moving average's rate; then rates by factor where there are any.
 */
export const SCALARS = { backbone: 0, classifier: 1, corrections: 2, classifierCorrections: 4, average: 6, factors: 7 } as const;

export type Op =
  | Gemm
  | Patchify
  | TokenTable
  | LayerNorm
  | LayerNormBackward
  | LayerNormParameters
  | Attention
  | AttentionBackward
  | AddLowRank
  | ColumnSum
  | AddRows
  | CopyRows
  | Squares
  | Limit
  | Pool
  | PoolBackward
  | CrossEntropy
  | Penalise
  | AddSquares
  | TargetLoss
  | Update;

/** Operations in order over buffers, for batches of 1 to `maxBatch`. */
export interface Program {
  readonly ops: readonly Op[];
  readonly buffers: ReadonlyMap<string, BufferSpec>;
  readonly maxBatch: number;
}
