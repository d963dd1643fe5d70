/** Orthonormal bases as columns of row-major matrices [n, k]. */
import { expectSize, identity } from '../../common/linalg/float64';

/** Relative length below which a vector counts as lying in the span of those before it. */
const DEPENDENT = 1e-10;

/**
 * Gram and Schmidt's orthonormalisation of the columns of A [n, k], each vector projected twice ("twice is enough",
 * Kahan & Parlett), so that orthogonality holds to rounding. Columns that depend on earlier ones are left out.
 */
export function orthonormalize(a: Float64Array, n: number, k: number): { basis: Float64Array; columns: number } {
  expectSize(a, n, k, 'A');
  const kept = extend([], columnsOf(a, n, k), n);
  return { basis: asMatrix(kept, n), columns: kept.length };
}

/**
 * An orthonormal basis of the complement of the columns of M [n, k], which must be orthonormal: [n, n − k].
 * Throws a RangeError where M's columns are not independent, for the complement would then be larger.
 */
export function complementBasis(m: Float64Array, n: number, k: number): Float64Array {
  expectSize(m, n, k, 'M');
  const given = extend([], columnsOf(m, n, k), n);
  if (given.length !== k) throw new RangeError(`M has ${k} columns of which only ${given.length} are independent`);
  // Unit vectors by descending distance from the span of M: the best conditioned choice comes first.
  const distance = Array.from({ length: n }, (_, i) => 1 - given.reduce((total, column) => total + (column[i] ?? NaN) ** 2, 0));
  const order = distance.map((_, i) => i).sort((i, j) => (distance[j] ?? NaN) - (distance[i] ?? NaN));
  const units = columnsOf(identity(n), n, n);
  const candidates = order.map((i) => units[i] ?? new Float64Array(n));
  const all = extend(given, candidates, n);
  return asMatrix(all.slice(k), n);
}

/** Appends to orthonormal vectors what each candidate adds to their span, until there are n. */
function extend(start: readonly Float64Array[], candidates: readonly Float64Array[], n: number): Float64Array[] {
  const basis = [...start];
  for (const candidate of candidates) {
    if (basis.length === n) break;
    const vector = candidate.slice();
    const before = length(vector);
    for (let pass = 0; pass < 2; pass++)
      for (const other of basis) {
        let along = 0;
        for (let i = 0; i < n; i++) along += (vector[i] ?? NaN) * (other[i] ?? NaN);
        for (let i = 0; i < n; i++) vector[i] = (vector[i] ?? NaN) - along * (other[i] ?? NaN);
      }
    const after = length(vector);
    if (!(after > DEPENDENT * before)) continue;
    basis.push(vector.map((value) => value / after));
  }
  return basis;
}

function columnsOf(a: Float64Array, n: number, k: number): Float64Array[] {
  return Array.from({ length: k }, (_, j) => Float64Array.from({ length: n }, (__, i) => a[i * k + j] ?? NaN));
}

function asMatrix(columns: readonly Float64Array[], n: number): Float64Array {
  const out = new Float64Array(n * columns.length);
  columns.forEach((column, j) => column.forEach((value, i) => (out[i * columns.length + j] = value)));
  return out;
}

function length(vector: Float64Array): number {
  return Math.sqrt(vector.reduce((total, value) => total + value * value, 0));
}
