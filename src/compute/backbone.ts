/**
 * The narrow waist: everything above is written against these interfaces, never against tfjs, WASM or WGSL.
 *
 * Operations on one model take effect in call order. Calls that return void only enqueue work; calls that return a
 * promise of numbers wait for it. After `dispose` every call throws. When the device goes away, pending and later
 * calls reject with `DeviceLostError`.
 */
import { SaidError, type Sentence } from '../common/said';
import type { Classifier, VitCheckpoint } from '../vit/checkpoint';
import type { VitConfig } from '../vit/config';
import type { ImageBatch, LabelledBatch } from './images';
import type { Calibration } from './calibration';
import type { Correction } from './corrections';
import type { Objective } from './objective';
import type { Penalty } from './penalties';
import type { PromptMix, Prompts } from './prompts';
import type { StepOf, StepProfile } from './step-profile';
import type { Yardstick, YardstickOptions } from './yardstick';
import type { AdapterTarget, ClassRange, MapInput, RateFactor, Trainables } from './trainables';

export type { PromptMix, Prompts };
export type { AdapterTarget, ClassRange, Correction, MapInput, Objective, Penalty, RateFactor, Trainables };

export type DeviceKind = 'webgpu' | 'wasm' | 'cpu';
/** Which code computes: the tfjs reference, or the static plan with kernels of our own. */
export type EngineKind = 'reference' | 'plan';

export interface DeviceInfo {
  readonly kind: DeviceKind;
  readonly engine: EngineKind;
  /** For people: "NVIDIA RTX 3060", "SwiftShader (software)", "2 threads, SIMD". */
  readonly name: string;
  readonly software: boolean;
  readonly threads: number;
  /** All that the browser tells of the adapter: vendor, architecture, device, driver. */
  readonly adapter?: string;
  /** Whether weights that are halves are stored as halves until they change. */
  readonly halves?: boolean;
  /** Faster ways of this device that gave way at start-up, each with the reason. */
  readonly notes?: readonly Sentence[];
}

/**
 * How a GPU computes a product: in tiles shared by a workgroup, by the results an invocation computes, or as a block of the result in
 * each invocation's registers, without shared memory and barriers.
 */
export type ProductKind = '8x8' | '8x4' | '4x4' | 'registers';
/** A kind for each form of products: forward (NT), gradients of inputs (NN) and of weights (TN). */
export type ProductKinds = Readonly<Record<'NT' | 'NN' | 'TN', ProductKind>>;

/** A device that can hold models. */
export interface ComputeDevice {
  readonly info: DeviceInfo;
  /** Uploads the weights and returns a resident model. Throws on weights that do not fit. */
  load(checkpoint: VitCheckpoint): Promise<VitModel>;
  /** Bytes that models and their steps may take together, as far as that can be told. */
  readonly budget?: number | undefined;
  /** Buffers and bytes alive now, over all models. */
  memory(): { readonly buffers: number; readonly bytes: number };
  /** GFLOP/s of a small product; absent where an engine cannot tell. */
  speed?(): Promise<number>;
  /** Measures a training step, a second or more; absent where an engine cannot tell. */
  profile?(of: StepOf): Promise<StepProfile>;
  /** What any device can be compared by, some ten seconds; absent where an engine cannot tell. */
  yardstick?(options?: YardstickOptions): Promise<Yardstick>;
  /**
   * Kernels that suit models of this shape from now on, measured unless they are remembered, or in any case (`again`); null where
   * there is no choice. `load` sees to it by itself.
   */
  suit?(config: VitConfig, again?: boolean): Promise<ProductKinds | null>;
  /** What time costs here, measured in under a second and remembered as long as the device is; absent where an engine cannot tell. */
  calibrate?(): Promise<Calibration>;
  /** The product [n, m] of a [n, k] and b [k, m] in f32, row-major, at the speed of a step's products; absent where an engine has none. */
  multiply?(a: Float32Array, b: Float32Array, n: number, k: number, m: number): Promise<Float32Array>;
  /** Resolves, never rejects, with the reason when the device is lost. */
  readonly lost: Promise<DeviceLostError>;
  dispose(): void;
}

/**
 * A low-rank increment W += up · down on one linear map (InfLoRA, eq. 2: ΔW = A B).
 * `down` is the dimensionality-reducing B [rank, in]; `up` the dimensionality-increasing A [out, rank]; no scaling.
 * Adapters of one block that share the same `down` array share the product z Bᵀ, until training both factors takes them
 * apart. Several adapters on one map add up.
 */
export interface Adapter {
  readonly block: number;
  readonly target: AdapterTarget;
  readonly rank: number;
  readonly down: Float32Array;
  readonly up: Float32Array;
  /** Gets no gradient and no update, whatever is trained; a scale learns all the same. */
  readonly frozen?: boolean;
  /** W += value · up · down instead; learns wherever adapters are trained. */
  readonly scale?: AdapterScale;
}

/** A number that adapters of one name share: LAE has one an adapter, SD-LoRA one a task (`scale.<name>` among gradients). */
export interface AdapterScale {
  readonly name: string;
  readonly value: number;
}

export type Optimizer =
  | { readonly kind: 'adam'; readonly beta1: number; readonly beta2: number; readonly eps: number; readonly weightDecay: number }
  | { readonly kind: 'sgd'; readonly momentum: number; readonly weightDecay: number };

export interface TrainSpec {
  readonly trainables: Trainables;
  readonly objective: Objective;
  readonly optimizer: Optimizer;
  /** Largest batch that `step` will see; smaller ones are allowed. */
  readonly maxBatch: number;
  /** The classifier to start from; C rows. Absolute class columns are the labels. */
  readonly classifier: Classifier;
  /**
   * Forget each block's activations and compute them again in the backward pass: about a third more work, far less memory.
   * Default: where they would not fit otherwise. An engine that cannot ignores it.
   */
  readonly recompute?: boolean;
  /**
   * Images that are computed at a time: gradients of a larger batch add up over its parts, equal to those of the whole but for the
   * order of sums. Default: all, or as many as fit. An engine that cannot ignores it.
   */
  readonly microBatch?: number;
  /**
   * Factors on the backbone's rate; of several that match a parameter the last counts. One that matches nothing that is trained
   * is refused. The classifier has a rate of its own.
   */
  readonly rates?: readonly RateFactor[];
  /** Added to the loss, whatever the batch. */
  readonly penalties?: readonly Penalty[];
  /** What a step must not do. */
  readonly corrections?: readonly Correction[];
  /** Weight of mean((X Xᵀ − 1)²) in the loss, X the entries of a pool of prompts as rows, summed over the pools. */
  readonly orthogonality?: number;
  /** Whether steps give the gradient with respect to the mix of prompts. */
  readonly mixGradients?: boolean;
  /** Whether each step's logits are kept for its feedback. */
  readonly logits?: boolean;
  /** Keep a moving average of all that learns but the classifier. */
  readonly average?: AverageSpec;
}

export interface AverageSpec {
  /** What it starts from, by the names of `Trainer.gradients`; what the model has unless told. */
  readonly start?: ReadonlyMap<string, Float32Array>;
}

export interface LearningRates {
  readonly backbone: number;
  readonly classifier: number;
}

/** What a single step may be told beside the rates. */
export interface StepRates extends Pick<LearningRates, 'classifier'> {
  /** null holds weights and adapters: the classifier alone learns, at the cost of a forward pass, and Adam counts no step for them. */
  readonly backbone: number | null;
  /** After the step average += `average` (trained − average); 0 unless told. */
  readonly average?: number;
}

/**
 * One optimiser over the declared trainables of one model. Only one trainer of a model may be open at a time; it works
 * on the model's weights and adapters in place.
 */
export interface Trainer {
  /** Enqueues one forward, backward and update. Backpressure: awaiting the promise keeps at most a few steps in flight. */
  step(batch: LabelledBatch, rates: StepRates): Promise<void>;
  /** What the newest step found beside its loss; waits for it. Throws before the first. */
  feedback(): Promise<StepFeedback>;
  /** Losses of the steps since the last call, penalties included, in order. The only read-back, called rarely. */
  losses(): Promise<number[]>;
  /**
   * Loss, the share of the penalties in it and gradient by parameter name, no update: for checks. Names: timm names; `classifier.weight` and
   * `classifier.bias` (all C rows, zero outside the objective); `blocks.N.<target>.up` and `.down` for adapters, the
   * further ones on one map `blocks.N.<target>.1.up` and so on; `scale.<name>` for their scales; pools of prompts by `promptName`, whole, and `<name>.mix` where asked for.
   */
  gradients(batch: LabelledBatch): Promise<{ loss: number; penalty: number; gradients: Map<string, Float32Array> }>;
  /** The classifier as trained so far. */
  classifier(): Promise<Classifier>;
  /** The moving average by name, as `gradients`. Throws where none is kept. */
  averaged(): Promise<ReadonlyMap<string, Float32Array>>;
  /** Steps done, moments and classifier, after all steps asked for so far; losses not yet asked for are not part of it. */
  state(): Promise<TrainerState>;
  /**
   * Goes on from `state`, taken of a trainer of the same spec: bit for bit where model and device are the same too. Throws where
   * it does not fit.
   */
  restore(state: TrainerState): Promise<void>;
  dispose(): void;
}

export interface StepFeedback {
  /** Where the spec asks for it: the gradient of the loss with respect to the batch's `mix`. */
  readonly mix: PromptMix;
  /** Σ of squares of all gradients before a clip, those kept elsewhere among them; null without a clip. */
  readonly squares: number | null;
  /** Before the update, where the spec asks for them: [n, columns of the objective, from the first that a term sees to the last]. */
  readonly logits: Float32Array | null;
}

/** Plain data, to be cloned or filed; the names are the engine's own. */
export interface TrainerState {
  readonly steps: number;
  /** Of these, the ones that held the backbone; none unless told. */
  readonly held?: number;
  readonly values: Readonly<Record<string, Float32Array>>;
}

/** What a model has that its checkpoint has not. Plain data; the names of weights are the engine's own. */
export interface ModelState {
  /** Groups of weights that were changed since the checkpoint was loaded, whole. */
  readonly weights: Readonly<Record<string, Float32Array>>;
  readonly adapters: readonly AdapterState[];
  /** Absent: none. */
  readonly prompts?: readonly Prompts[];
}

/** An adapter; for `down`, the place in the list of the adapter whose array it shares. */
export interface AdapterState extends Omit<Adapter, 'down'> {
  readonly down: Float32Array | number;
}

/** A ViT resident on a device. */
export interface VitModel {
  readonly config: VitConfig;
  /**
   * [n, D] features (class token or pooled tokens, as `config.pooling`), after the last norm. Any n; batches inside. With the attached
   * prompts where their `mix` is given; without, as if there were none.
   */
  features(images: ImageBatch, mix?: PromptMix): Promise<Float32Array>;
  /** Starts an accumulation, per block, of z zᵀ over all tokens of all images; z = the input of each map asked for. */
  secondMoments(options?: MomentOptions): SecondMoments;
  /** Replaces the attached adapters (an empty list detaches). */
  attach(adapters: readonly Adapter[]): void;
  /** The attached adapters with their present values; those that share a `down` are given one array. */
  adapters(): Promise<Adapter[]>;
  /** Replaces the attached prompts (an empty list detaches). Second moments and activations are without them. */
  prompt(prompts: readonly Prompts[]): void;
  /** The attached prompts with their present values. */
  prompts(): Promise<Prompts[]>;
  /** W += up · down for every attached adapter, which are then detached. */
  merge(): void;
  /** Starts an accumulation of squared gradients, at the weights as they are. */
  squaredGradients(spec: SquaresSpec): SquaredGradients;
  /** Opens a trainer. Throws while another one of this model is open. */
  train(spec: TrainSpec): Trainer;
  /** Present weights, for saving. */
  checkpoint(): Promise<VitCheckpoint>;
  /**
   * Intermediate values for checks, by name: `patch_embed` [n, patches, D], `block{l}.attn_in` and `block{l}.out`
   * [n, N, D], `norm_out` [n, N, D] where the last norm sees all tokens.
   */
  activations(images: ImageBatch): Promise<Map<string, Float32Array>>;
  /** What the maps of one input of one block read, of all tokens: [n · N, size], size as in `Moment`. Throws RangeError on a block that is not there. */
  inputs(images: ImageBatch, at: InputPlace): Promise<Float32Array>;
  /** What was trained, merged or attached since the checkpoint was loaded. */
  state(): Promise<ModelState>;
  /** The same again, on a model as it was loaded from that checkpoint. Throws where it does not fit. */
  restore(state: ModelState): Promise<void>;
  /** A second model with the same weights (no adapters, no prompts); frozen tensors may be shared inside. */
  fork(): Promise<VitModel>;
  dispose(): void;
}

export interface MomentOptions {
  /** Default: `qkv` alone. */
  readonly inputs?: readonly MapInput[];
  /** Whether `add` gives features as well; without them the pass stops as early as it can. */
  readonly features?: boolean;
}

/** Where linear maps read. */
export interface InputPlace {
  readonly block: number;
  readonly input: MapInput;
}

/** C = (1/count) Σ z zᵀ over `count` tokens, uncentred; [size, size] row-major. */
export interface Moment extends InputPlace {
  /** D; the hidden width for `fc2`. */
  readonly size: number;
  readonly values: Float32Array;
}

export interface SecondMoments {
  /** Adds the tokens of these images; gives their features [n, D] where those were asked for. */
  add(images: ImageBatch): Promise<Float32Array | null>;
  /** By block, and by input in the order asked; disposes the accumulation. Throws where no image was added. */
  finish(): Promise<Moment[]>;
  dispose(): void;
}

/** Squares of gradients of a cross-entropy, from which importances are made. */
export interface SquaresSpec {
  readonly trainables: Pick<Trainables, 'backbone' | 'adapters'>;
  /** Columns of the cross-entropy. */
  readonly classes: ClassRange;
  readonly classifier: Classifier;
  /** Of each image's own loss, or of a batch's mean. */
  readonly of: 'image' | 'batch';
  /** Times the probability that the network gives the label, of each image. */
  readonly byLikelihood?: boolean;
  /** Largest batch that `add` will see. */
  readonly maxBatch: number;
}

export interface SquaredGradients {
  add(batch: LabelledBatch): Promise<void>;
  /** Sums by the names of `Trainer.gradients`; disposes the accumulation. */
  finish(): Promise<Map<string, Float32Array>>;
  dispose(): void;
}

/** The GPU went away (driver reset, tab evicted, out of memory). */
export class DeviceLostError extends SaidError {
  override readonly name = 'DeviceLostError';
}

/** The model and batch do not fit; `remedy` says what would. */
export class OutOfMemoryError extends SaidError {
  override readonly name = 'OutOfMemoryError';
}
