import { allocate, type Allocation } from '../plan/allocate';
import { extentOf, type BufferSpec, type Program } from '../plan/ops';
import { Encoder, packedRooms, scratchBytes } from './encode';
import type { Engine } from './engine';

const BYTES = { f32: 4, i32: 4, u8: 1 } as const;
const up = (value: number): number => Math.ceil(value / 64) * 64;

interface Encoded {
  readonly words: Uint32Array;
  readonly count: number;
  /** First word and number of encoded operations of each operation of the plan. */
  readonly marks: readonly { readonly word: number; readonly count: number }[];
  /** What the words were written for. */
  readonly base: number;
  readonly buffers: ReadonlyMap<string, number>;
}

/**
 * A program laid out in one block of workspace, for its largest batch: slots, inputs, results, packed operands, scratch,
 * and the encoded operations. The block is taken from the heap for the length of a run, so that all programs of all
 * models share the same room.
 */
export class PreparedProgram {
  private readonly offsets = new Map<string, number>();
  private readonly packed: readonly { readonly at: number; readonly bytes: number }[];
  private readonly scratch: number;
  private readonly scratchBytes: number;
  private readonly bytes: number;
  private readonly encoded = new Map<number, Encoded>();

  constructor(
    private readonly program: Program,
    private readonly engine: Engine,
  ) {
    const { ops, buffers, maxBatch } = program;
    const allocation: Allocation = allocate(program);
    let end = 0;
    const place = (bytes: number): number => {
      const at = end;
      end += up(bytes);
      return at;
    };
    const slots = allocation.slots.map((floats) => place(floats * 4));
    for (const [name, slot] of allocation.slotOf) this.offsets.set(name, slots[slot] ?? 0);
    for (const spec of buffers.values()) {
      if (spec.role === 'input' || spec.role === 'result') this.offsets.set(spec.name, place(bytesOf(spec, maxBatch)));
    }
    this.packed = packedRooms(ops, maxBatch).map((bytes) => ({ at: place(bytes), bytes }));
    this.scratchBytes = up(Math.max(0, ...ops.map(scratchBytes)));
    this.scratch = place(this.scratchBytes * engine.threads);
    this.bytes = end;
  }

  /**
   * Runs one batch. Persistent buffers by address. With `milliseconds`, one entry an operation of the plan, operations
   * run one at a time and the entries are lowered to their durations where those are less.
   */
  run(
    batch: number,
    buffers: ReadonlyMap<string, number>,
    inputs: ReadonlyMap<string, Uint8Array | Int32Array | Float32Array>,
    results: readonly string[],
    milliseconds?: Float64Array,
  ): Map<string, Float32Array> {
    const { heap } = this.engine;
    const base = heap.allocate(this.bytes);
    let code = 0;
    try {
      const { words, count, marks } = this.encode(batch, base, buffers);
      code = heap.allocate(words.byteLength);
      new Uint32Array(heap.memory.buffer, code, words.length).set(words);
      for (const [name, data] of inputs) {
        const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
        heap.bytes(base + this.offsetOf(name), data.byteLength).set(bytes);
      }
      const scratch = base + this.scratch;
      if (!milliseconds) this.engine.run(code, count, scratch, this.scratchBytes);
      marks.forEach((mark, i) => {
        if (!milliseconds) return;
        const before = performance.now();
        this.engine.run(code + 4 * mark.word, mark.count, scratch, this.scratchBytes);
        milliseconds[i] = Math.min(milliseconds[i] ?? Infinity, performance.now() - before);
      });
      return new Map(
        results.map((name) => {
          const spec = this.program.buffers.get(name);
          const size = spec ? extentOf(spec.size, batch) : 0;
          return [name, new Float32Array(heap.f32(base + this.offsetOf(name), size))] as const;
        }),
      );
    } finally {
      if (code) heap.free(code);
      heap.free(base);
    }
  }

  private encode(batch: number, base: number, buffers: ReadonlyMap<string, number>): Encoded {
    const known = this.encoded.get(batch);
    if (known && known.base === base && sameAddresses(known.buffers, buffers)) return known;
    const encoder = new Encoder(batch, {
      of: (name) => buffers.get(name) ?? base + this.offsetOf(name),
      packed: this.packed.map(({ at, bytes }) => ({ at: base + at, bytes })),
    });
    const marks = this.program.ops.map((op) => {
      const [word, first] = [encoder.length, encoder.count];
      encoder.add(op);
      return { word, count: encoder.count - first };
    });
    const encoded = { words: encoder.finish(), count: encoder.count, marks, base, buffers };
    // A stream has one batch size and perhaps a shorter last batch.
    if (this.encoded.size >= 4) this.encoded.clear();
    this.encoded.set(batch, encoded);
    return encoded;
  }

  private offsetOf(name: string): number {
    const offset = this.offsets.get(name);
    if (offset === undefined) throw new Error(`The program was run without its buffer "${name}"`);
    return offset;
  }
}

function bytesOf({ size, type }: BufferSpec, batch: number): number {
  return extentOf(size, batch) * BYTES[type];
}

function sameAddresses(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  if (a.size !== b.size) return false;
  for (const [name, address] of a) if (b.get(name) !== address) return false;
  return true;
}
