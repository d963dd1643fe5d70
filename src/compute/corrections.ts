/** What becomes of a gradient before the optimiser sees it, as data. */

/**
 * G ← G − (G M) Mᵀ for the gradient G [out, in] of one trained weight or factor, by its name in `Trainer.gradients`: inputs in the
 * span of M then keep their outputs (GPM, Saha et al., ICLR 2021), as far as the optimiser adds nothing of its own, as Adam's
 * scaling by coordinates and weight decay do. `basis`: Mᵀ [rank, in], its rows orthonormal.
 */
export interface Projection {
  readonly kind: 'project';
  readonly name: string;
  readonly basis: Float32Array;
}

/** Told apart by `kind`. */
export type Correction = Projection;
