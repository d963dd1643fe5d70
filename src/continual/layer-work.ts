/** The subspace mathematics of one layer after the other: what costs time between gathering and training. */
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import { designB, type DesignedB } from './design-b';
import { updateDualGPM, type DualGpm, type MemoryChoices } from './dual-gpm';
import type { InfloraChoices } from './presets';

/** Plain data in and out, so that it can be done elsewhere; several calls at a time are worth having up to `lanes`. */
export interface LayerWork {
  readonly lanes: number;
  design(
    covariance: Float32Array,
    dim: number,
    memory: DualGpm | null,
    choices: Pick<InfloraChoices, 'rank' | 'projection' | 'scaleDown'>,
  ): Promise<DesignedB>;
  remember(memory: DualGpm | null, covariance: Float32Array, dim: number, threshold: number, choices: MemoryChoices): Promise<DualGpm>;
}

/** On the calling thread, one layer at a time. */
export const layerWork = (linalg: LinearAlgebra): LayerWork => ({
  lanes: 1,
  design: (covariance, dim, memory, choices) => designB(Float64Array.from(covariance), dim, memory, choices, linalg),
  remember: (memory, covariance, dim, threshold, choices) =>
    updateDualGPM(memory, Float64Array.from(covariance), dim, threshold, choices, linalg),
});
