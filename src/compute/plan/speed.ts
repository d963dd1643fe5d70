import type { Executor } from './executor';
import { productProgram, withBuffers } from './product';

const REPETITIONS = 3;

/** Half a millisecond to ten, whatever the device; small enough to compile fast. */
export const SMALL_PRODUCT = { m: 256, n: 48, k: 256 } as const;

/** GFLOP/s of one product [m, k] · [n, k]ᵀ: the best of a few, after one that compiles. What a step is mostly made of. */
export async function productSpeed(executor: Executor, shape: { m: number; n: number; k: number }): Promise<number> {
  const program = productProgram({ form: 'NT', ...shape });
  return withBuffers(executor, program, async (buffers) => {
    const request = { program, batch: 1, buffers, inputs: new Map(), results: [] };
    await executor.run(request);
    let best = Infinity;
    for (let i = 0; i < REPETITIONS; i++) {
      const before = performance.now();
      await executor.run(request);
      best = Math.min(best, performance.now() - before);
    }
    // Clocks that browsers round down may say that no time passed.
    return (2 * shape.m * shape.n * shape.k) / Math.max(best, 0.1) / 1e6;
  });
}
