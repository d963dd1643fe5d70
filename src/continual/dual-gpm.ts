/**
 * DualGPM (Liang & Li, "Adaptive plasticity improvement for continual learning", CVPR 2023; InfLoRA, algorithm 1): an
 * orthonormal basis M of the directions that old tasks' inputs use, or of their complement once that is smaller.
 */
import { SaidError, said } from '../common/said';
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import { besideEachOther, firstColumns, multiply, squaredNorm, subtract, trace, transpose } from './dense';
import type { InfloraChoices } from './presets';

export interface DualGpm {
  /** `remove`: M spans the protected directions. `retain`: M spans the free ones. */
  readonly type: 'remove' | 'retain';
  readonly dim: number;
  readonly columns: number;
  /** M [dim, columns], row-major, orthonormal columns. */
  readonly basis: Float64Array;
}

export interface MemoryChoices extends Pick<InfloraChoices, 'energy' | 'firstTaskRank' | 'memory'> {
  /** Directions that the first task takes at least; 1 unless told. */
  readonly least?: 0 | 1;
}

/** Second moments that no subspace can be read from. */
export class SubspaceError extends SaidError {
  override readonly name = 'SubspaceError';
}

/** Directions that later tasks may still use. */
export function freeDimension(memory: DualGpm | null): number {
  if (!memory) return Infinity;
  return memory.type === 'remove' ? memory.dim - memory.columns : memory.columns;
}

/** M Mᵀ, [dim, dim]. */
export function projector(memory: DualGpm): Float64Array {
  const { basis, dim, columns } = memory;
  return multiply(basis, transpose(basis, dim, columns), dim, columns, dim);
}

/** M Mᵀ X for X [dim, count]. */
async function inside({ basis, dim, columns }: DualGpm, x: Float64Array, count: number, linalg: LinearAlgebra): Promise<Float64Array> {
  if (columns === 0) return new Float64Array(x.length);
  const along = await linalg.multiply(transpose(basis, dim, columns), x, columns, dim, count);
  return linalg.multiply(basis, along, dim, columns, count);
}

/** P·C, P the orthogonal projection onto the free directions: C − M MᵀC (`remove`) or M MᵀC (`retain`). [dim, dim] */
export async function projectOneSided(memory: DualGpm, matrix: Float64Array, linalg: LinearAlgebra): Promise<Float64Array> {
  const within = await inside(memory, matrix, memory.dim, linalg);
  return memory.type === 'retain' ? within : subtract(matrix, within);
}

/** P·C·P for a symmetric C, symmetric to the last bit. */
export async function projectTwoSided(memory: DualGpm, matrix: Float64Array, linalg: LinearAlgebra): Promise<Float64Array> {
  const { dim } = memory;
  // (P C)ᵀ = C P, whose projection is P C P.
  const both = await projectOneSided(memory, transpose(await projectOneSided(memory, matrix, linalg), dim, dim), linalg);
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < i; j++) {
      const mean = ((both[i * dim + j] ?? 0) + (both[j * dim + i] ?? 0)) / 2;
      both[i * dim + j] = mean;
      both[j * dim + i] = mean;
    }
  }
  return both;
}

/** Throws SubspaceError unless C is finite and not all zero. */
export function checkCovariance(covariance: ArrayLike<number>, dim: number): void {
  if (covariance.length !== dim * dim)
    throw new SubspaceError(said`Expected ${dim} x ${dim} second moments, got ${covariance.length} numbers.`);
  const size = squaredNorm(covariance);
  if (!Number.isFinite(size)) {
    throw new SubspaceError(
      said`The second moments of the inputs are not finite: training diverged. Lower the learning rate and run again.`,
    );
  }
  if (size === 0)
    throw new SubspaceError(said`The second moments of the inputs are all zero: this backbone passes no signal to its attention.`);
}

/**
 * Singular values of C and of its projections below this are rounding: C is accumulated in float32, whose resolution is
 * 2⁻²³ of its size, and singular values found through P Pᵀ are no finer than that either. The vectors that belong to them are
 * arbitrary and may lie inside the protected space.
 */
export function roundingOf(covariance: ArrayLike<number>): number {
  return 2 ** -20 * Math.sqrt(squaredNorm(covariance));
}

/**
 * Columns [dim, count] without what rounding left of them outside the memory's free space, each of length one again.
 */
export async function withinFree(memory: DualGpm, columns: Float64Array, count: number, linalg: LinearAlgebra): Promise<Float64Array> {
  const { dim, type } = memory;
  const within = await inside(memory, columns, count, linalg);
  const free = type === 'retain' ? within : subtract(columns, within);
  for (let j = 0; j < count; j++) {
    let square = 0;
    for (let i = 0; i < dim; i++) square += (free[i * count + j] ?? 0) ** 2;
    for (let i = 0; i < dim; i++) free[i * count + j] = (free[i * count + j] ?? 0) / Math.sqrt(square);
  }
  return free;
}

/** What new inputs have in the free directions: its matrix, the share of all their energy, and the leading directions of it. */
interface Spectrum {
  /** Share of the inputs' energy that lies in the free directions. */
  readonly free: number;
  /** Leading directions, [dim, shares.length], and the share of all energy that each holds. */
  readonly vectors: Float64Array;
  readonly shares: Float64Array;
  /** Vectors beyond these are arbitrary. */
  readonly determined: number;
}

/** As many leading directions as it takes until `enough` of the energy, in the chosen measure, lies in them. */
async function spectrum(
  memory: DualGpm | null,
  covariance: Float64Array,
  dim: number,
  energy: MemoryChoices['energy'],
  linalg: LinearAlgebra,
  enough: (share: number, free: number) => boolean,
): Promise<Spectrum> {
  const squared = energy === 'squared-covariance';
  const project = squared ? projectOneSided : projectTwoSided;
  const matrix = memory ? await project(memory, covariance, linalg) : covariance;
  const all = (of: Float64Array) => (squared ? squaredNorm(of) : trace(of, dim));
  const total = all(covariance);
  const free = all(matrix) / total;
  const sharesOf = (values: Float64Array) => values.map((value) => (squared ? value * value : value) / total);
  const rounding = roundingOf(covariance);
  const { vectors, values } = await linalg.leading(
    matrix,
    dim,
    (found) =>
      (found.at(-1) ?? Infinity) <= rounding ||
      enough(
        sharesOf(found).reduce((sum, share) => sum + share, 0),
        free,
      ),
  );
  return { free, vectors, shares: sharesOf(values), determined: values.filter((value) => value > rounding).length };
}

/** An orthonormal basis of what M does not span, [dim, dim − columns]. */
async function complement({ basis, dim, columns }: DualGpm, linalg: LinearAlgebra): Promise<Float64Array> {
  const within = await linalg.multiply(basis, transpose(basis, dim, columns), dim, columns, dim);
  const rest = within.map((value, at) => (at % (dim + 1) === 0 ? 1 : 0) - value);
  const { vectors } = await linalg.leftSingular(rest, dim);
  return firstColumns(vectors, dim, dim, dim - columns);
}

async function flipped(memory: DualGpm, linalg: LinearAlgebra): Promise<DualGpm> {
  const columns = memory.dim - memory.columns;
  return { type: 'retain', dim: memory.dim, columns, basis: await complement(memory, linalg) };
}

/**
 * The memory after the first task: the leading directions of C [dim, dim] that hold the share ε of the energy.
 *
 * Where they are half of all directions or more, their complement is kept instead. (The published code then labels the
 * protected directions `retain`, which protects the wrong half; here the complement itself is stored.)
 */
export async function initialiseDualGPM(
  covariance: Float64Array,
  dim: number,
  threshold: number,
  choices: MemoryChoices,
  linalg: LinearAlgebra,
): Promise<DualGpm> {
  checkCovariance(covariance, dim);
  const { vectors, shares, determined } = await spectrum(null, covariance, dim, choices.energy, linalg, (share) => share >= threshold);
  let columns = 0;
  for (let sum = 0; columns < determined; columns++) {
    const next = sum + (shares[columns] ?? 0);
    if (choices.firstTaskRank === 'strictly-below' ? next >= threshold : sum >= threshold) break;
    sum = next;
  }
  columns = Math.max(choices.least ?? 1, columns);
  const memory: DualGpm = { type: 'remove', dim, columns, basis: firstColumns(vectors, dim, shares.length, columns) };
  return choices.memory === 'dualgpm' && columns >= dim / 2 ? flipped(memory, linalg) : memory;
}

/** M extended by leading directions of the residual until the protected share of the energy reaches ε. */
async function extend(
  memory: DualGpm,
  covariance: Float64Array,
  threshold: number,
  choices: MemoryChoices,
  linalg: LinearAlgebra,
): Promise<DualGpm> {
  const { dim, columns, basis } = memory;
  const reached = (share: number, free: number) => 1 - free + share >= threshold;
  const { vectors, shares, determined, free } = await spectrum(memory, covariance, dim, choices.energy, linalg, reached);
  const addable = Math.min(determined, dim - columns);
  let protectedShare = 1 - free;
  let added = 0;
  for (; protectedShare < threshold && added < addable; added++) protectedShare += shares[added] ?? 0;
  if (added === 0) return memory;
  const fresh = await withinFree(memory, firstColumns(vectors, dim, shares.length, added), added, linalg);
  const grown = besideEachOther(basis, columns, fresh, added, dim);
  const extended: DualGpm = { type: 'remove', dim, columns: columns + added, basis: grown };
  return choices.memory === 'dualgpm' && extended.columns > dim / 2 ? flipped(extended, linalg) : extended;
}

/** M (free directions) without the leading directions of the new inputs, until the free share of the energy is below 1 − ε. */
async function shrink(
  memory: DualGpm,
  covariance: Float64Array,
  threshold: number,
  choices: MemoryChoices,
  linalg: LinearAlgebra,
): Promise<DualGpm> {
  const { dim, columns, basis } = memory;
  if (columns === 0) return memory;
  const reached = (share: number, free: number) => free - share < 1 - threshold;
  const { vectors, shares, determined, free } = await spectrum(memory, covariance, dim, choices.energy, linalg, reached);
  const droppable = Math.min(determined, columns);
  let freeShare = free;
  let dropped = 0;
  for (; freeShare >= 1 - threshold && dropped < droppable; dropped++) freeShare -= shares[dropped] ?? 0;
  if (dropped === 0) return memory;
  const taken = firstColumns(vectors, dim, shares.length, dropped);
  const along = await linalg.multiply(transpose(taken, dim, dropped), basis, dropped, dim, columns);
  const rest = subtract(basis, await linalg.multiply(taken, along, dim, dropped, columns));
  // Zero columns change no left singular vector; they make the matrix square.
  const square = besideEachOther(rest, columns, new Float64Array(dim * (dim - columns)), dim - columns, dim);
  const left = await linalg.leftSingular(square, dim);
  return { type: 'retain', dim, columns: columns - dropped, basis: firstColumns(left.vectors, dim, dim, columns - dropped) };
}

/** The memory after one more task with inputs of second moments C = `covariance` [dim, dim] and threshold ε. */
export function updateDualGPM(
  memory: DualGpm | null,
  covariance: Float64Array,
  dim: number,
  threshold: number,
  choices: MemoryChoices,
  linalg: LinearAlgebra,
): Promise<DualGpm> {
  if (!memory) return initialiseDualGPM(covariance, dim, threshold, choices, linalg);
  checkCovariance(covariance, dim);
  return (memory.type === 'remove' ? extend : shrink)(memory, covariance, threshold, choices, linalg);
}
