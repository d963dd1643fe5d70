/** How loud an update is at tokens, ‖ΔW x‖ / ‖W x‖, counted; and random directions to compare with. */
import { squaredNorm } from './dense';
import { createRng } from './rng';

export interface Loudness {
  /** Tokens by log10 of their loudness, in `LOUDNESS.bins` equal steps; what is beyond the ends counts at them, 0 at the first. */
  readonly counts: readonly number[];
  readonly median: number;
}

export const LOUDNESS = { from: -5, to: 1, bins: 24 } as const;

/** Four digits say all that is seen. */
export const short = (value: number): number => Number(value.toPrecision(4));

/** For each row a random direction of its length; the same ones for every method. */
export function turnedAtRandom(rows: Float64Array, d: number, task: number): Float64Array {
  const rng = createRng(task, 'loudness');
  const out = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at += d) {
    const direction = Float64Array.from({ length: d }, () => rng.normal());
    const factor = Math.sqrt(squaredNorm(rows.subarray(at, at + d)) / squaredNorm(direction));
    out.set(
      direction.map((value) => value * factor),
      at,
    );
  }
  return out;
}

/** Of `values`, 0 and above. */
export function histogram(values: readonly number[]): Loudness {
  const { from, to, bins } = LOUDNESS;
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = value > 0 ? Math.floor(((Math.log10(value) - from) / (to - from)) * bins) : 0;
    const at = Math.min(bins - 1, Math.max(0, bin));
    counts[at] = (counts[at] ?? 0) + 1;
  }
  const sorted = values.toSorted((a, b) => a - b);
  return { counts, median: short(sorted[Math.floor(sorted.length / 2)] ?? 0) };
}
