/**
 * Seeded random numbers, equal on every engine (integer arithmetic only until the last division).
 * Generator: sfc32 (Doty-Humphrey, PractRand), seeded through splitmix32 from a number and a label, so that
 * independent uses (order, initialisation, augmentation) never share a sequence.
 */
export interface Rng {
  /** Uniform in [0, 1), 32 bits. */
  uniform(): number;
  /** Standard normal (Box-Muller). */
  normal(): number;
  /** Uniform integer in [0, n). */
  integer(n: number): number;
  /** A permutation of 0 .. n-1 (Fisher-Yates). */
  permutation(n: number): Int32Array;
  /** An independent generator. */
  fork(label: string): Rng;
  /** Where the sequence stands, as plain data: `restoreRng` goes on from it. */
  state(): RngState;
}

export interface RngState {
  readonly label: string;
  readonly words: readonly [number, number, number, number];
}

function hashLabel(seed: number, label: string): number {
  let h = (seed ^ 0x9e3779b9) >>> 0;
  for (let i = 0; i < label.length; i++) h = Math.imul(h ^ label.charCodeAt(i), 0x01000193) >>> 0;
  return h;
}

export function createRng(seed: number, label = ''): Rng {
  let mix = hashLabel(Math.floor(seed) >>> 0, label);
  const splitmix = () => {
    mix = (mix + 0x9e3779b9) >>> 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  const rng = restoreRng({ label, words: [splitmix(), splitmix(), splitmix(), 1] });
  for (let i = 0; i < 12; i++) rng.uniform();
  return rng;
}

/** The generator that `state` was taken of, at that place of its sequence. */
export function restoreRng({ label, words }: RngState): Rng {
  let [a, b, c, counter] = words;
  const next = () => {
    const t = (a + b + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = (((c << 21) | (c >>> 11)) + t) >>> 0;
    return t;
  };
  const uniform = () => next() / 4294967296;
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    integer: (n) => Math.floor(uniform() * n),
    permutation: (n) => {
      const order = Int32Array.from({ length: n }, (_, i) => i);
      for (let i = n - 1; i > 0; i--) {
        const j = Math.floor(uniform() * (i + 1));
        const kept = order[i] ?? 0;
        order[i] = order[j] ?? 0;
        order[j] = kept;
      }
      return order;
    },
    fork: (inner) => createRng(next(), `${label}/${inner}`),
    state: () => ({ label, words: [a, b, c, counter] }),
  };
}
