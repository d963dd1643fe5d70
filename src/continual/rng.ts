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
}

function hashLabel(seed: number, label: string): number {
  let h = (seed ^ 0x9e3779b9) >>> 0;
  for (let i = 0; i < label.length; i++) h = Math.imul(h ^ label.charCodeAt(i), 0x01000193) >>> 0;
  return h;
}

export function createRng(seed: number, label = ''): Rng {
  const seeds = splitMix32(hashLabel(Math.floor(seed) >>> 0, label));
  let a = seeds();
  let b = seeds();
  let c = seeds();
  let counter = 1;
  const next = () => {
    const t = (a + b + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = (((c << 21) | (c >>> 11)) + t) >>> 0;
    return t;
  };
  for (let i = 0; i < 12; i++) next();
  const uniform = () => next() / 4294967296;
  const integer = (n: number) => Math.floor(uniform() * n);
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    integer,
    permutation: (n) => permutation(n, integer),
    fork: (inner) => createRng(next(), `${label}/${inner}`),
  };
}
