import { compileKernels, hasRelaxedSimd, hasSimd } from '../wasm/kernels';
import type { Dense64 } from '../../common/linalg/dense64';
import { expectSize } from '../../common/linalg/float64';
import { assertFinite, byDescendingValue, type Eigen } from '../../common/linalg/symmetric-eigen';
import { tridiagonalQl } from './tridiagonal-ql';

interface Kernels {
  multiply64(a: number, b: number, c: number, m: number, k: number, n: number, packed: number): void;
  tridiagonal64(a: number, n: number, d: number, e: number, h: number, p: number): void;
  reflect64(a: number, h: number, z: number, n: number, count: number): void;
  rotate64(z: number, n: number, strips: number, sweeps: number, count: number, factors: number): void;
}

const PAGE = 65536;
/** 2 GiB: far more than matrices of any ViT take. */
const MOST_PAGES = 32768;
/** The kernels' own data lie below. */
const BASE = PAGE;
/** Rotations gathered before they are applied: they and a strip of vectors stay in the second-level cache. */
const BATCH = 8192;

/** Products and eigenvectors by the SIMD kernels, on the calling thread, in a memory of their own. */
export class WasmDense64 implements Dense64 {
  private constructor(
    private readonly memory: WebAssembly.Memory,
    private readonly kernels: Kernels,
  ) {}

  /** Throws where there is no SIMD or the kernels cannot be loaded. */
  static async open(): Promise<WasmDense64> {
    if (!hasSimd()) throw new Error('There is no WebAssembly SIMD');
    const module = await compileKernels({ relaxed: hasRelaxedSimd(), shared: false });
    const memory = new WebAssembly.Memory({ initial: 16, maximum: MOST_PAGES });
    const instance = await WebAssembly.instantiate(module, { env: { memory } });
    return new WasmDense64(memory, instance.exports as unknown as Kernels);
  }

  multiply(a: Float64Array, b: Float64Array, m: number, k: number, n: number): Float64Array {
    expectSize(a, m, k, 'A');
    expectSize(b, k, n, 'B');
    if (k === 0) return new Float64Array(m * n);
    const [inA, inB, out, packed] = this.places(m * k, k * n, m * n, 4 * Math.ceil(n / 4) * k);
    this.doubles(inA, m * k).set(a);
    this.doubles(inB, k * n).set(b);
    this.kernels.multiply64(inA, inB, out, m, k, n, packed);
    return this.doubles(out, m * n).slice();
  }

  /** Tridiagonal first (Householder), then QL on numbers, its rotations applied in batches to vectors kept in strips. */
  eigen(matrix: Float64Array, n: number): Eigen {
    expectSize(matrix, n, n, 'The matrix');
    assertFinite(matrix);
    if (n === 0) return { vectors: new Float64Array(0), values: new Float64Array(0) };
    const strips = Math.ceil(n / 8);
    const most = BATCH + n;
    const [a, h, d, e, p, z, sweeps, factors] = this.places(n * n, n, n, n, n, strips * 8 * n, most, 2 * most);
    this.doubles(a, n * n).set(matrix);
    this.kernels.tridiagonal64(a, n, d, e, h, p);
    const values = this.doubles(d, n).slice();
    // The vectors of the tridiagonal matrix, strip by strip, from the identity on.
    const z64 = this.doubles(z, strips * 8 * n);
    z64.fill(0);
    for (let i = 0; i < n; i++) z64[(i >> 3) * 8 * n + i * 8 + (i & 7)] = 1;
    let [pending, sweepCount] = [0, 0];
    const ends = new Int32Array(this.memory.buffer, sweeps, 2 * most);
    const gathered = this.doubles(factors, 2 * most);
    const flush = (): void => {
      this.kernels.rotate64(z, n, strips, sweeps, sweepCount, factors);
      pending = sweepCount = 0;
    };
    tridiagonalQl(values, this.doubles(e, n).slice(), (from, to, rotations, steps) => {
      ends[2 * sweepCount] = from;
      ends[2 * sweepCount + 1] = to;
      gathered.set(rotations.subarray(0, 2 * steps), 2 * pending);
      sweepCount++;
      pending += steps;
      if (pending >= BATCH) flush();
    });
    flush();
    const order = byDescendingValue(values);
    const rows = new Float64Array(n * n);
    order.forEach((vector, j) => {
      for (let i = 0; i < n; i++) rows[j * n + i] = z64[(i >> 3) * 8 * n + vector * 8 + (i & 7)] ?? NaN;
    });
    z64.set(rows);
    this.kernels.reflect64(a, h, z, n, n);
    const vectors = new Float64Array(n * n);
    for (let j = 0; j < n; j++) for (let i = 0; i < n; i++) vectors[i * n + j] = z64[j * n + i] ?? NaN;
    return { vectors, values: Float64Array.from(order, (i) => values[i] ?? NaN) };
  }

  /** Addresses of arrays of so many doubles, side by side; what an earlier call held there is gone. */
  private places<const T extends readonly number[]>(...sizes: T): { [K in keyof T]: number } {
    let next = BASE;
    const addresses = sizes.map((size) => {
      const address = next;
      next += Math.ceil((size * 8) / 64) * 64;
      return address;
    });
    const missing = Math.ceil((next - this.memory.buffer.byteLength) / PAGE);
    if (missing > 0) this.memory.grow(missing);
    return addresses as { [K in keyof T]: number };
  }

  private doubles(address: number, count: number): Float64Array {
    return new Float64Array(this.memory.buffer, address, count);
  }
}
