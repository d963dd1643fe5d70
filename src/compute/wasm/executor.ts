import { said, worded, type Sentence } from '../../common/said';
import type { DeviceInfo, DeviceLostError } from '../backbone';
import type { DeviceBuffer, Executor, RunRequest, Storage } from '../plan/executor';
import { Engine, type EngineOptions } from './engine';
import { Lineup } from './lineup';
import { PreparedProgram } from './prepared';

const BYTES = { f32: 4, i32: 4, u8: 1 } as const;

interface HeapBuffer extends DeviceBuffer {
  readonly type: keyof typeof BYTES;
  readonly address: number;
}

/** Runs plans in WebAssembly. */
export class WasmExecutor implements Executor {
  readonly info: DeviceInfo;
  /** A processor's vectors would have to be converted in every product. */
  readonly halves = false;
  /** WebAssembly is never lost. */
  readonly lost = new Promise<DeviceLostError>(() => undefined);
  private readonly lineup = new Lineup();
  private readonly prepared = new WeakMap<object, PreparedProgram>();
  private readonly alive = new Set<HeapBuffer>();

  constructor(
    private readonly engine: Engine,
    /** Bytes that a heap reliably grows to, of the 4 GiB that it addresses. */
    readonly budget = Math.min(engine.most, 2 * 2 ** 30),
    notes: readonly Sentence[] = [],
  ) {
    const simd = engine.variant.startsWith('relaxed') ? said`SIMD with fused multiply-add` : 'SIMD';
    this.info = {
      kind: 'wasm',
      engine: 'plan',
      name: worded(engine.threads === 1 ? said`1 thread, ${simd}` : said`${engine.threads} threads, ${simd}`),
      software: true,
      threads: engine.threads,
      ...(notes.length > 0 ? { notes } : {}),
    };
  }

  static async open(options?: EngineOptions, notes?: readonly Sentence[]): Promise<WasmExecutor> {
    return new WasmExecutor(await Engine.open(options), undefined, notes);
  }

  create(type: Storage, size: number): DeviceBuffer {
    if (type === 'f16') throw new Error('Programs in WebAssembly read no halves');
    const { heap } = this.engine;
    const buffer = { type, size, address: heap.allocate(size * BYTES[type]) };
    // Fresh from the heap: no enqueued run can know the address, so it may be cleared at once.
    heap.bytes(buffer.address, size * BYTES[type]).fill(0);
    this.alive.add(buffer);
    return buffer;
  }

  write(buffer: DeviceBuffer, data: Uint8Array | Int32Array | Float32Array, offset = 0): void {
    const { address, type, size } = this.own(buffer);
    if (offset + data.length > size) throw new RangeError(`${data.length} values at ${offset} do not fit a buffer of ${size}`);
    const source = this.lineup.idle ? data : data.slice();
    this.lineup.post(() => {
      const bytes = new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
      this.engine.heap.bytes(address + offset * BYTES[type], source.byteLength).set(bytes);
    });
  }

  read(buffer: DeviceBuffer): Promise<Float32Array> {
    const { address, size } = this.own(buffer);
    return this.lineup.add(() => new Float32Array(this.engine.heap.f32(address, size)));
  }

  copy(buffer: DeviceBuffer): DeviceBuffer {
    const from = this.own(buffer);
    const to = this.own(this.create(buffer.type, buffer.size));
    const bytes = from.size * BYTES[from.type];
    this.lineup.post(() => {
      this.engine.heap.bytes(to.address, bytes).set(this.engine.heap.bytes(from.address, bytes));
    });
    return to;
  }

  destroy(buffer: DeviceBuffer): void {
    const owned = this.own(buffer);
    this.alive.delete(owned);
    this.lineup.post(() => this.engine.heap.free(owned.address));
  }

  run(request: RunRequest): Promise<ReadonlyMap<string, Float32Array>> {
    const { program, batch } = request;
    const buffers = new Map([...request.buffers].map(([name, buffer]) => [name, this.own(buffer).address]));
    return this.lineup.add(() => {
      let prepared = this.prepared.get(program);
      if (!prepared) this.prepared.set(program, (prepared = new PreparedProgram(program, this.engine)));
      return prepared.run(batch, buffers, request.inputs, request.results, request.milliseconds);
    });
  }

  memory() {
    let bytes = 0;
    for (const { size, type } of this.alive) bytes += size * BYTES[type];
    return { buffers: this.alive.size, bytes };
  }

  available(): number {
    return this.budget - this.memory().bytes;
  }

  dispose(): void {
    this.lineup.close();
    this.engine.dispose();
  }

  private own(buffer: DeviceBuffer): HeapBuffer {
    const owned = buffer as HeapBuffer;
    if (!this.alive.has(owned)) throw new Error('This buffer was destroyed or belongs to another device');
    return owned;
  }
}
