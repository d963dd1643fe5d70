/**
 * Leading eigenpairs of a symmetric operator by block Lanczos with full reorthogonalisation, Rayleigh
 * and Ritz on the whole Krylov space, and residuals that are checked (Golub & Underwood 1977; Saad, Numerical Methods for
 * Large Eigenvalue Problems, chapter 6).
 */
import type { Dense64 } from './dense64';
import { bySize } from './symmetric-eigen';

/** Asked with ever longer lists of the largest eigenvalues, descending: are these all that is wanted? */
export type Enough = (values: Float64Array) => boolean;

/** Vectors that go through the matrix together. A value that occurs more often is found by the fresh vectors below. */
const BLOCK = 8;
/** Residual, relative to the largest eigenvalue, at which a pair counts as found. */
const FOUND = 1e-13;
/** Beyond this share of the dimension the full decomposition is cheaper. */
const MOST = 0.4;
/** Vectors by which the space grows before an answer is believed: fresh ones and what the operator makes of them. */
const CHECKED = 2 * BLOCK;
/** Share of its length below which what orthogonalisation leaves of a vector is rounding; what is dropped limits the residuals. */
const DEPENDENT = 1e-14;

export interface Leading {
  /** [values.length, n]: row j belongs to `values[j]`. */
  readonly rows: Float64Array;
  /** By descending size, without their signs. */
  readonly values: Float64Array;
}

/**
 * The leading eigenpairs until `enough`, or null where the space it would take is no longer small. `apply`: rows [m, n] times
 * the operator. The start is random but the same every time.
 */
export function leadingEigen(
  apply: (rows: Float64Array, count: number) => Float64Array,
  n: number,
  enough: Enough,
  dense: Dense64,
): Leading | null {
  const most = Math.floor(MOST * n);
  if (most < 3 * BLOCK) return null;
  const random = gaussian(0x9e3779b9);
  const basis = new Float64Array((most + BLOCK) * n);
  const images = new Float64Array((most + BLOCK) * n);
  let size = 0;
  let next = Float64Array.from({ length: BLOCK * n }, random);
  let lastTried = 0;
  /** What was complete before vectors that know nothing of it joined, and the size of the space then. */
  let proposed: { readonly values: Float64Array; readonly size: number } | null = null;
  for (;;) {
    const fresh = orthonormalRows(next, basis, size, n, dense);
    const count = fresh.length / n;
    if (size + count > most) return null;
    basis.set(fresh, size * n);
    images.set(apply(fresh, count), size * n);
    size += count;
    next = images.slice((size - count) * n, size * n);
    if (count < BLOCK) {
      // The space is closed under the operator: random vectors lead out of it.
      next = concatenate(next, Float64Array.from({ length: (BLOCK - count) * n }, random));
    }
    if (size < 3 * BLOCK || (proposed ? size < proposed.size + CHECKED : size < 1.3 * lastTried)) continue;
    lastTried = size;
    const found = shortest(ritz(basis, images, size, n, dense), n, enough);
    if (found && proposed && agree(found.values, proposed.values)) return found;
    proposed = found && { values: found.values, size };
    // Found, unless a value occurs more often than a block is wide: vectors that know nothing of it show the rest.
    if (found) next = Float64Array.from({ length: BLOCK * n }, random);
  }
}

/** The fewest pairs that are enough; null where all of them are not. */
function shortest({ rows, values }: Leading, n: number, enough: Enough): Leading | null {
  for (let count = 1; count <= values.length; count++) {
    const some = values.slice(0, count);
    if (enough(some)) return { rows: rows.slice(0, count * n), values: some };
  }
  return null;
}

const agree = (a: Float64Array, b: Float64Array): boolean =>
  a.length === b.length && a.every((value, i) => Math.abs(value - (b[i] ?? NaN)) <= 1e-9 * (a[0] ?? 0));

/** The leading Ritz pairs with a small residual: the longest row of them without a gap. */
function ritz(basis: Float64Array, images: Float64Array, size: number, n: number, dense: Dense64): Leading {
  const rows = basis.subarray(0, size * n);
  const seen = images.subarray(0, size * n);
  const { vectors, values } = bySize(dense.eigen(dense.multiply(rows, flip(seen, size, n), size, n, size), size));
  const weights = flip(vectors, size, size);
  const tolerance = FOUND * (values[0] ?? 0);
  // Half of the space is the most that can have converged while the space still grows.
  const candidates = size >> 1;
  const pairs = dense.multiply(weights.subarray(0, candidates * size), rows, candidates, size, n);
  const moved = dense.multiply(weights.subarray(0, candidates * size), seen, candidates, size, n);
  let found = 0;
  for (; found < candidates; found++) {
    // With its sign, which the sizes have lost.
    let value = 0;
    for (let i = found * n; i < (found + 1) * n; i++) value += (pairs[i] ?? NaN) * (moved[i] ?? NaN);
    let square = 0;
    for (let i = found * n; i < (found + 1) * n; i++) square += ((moved[i] ?? NaN) - value * (pairs[i] ?? NaN)) ** 2;
    if (!(Math.sqrt(square) <= tolerance * Math.sqrt(n))) break;
  }
  return { rows: pairs.slice(0, found * n), values: values.slice(0, found) };
}

/**
 * What the rows add to the span of the orthonormal `basis` [size, n], orthonormal itself; rows that add nothing are left out.
 * Everything twice: what little is left of a row the first time is not yet orthogonal for its new length, and where the second
 * time takes most of it away it was rounding.
 */
function orthonormalRows(given: Float64Array, basis: Float64Array, size: number, n: number, dense: Dense64): Float64Array<ArrayBuffer> {
  const known = basis.subarray(0, size * n);
  const once = separated(Float64Array.from(given), known, n, DEPENDENT, dense);
  return separated(once, known, n, 0.5, dense);
}

/** One round of it; a row is dropped where less than the share `least` of its length is left. */
function separated(rows: Float64Array, known: Float64Array, n: number, least: number, dense: Dense64): Float64Array<ArrayBuffer> {
  const count = rows.length / n;
  const size = known.length / n;
  const lengths = Array.from({ length: count }, (_, i) => norm(rows.subarray(i * n, (i + 1) * n)));
  if (size > 0 && count > 0) {
    const inside = dense.multiply(dense.multiply(rows, flip(known, size, n), count, n, size), known, count, size, n);
    for (let i = 0; i < rows.length; i++) rows[i] = (rows[i] ?? NaN) - (inside[i] ?? NaN);
  }
  const kept: Float64Array[] = [];
  for (let i = 0; i < count; i++) {
    const row = rows.slice(i * n, (i + 1) * n);
    for (const other of kept) {
      let along = 0;
      for (let x = 0; x < n; x++) along += (row[x] ?? NaN) * (other[x] ?? NaN);
      for (let x = 0; x < n; x++) row[x] = (row[x] ?? NaN) - along * (other[x] ?? NaN);
    }
    const length = norm(row);
    if (length > least * (lengths[i] ?? 0)) kept.push(row.map((value) => value / length));
  }
  const out = new Float64Array(kept.length * n);
  kept.forEach((row, i) => out.set(row, i * n));
  return out;
}

/** [rows, columns] → [columns, rows]. */
function flip(a: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = a[i * columns + j] ?? NaN;
  return out;
}

function concatenate(a: Float64Array, b: Float64Array): Float64Array<ArrayBuffer> {
  const out = new Float64Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

function norm(row: Float64Array): number {
  let square = 0;
  for (const value of row) square += value * value;
  return Math.sqrt(square);
}

/** Sums of twelve uniform numbers: near enough to normal for a start that leans nowhere. */
function gaussian(seed: number): () => number {
  let state = seed;
  return () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      sum += state / 2 ** 32;
    }
    return sum;
  };
}
