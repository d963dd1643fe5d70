import { flopsOf } from './flops';
import type { DeviceBuffer, Executor } from './executor';
import { fixed, type BufferSpec, type Gemm } from './ops';

const REPETITIONS = 3;

/** Half a millisecond to ten, whatever the device; small enough to compile fast. */
export const SMALL_PRODUCT = { m: 256, n: 48, k: 256 } as const;

/** GFLOP/s of one product [m, k] · [n, k]ᵀ: the best of a few, after one that compiles. What a step is mostly made of. */
export async function productSpeed(executor: Executor, { m, n, k }: { m: number; n: number; k: number }): Promise<number> {
  const sizes = { a: m * k, b: n * k, out: m * n } as const;
  const specs = Object.entries(sizes).map(([name, size]): BufferSpec => ({ name, role: 'trainer', type: 'f32', size: fixed(size) }));
  const view = (buffer: keyof typeof sizes, stride: number) => ({ buffer, offset: 0, stride });
  const op: Gemm = { kind: 'gemm', form: 'NT', a: view('a', k), b: view('b', k), out: view('out', n), m: fixed(m), n, k: fixed(k) };
  const program = { ops: [op], buffers: new Map(specs.map((spec) => [spec.name, spec])), maxBatch: 1 };
  const buffers = new Map<string, DeviceBuffer>();
  try {
    for (const { name, size } of specs) buffers.set(name, executor.create('f32', size.fixed));
    const request = { program, batch: 1, buffers, inputs: new Map(), results: [] };
    await executor.run(request);
    let best = Infinity;
    for (let i = 0; i < REPETITIONS; i++) {
      const before = performance.now();
      await executor.run(request);
      best = Math.min(best, performance.now() - before);
    }
    // Clocks that browsers round down may say that no time passed.
    return flopsOf(op, 1) / Math.max(best, 0.1) / 1e6;
  } finally {
    for (const buffer of buffers.values()) executor.destroy(buffer);
  }
}
