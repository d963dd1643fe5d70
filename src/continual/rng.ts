import { permutation, splitMix32 } from '../common/random';

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
  const seeds = splitMix32(hashLabel(Math.floor(seed) >>> 0, label));
  const rng = restoreRng({ label, words: [seeds(), seeds(), seeds(), 1] });
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
  const integer = (n: number) => Math.floor(uniform() * n);
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    integer,
    permutation: (n) => permutation(n, integer),
    fork: (inner) => createRng(next(), `${label}/${inner}`),
    state: () => ({ label, words: [a, b, c, counter] }),
  };
}
