import { permutation, splitMix32 } from '../common/random';

/**
 * Seeded numbers for splits and augmentation, equal on every engine. SplitMix32 over a hashed label: cheap enough to
 * start afresh for every image, so that one image's crop never depends on which others share its batch.
 */
export interface Draw {
  /** Uniform in [0, 1), 32 bits. */
  uniform(): number;
  /** Uniform integer in [0, n). */
  integer(n: number): number;
}

/** A sequence of its own for each (seed, label). */
export function drawFrom(seed: number, label: string | number): Draw {
  let state = Math.imul((seed >>> 0) ^ 0x85ebca6b, 0xc2b2ae35) >>> 0;
  for (const character of String(label)) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  const next = splitMix32(state);
  const uniform = () => next() / 4294967296;
  return { uniform, integer: (n) => Math.floor(uniform() * n) };
}

/** A shuffled copy. */
export function shuffled<T>(items: readonly T[], draw: Draw): T[] {
  return [...permutation(items.length, (n) => draw.integer(n))].flatMap((i) => items.slice(i, i + 1));
}
