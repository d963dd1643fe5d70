/** What two tasks' low-rank updates have to do with each other. */
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import { dot, multiply, multiplyTransposed, transpose } from './dense';

/** A low-rank increment ΔW = up · down on one linear map: up [out, rank], down [rank, dim]. */
export interface LowRank {
  readonly up: ArrayLike<number>;
  readonly down: ArrayLike<number>;
  readonly out: number;
  readonly rank: number;
}

/** tr(ΔW C ΔWᵀ): the mean square that ΔW adds to its outputs on inputs of second moments C [dim, dim]. */
export function outputEnergy({ up, down, out, rank }: LowRank, covariance: ArrayLike<number>, dim: number): number {
  const upGram = multiplyTransposed(up, up, out, rank, rank);
  const seen = multiply(multiply(down, covariance, rank, dim, dim), transpose(down, rank, dim), rank, dim, rank);
  return dot(upGram, seen);
}

/**
 * Leakage of the updates onto an old task, relative to their own: Σ tr(ΔW C_old ΔWᵀ) / Σ tr(ΔW C_new ΔWᵀ).
 * 0 where the update does nothing at all.
 */
export function leakage(updates: readonly LowRank[], covOld: ArrayLike<number>, covNew: ArrayLike<number>, dim: number): number {
  const energy = (covariance: ArrayLike<number>) => updates.reduce((sum, update) => sum + outputEnergy(update, covariance, dim), 0);
  const own = energy(covNew);
  return own > 0 ? energy(covOld) / own : 0;
}

/** Rows of B [rank, dim] scaled to length one, zero rows left out. B's rows are orthogonal by design. */
function unitRows(down: ArrayLike<number>, rank: number, dim: number): { rows: Float64Array; count: number } {
  const rows: number[] = [];
  for (let k = 0; k < rank; k++) {
    const row = Array.from({ length: dim }, (_, i) => down[k * dim + i] ?? 0);
    const norm = Math.sqrt(dot(row, row));
    if (norm > 0) rows.push(...row.map((value) => value / norm));
  }
  return { rows: Float64Array.from(rows), count: rows.length / dim };
}

/**
 * Smallest and mean principal angle, degrees, between the row spaces of two designs [rank, dim] with orthogonal rows
 * (Björck & Golub 1973: the cosines are the singular values of Q₁Q₂ᵀ). An empty space is at 90° to everything.
 */
export async function principalAngles(
  a: ArrayLike<number>,
  rankA: number,
  b: ArrayLike<number>,
  rankB: number,
  dim: number,
  linalg: LinearAlgebra,
): Promise<{ smallest: number; mean: number }> {
  const first = unitRows(a, rankA, dim);
  const second = unitRows(b, rankB, dim);
  const count = Math.min(first.count, second.count);
  if (count === 0) return { smallest: 90, mean: 90 };
  const size = Math.max(first.count, second.count);
  const cosines = multiply(first.rows, transpose(second.rows, second.count, dim), first.count, dim, second.count);
  const square = new Float64Array(size * size);
  for (let i = 0; i < first.count; i++) for (let j = 0; j < second.count; j++) square[i * size + j] = cosines[i * second.count + j] ?? 0;
  const { values } = await linalg.leftSingular(square, size);
  const angles = Array.from(values.subarray(0, count), (cosine) => (Math.acos(Math.min(1, cosine)) * 180) / Math.PI);
  return { smallest: Math.min(...angles), mean: angles.reduce((sum, angle) => sum + angle, 0) / count };
}
