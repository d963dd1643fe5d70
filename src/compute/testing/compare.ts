import { expect } from 'vitest';

/** ‖a − b‖ / max(‖b‖, floor): norm-wise relative error of `actual` against `expected`. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>, floor = 1e-12): number {
  if (actual.length !== expected.length) throw new Error(`Lengths differ: ${actual.length} against ${expected.length}`);
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    const e = expected[i] ?? NaN;
    difference += ((actual[i] ?? NaN) - e) ** 2;
    norm += e * e;
  }
  return Math.sqrt(difference) / Math.max(Math.sqrt(norm), floor);
}

/** Expects the norm-wise relative error to stay within `tolerance`; NaN fails. `floor` bounds the norm from below. */
export function expectClose(
  actual: ArrayLike<number> | undefined,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
  floor?: number,
): void {
  expect(actual, `${what} is missing`).toBeDefined();
  if (!actual) return;
  expect(actual.length, `${what}: length`).toBe(expected.length);
  expect(relativeError(actual, expected, floor), `${what}: relative error`).toBeLessThanOrEqual(tolerance);
}
