import { SaidError, said } from '../../common/said';
import { Heap } from './heap';
import { compileKernels, hasRelaxedSimd, hasSimd, variantName } from './kernels';
import { startPool, type Pool } from './pool';

export interface KernelExports {
  run(control: number, program: number, count: number, scratch: number, scratchBytes: number, threads: number, mayWait: number): void;
  serve(control: number, thread: number): void;
}

export interface EngineOptions {
  /** Threads, the caller included. Default: all cores where the page is isolated, else 1. */
  readonly threads?: number;
  /** Leave out relaxed SIMD although the engine has it. */
  readonly plainSimd?: boolean;
}

const CONTROL_BYTES = 64;
/** The most that 32-bit addresses reach. */
const MAX_PAGES = 65536;
const PAGE = 65536;
/** More threads than this gain little on models of this size and only heat the machine. */
const MAX_THREADS = 8;

/** One WebAssembly memory with its kernels and threads. */
export class Engine {
  private constructor(
    readonly heap: Heap,
    /** Bytes that the heap may grow to. */
    readonly most: number,
    readonly threads: number,
    readonly variant: string,
    private readonly kernels: KernelExports,
    private readonly control: number,
    private readonly pool: Pool | null,
  ) {}

  /** Compiles the best variant that this engine validates. Throws where there is no SIMD. */
  static async open(options: EngineOptions = {}): Promise<Engine> {
    if (!hasSimd()) throw new SaidError(said`This browser has no WebAssembly SIMD`);
    const threads = options.threads ?? defaultThreads();
    const variant = { relaxed: !options.plainSimd && hasRelaxedSimd(), shared: threads > 1 };
    const module = await compileKernels(variant);
    const memory = createMemory(variant.shared);
    if (!memory) return Engine.open({ ...options, threads: 1 });
    const instance = await WebAssembly.instantiate(module, { env: { memory: memory.of } });
    const heap = new Heap(memory.of);
    const control = heap.allocate(CONTROL_BYTES);
    heap.bytes(control, CONTROL_BYTES).fill(0);
    const pool = threads > 1 ? await startPool(threads - 1, { module, memory: memory.of, control }) : null;
    return new Engine(heap, memory.most, threads, variantName(variant), instance.exports as unknown as KernelExports, control, pool);
  }

  /** Executes `count` encoded operations; returns when all are done. `scratchBytes` of `scratch` for every thread. */
  run(program: number, count: number, scratch: number, scratchBytes: number): void {
    this.kernels.run(this.control, program, count, scratch, scratchBytes, this.threads, MAY_WAIT);
  }

  dispose(): void {
    this.pool?.terminate();
  }
}

/** Atomics.wait is forbidden on a page's main thread; there the caller spins for its helpers. */
const MAY_WAIT = typeof window === 'undefined' ? 1 : 0;

function defaultThreads(): number {
  if (typeof crossOriginIsolated === 'undefined' || !crossOriginIsolated) return 1;
  return Math.max(1, Math.min(MAX_THREADS, navigator.hardwareConcurrency));
}

type Reserve = (of: WebAssembly.MemoryDescriptor) => WebAssembly.Memory;

/**
 * Shared memory is reserved whole, which phones refuse beyond a gigabyte or half of one: less is better than nothing, down to 256 MiB.
 * Null where even that is refused: private memory grows as it is needed, at the price of all threads but one. `most`: bytes.
 */
export function createMemory(
  shared: boolean,
  reserve: Reserve = (of) => new WebAssembly.Memory(of),
): { readonly of: WebAssembly.Memory; readonly most: number } | null {
  for (const part of shared ? [1, 2, 4, 8, 16] : [1, 2, 4]) {
    const maximum = MAX_PAGES / part;
    try {
      return { of: reserve({ initial: 64, maximum, shared }), most: maximum * PAGE };
    } catch (error) {
      if (!shared && part === 4) throw error;
    }
  }
  return null;
}
