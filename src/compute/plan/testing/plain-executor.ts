import type { DeviceInfo } from '../../backbone';
import type { DeviceBuffer, Executor, RunRequest, Storage } from '../executor';
import { extentOf } from '../ops';
import { runPlain } from './plain-ops';

interface PlainBuffer extends DeviceBuffer {
  readonly values: Float64Array;
}

/**
 * Runs plans as plain loops in float64 on the calling thread: exact and deterministic, not fast. What outlasts a run is rounded
 * to float32 at its end, so that a state read and written goes on bit for bit, as it does everywhere.
 */
export class PlainExecutor implements Executor {
  readonly info: DeviceInfo = { kind: 'cpu', engine: 'plan', name: 'plain float64', software: true, threads: 1 };
  readonly lost = new Promise<never>(() => undefined);
  readonly halves = false;
  private readonly buffers = new Set<DeviceBuffer>();

  create(type: Storage, size: number): PlainBuffer {
    return this.keep({ type, size, values: new Float64Array(size) });
  }

  write(buffer: DeviceBuffer, data: Uint8Array | Int32Array | Float32Array, offset = 0): void {
    valuesOf(buffer).set(data, offset);
  }

  async read(buffer: DeviceBuffer): Promise<Float32Array> {
    return Float32Array.from(valuesOf(buffer));
  }

  copy(buffer: DeviceBuffer): PlainBuffer {
    return this.keep({ ...buffer, values: valuesOf(buffer).slice() });
  }

  destroy(buffer: DeviceBuffer): void {
    this.buffers.delete(buffer);
  }

  async run({ program, batch, buffers, inputs, results }: RunRequest): Promise<ReadonlyMap<string, Float32Array>> {
    const values = new Map<string, Float64Array>();
    for (const { name, size } of program.buffers.values()) {
      const lasting = buffers.get(name);
      // What nobody wrote is NaN: reading it spoils the result instead of passing for a zero.
      const own = lasting ? valuesOf(lasting) : new Float64Array(extentOf(size, batch)).fill(NaN);
      own.set(inputs.get(name) ?? []);
      values.set(name, own);
    }
    for (const op of program.ops) runPlain(op, values, batch);
    for (const buffer of buffers.values()) valuesOf(buffer).forEach((value, i, all) => (all[i] = Math.fround(value)));
    return new Map(results.map((name) => [name, Float32Array.from(values.get(name) ?? [])]));
  }

  memory() {
    return { buffers: this.buffers.size, bytes: [...this.buffers].reduce((bytes, { size }) => bytes + 8 * size, 0) };
  }

  available(): number {
    return Infinity;
  }

  dispose(): void {
    this.buffers.clear();
  }

  private keep(buffer: PlainBuffer): PlainBuffer {
    this.buffers.add(buffer);
    return buffer;
  }
}

function valuesOf(buffer: DeviceBuffer): Float64Array {
  return (buffer as PlainBuffer).values;
}
