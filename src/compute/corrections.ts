/** What becomes of a step beyond what its optimiser makes of the gradients, as data. */

/**
 * ΔW ← ΔW − (ΔW M) Mᵀ for the change ΔW [out, in] that the optimiser makes of one trained weight or factor, by its name in
 * `Trainer.gradients`: inputs in the span of M keep their outputs (GPM, Saha et al., ICLR 2021). With plain SGD that is the gradient
 * projected before the step, as published; Adam's scaling by coordinates, momentum and weight decay are held to it as well.
 * `basis`: Mᵀ [rank, in], its rows orthonormal.
 */
export interface Projection {
  readonly kind: 'project';
  readonly name: string;
  readonly basis: Float32Array;
}

/**
 * Scales the gradients of all that learns, the classifier's too, by min(1, norm / (length + 1e-6)), their length taken together and with
 * that of gradients that are kept elsewhere (`LabelledBatch.squares`), as PyTorch's clip_grad_norm_. At most one.
 */
export interface Clip {
  readonly kind: 'clip';
  readonly norm: number;
}

/** What a clip multiplies gradients by whose squares sum to `squares`. */
export const clipFactor = ({ norm }: Clip, squares: number): number => Math.min(1, norm / (Math.sqrt(squares) + 1e-6));

/** Told apart by `kind`. */
export type Correction = Projection | Clip;
