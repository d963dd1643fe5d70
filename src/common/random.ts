/** What seeded numbers are made of: integer arithmetic, so that every engine gives the same. */

/** SplitMix32: uniform 32-bit integers from a state of 32 bits; neighbouring states give unrelated sequences. */
export function splitMix32(state: number): () => number {
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
}

/** A permutation of 0 .. n-1 (Fisher-Yates). `integer` draws from [0, n). */
export function permutation(n: number, integer: (n: number) => number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = integer(i + 1);
    const kept = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = kept;
  }
  return order;
}
