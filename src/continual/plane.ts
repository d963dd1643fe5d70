/** Rows seen in two dimensions: an orthonormal plane, what of the rows lies in it, and quadratic forms on it. Float64, row-major. */
import { multiply, squaredNorm } from './dense';

/** Two orthonormal directions [d]; a direction of which there is nothing is all zero. */
export interface Plane {
  readonly across: Float64Array;
  readonly up: Float64Array;
}

/** A symmetric 2 × 2 form [xx, xy, yy]: of a direction (c, s) of the plane it says xx c² + 2 xy c s + yy s². */
export type Form = readonly [number, number, number];

export const formAt = ([xx, xy, yy]: Form, angle: number): number => {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return xx * c * c + 2 * xy * c * s + yy * s * s;
};

const ROUNDS = 300;

/**
 * The unit direction [d] along which rows [n, d] have most energy, by power iteration; zero where the rows are. Its largest component is
 * positive.
 */
export function leadingDirection(rows: Float64Array, d: number): Float64Array {
  const n = rows.length / d;
  const lengths = Array.from({ length: n }, (_, i) => squaredNorm(rows.subarray(i * d, (i + 1) * d)));
  const longest = lengths.reduce((best, length, i) => (length > (lengths[best] ?? 0) ? i : best), 0);
  let direction = unit(rows.slice(longest * d, (longest + 1) * d));
  for (let round = 0; round < ROUNDS; round++) {
    const along = multiply(rows, direction, n, d, 1);
    const next = unit(multiply(along, rows, 1, n, d));
    const moved = next.reduce((sum, value, i) => sum + (value - (direction[i] ?? 0)) ** 2, 0);
    direction = next;
    if (moved < 1e-18) break;
  }
  const largest = direction.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? direction.map((value) => -value) : direction;
}

function unit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(squaredNorm(vector));
  return length > 0 ? vector.map((value) => value / length) : vector;
}

/** Rows [n, d] without what lies along a unit direction. */
function beside(rows: Float64Array, direction: Float64Array): Float64Array {
  const d = direction.length;
  const along = multiply(rows, direction, rows.length / d, d, 1);
  return rows.map((value, at) => value - (along[Math.floor(at / d)] ?? 0) * (direction[at % d] ?? 0));
}

/** Across: where `first` has most energy; up: where `second` has most of what is not along it. Rows [n, d]. */
export function planeOf(first: Float64Array, second: Float64Array, d: number): Plane {
  const across = leadingDirection(first, d);
  // What rounding leaves is no direction.
  const rest = beside(second, across);
  const up = squaredNorm(rest) > 1e-12 * squaredNorm(second) ? leadingDirection(rest, d) : new Float64Array(d);
  return { across, up: unit(beside(up, across)) };
}

/** Rows [n, d] as places in the plane, [n, 2]. */
export function placed({ across, up }: Plane, rows: ArrayLike<number>): Float64Array {
  const d = across.length;
  const both = new Float64Array(2 * d);
  for (let i = 0; i < d; i++) both.set([across[i] ?? 0, up[i] ?? 0], 2 * i);
  return multiply(rows, both, rows.length / d, d, 2);
}

/** Σ p pᵀ over places [n, 2]. */
export function gramOf(places: ArrayLike<number>): Form {
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < places.length; i += 2) {
    const [x, y] = [places[i] ?? 0, places[i + 1] ?? 0];
    xx += x * x;
    xy += x * y;
    yy += y * y;
  }
  return [xx, xy, yy];
}

export const scaled = ([xx, xy, yy]: Form, by: number): Form => [xx * by, xy * by, yy * by];
