import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import { firstColumns } from './dense';
import { checkCovariance, freeDimension, projectOneSided, projectTwoSided, roundingOf, withinFree, type DualGpm } from './dual-gpm';
import type { InfloraChoices } from './presets';

export interface DesignedB {
  /** B [rank, dim]; rows beyond `freeRank` are zero. */
  readonly down: Float64Array;
  /** Rows that found a free direction. */
  readonly freeRank: number;
  /** The largest singular values of the projected matrix, descending: at least `rank` of them, or all. */
  readonly singularValues: Float64Array;
}

/**
 * Designs the dimensionality-reducing B_t (InfLoRA): the `rank` leading directions of the new task's inputs,
 * second moments C = `covariance` [dim, dim], within what the memory leaves free.
 *
 * Where fewer directions are free than `rank`, the surplus rows are zero: the singular vectors of a zero singular value
 * are arbitrary and may lie inside the protected space, which would let the new task overwrite old ones.
 */
export async function designB(
  covariance: Float64Array,
  dim: number,
  memory: DualGpm | null,
  choices: Pick<InfloraChoices, 'rank' | 'projection' | 'scaleDown'>,
  linalg: LinearAlgebra,
): Promise<DesignedB> {
  checkCovariance(covariance, dim);
  const { rank, projection, scaleDown } = choices;
  const unprotected = !memory || projection === 'none';
  const project = projection === 'two-sided' ? projectTwoSided : projectOneSided;
  const projected = unprotected ? covariance : await project(memory, covariance, linalg);
  const { vectors, values } = await linalg.leading(projected, dim, (found) => found.length >= rank);
  const rounding = roundingOf(covariance);
  const nonZero = values.filter((value) => value > rounding).length;
  const freeRank = Math.min(rank, dim, unprotected ? dim : freeDimension(memory), nonZero);
  const leading = firstColumns(vectors, dim, values.length, freeRank);
  const rows = unprotected ? leading : await withinFree(memory, leading, freeRank, linalg);
  const scale = scaleDown ? 1 / Math.sqrt(3) : 1;
  const down = new Float64Array(rank * dim);
  for (let k = 0; k < freeRank; k++) for (let i = 0; i < dim; i++) down[k * dim + i] = scale * (rows[i * freeRank + k] ?? 0);
  return { down, freeRank, singularValues: values };
}
