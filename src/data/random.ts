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
  const uniform = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 4294967296;
  };
  return { uniform, integer: (n) => Math.floor(uniform() * n) };
}

/** A shuffled copy (Fisher-Yates). */
export function shuffled<T>(items: readonly T[], draw: Draw): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = draw.integer(i + 1);
    const [a, b] = [out[i], out[j]];
    if (a === undefined || b === undefined) continue;
    out[i] = b;
    out[j] = a;
  }
  return out;
}
