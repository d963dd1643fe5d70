import { checkProduct } from './checks';
import type { DeviceBuffer, Executor } from './executor';
import { fixed, type BufferSpec, type Gemm, type Program } from './ops';

/** Sizes of out[m, n] = A · B with a depth of k. */
export interface ProductShape {
  readonly form: Gemm['form'];
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** One product of the buffers `a` and `b`, to `out`. */
export function productProgram({ form, m, n, k }: ProductShape): Program {
  const spec = (name: string, size: number): readonly [string, BufferSpec] => [
    name,
    { name, role: 'trainer', type: 'f32', size: fixed(size) },
  ];
  const view = (buffer: string, stride: number) => ({ buffer, offset: 0, stride });
  const [a, b, out] = [view('a', form === 'TN' ? m : k), view('b', form === 'NT' ? k : n), view('out', n)];
  const op: Gemm = { kind: 'gemm', form, a, b, out, m: fixed(m), n, k: fixed(k) };
  return { ops: [op], buffers: new Map([spec('a', m * k), spec('b', k * n), spec('out', m * n)]), maxBatch: 1 };
}

/** The buffers of a program that outlive a run, for as long as `work` takes; all zeros at first. */
export async function withBuffers<T>(
  executor: Executor,
  program: Program,
  work: (buffers: ReadonlyMap<string, DeviceBuffer>, of: (name: string) => DeviceBuffer) => Promise<T>,
): Promise<T> {
  const buffers = new Map<string, DeviceBuffer>();
  const of = (name: string): DeviceBuffer => {
    const buffer = buffers.get(name);
    if (!buffer) throw new Error(`The program has no buffer "${name}" that outlives a run`);
    return buffer;
  };
  try {
    for (const { name, role, size } of program.buffers.values()) {
      if (role !== 'input' && role !== 'result' && role !== 'workspace') buffers.set(name, executor.create('f32', size.fixed));
    }
    return await work(buffers, of);
  } finally {
    for (const buffer of buffers.values()) executor.destroy(buffer);
  }
}

/** Shapes whose programs are kept. */
const SHAPES = 8;

/** Products of matrices that come from the host and go back to it. */
export class Products {
  private readonly programs = new Map<string, Program>();

  constructor(private readonly executor: Executor) {}

  /** [n, m] of a [n, k] and b [k, m]. Throws where the lengths are others. */
  async multiply(a: Float32Array, b: Float32Array, n: number, k: number, m: number): Promise<Float32Array> {
    checkProduct(a, b, n, k, m);
    const { executor } = this;
    const program = this.program({ form: 'NN', m: n, n: m, k });
    return withBuffers(executor, program, (buffers, of) => {
      executor.write(of('a'), a);
      executor.write(of('b'), b);
      const run = executor.run({ program, batch: 1, buffers, inputs: new Map(), results: [] });
      return Promise.all([executor.read(of('out')), run]).then(([out]) => out);
    });
  }

  private program(shape: ProductShape): Program {
    const key = JSON.stringify(shape);
    const program = this.programs.get(key) ?? productProgram(shape);
    this.programs.delete(key);
    this.programs.set(key, program);
    const [oldest] = this.programs.keys();
    if (this.programs.size > SHAPES && oldest !== undefined) this.programs.delete(oldest);
    return program;
  }
}
