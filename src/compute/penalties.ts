/** What is added to the loss whatever the batch, as data. Loss and gradients of a trainer hold its penalties. */

/** Values by the names of `Trainer.gradients`. */
export type NamedValues = ReadonlyMap<string, Float32Array>;

/**
 * `weight` · Σ s (w − a)² over what `importance` (s) and `anchor` (a) name alike; of the classifier, over as many of its first
 * rows as they have (EWC, Kirkpatrick et al., PNAS 2017). At most one.
 */
export interface QuadraticPenalty {
  readonly kind: 'quadratic';
  readonly weight: number;
  readonly importance: NamedValues;
  readonly anchor: NamedValues;
}

/** `weight` · Σ |D Wᵀ|, for the trained matrix W [n, in] of that name and `rows` D [any, in] (O-LoRA, Wang et al., EMNLP 2023, released code). */
export interface RowOverlapPenalty {
  readonly kind: 'row-overlap';
  readonly weight: number;
  readonly name: string;
  readonly rows: Float32Array;
}

/** `weight` · the Frobenius norm of the trained matrix of that name, not its square; gradient 0 at 0. */
export interface NormPenalty {
  readonly kind: 'norm';
  readonly weight: number;
  readonly name: string;
}

/** `weight` · Σ (S ∘ (up · down))², for the trained adapter of that name (`blocks.N.<target>`) and `past` S [out, in] (C-LoRA, Smith et al., 2023). */
export interface ProductPenalty {
  readonly kind: 'product';
  readonly weight: number;
  readonly adapter: string;
  readonly past: Float32Array;
}

/** Told apart by `kind`. */
export type Penalty = QuadraticPenalty | RowOverlapPenalty | NormPenalty | ProductPenalty;
