import type { VitConfig } from '../../vit/config';
import type { DeviceInfo, DeviceLostError, ProductKinds } from '../backbone';
import type { BufferSpec, Program } from './ops';

/** How an executor stores values. Halves stand for f32 values that programs read and never write. */
export type Storage = BufferSpec['type'] | 'f16';

/** A buffer of an executor: opaque to everybody else. */
export interface DeviceBuffer {
  readonly type: Storage;
  /** Elements. */
  readonly size: number;
}

export interface RunRequest {
  readonly program: Program;
  /** Images in this run, 1 to `program.maxBatch`. */
  readonly batch: number;
  /** Buffers of role `weights`, `adapters` and `trainer`, by name. */
  readonly buffers: ReadonlyMap<string, DeviceBuffer>;
  /** Values of the `input` buffers; what is shorter than its buffer fills its beginning. */
  readonly inputs: ReadonlyMap<string, Uint8Array | Int32Array | Float32Array>;
  /** Names of the `result` buffers to read back. */
  readonly results: readonly string[];
  /**
   * Where time goes: with this array, one entry an operation, an executor that can runs operations one at a time and
   * lowers each entry to the operation's duration, where that is less.
   */
  readonly milliseconds?: Float64Array;
}

/**
 * What runs plans. Calls take effect in call order, whether or not earlier ones were awaited; a read sees what was
 * enqueued before it. Workspace is the executor's own and shared by all programs.
 */
export interface Executor {
  readonly info: DeviceInfo;
  readonly lost: Promise<DeviceLostError>;
  /** As `ComputeDevice.budget`. */
  readonly budget?: number;
  /** Whether programs may be given f16 buffers for f32 ones that they only read. */
  readonly halves: boolean;
  /** A buffer of zeros. Throws OutOfMemoryError. */
  create(type: Storage, size: number): DeviceBuffer;
  /** Into an f16 buffer values are rounded. */
  write(buffer: DeviceBuffer, data: Uint8Array | Int32Array | Float32Array, offset?: number): void;
  /** A copy of an f32 or f16 buffer's values. */
  read(buffer: DeviceBuffer): Promise<Float32Array>;
  /** A buffer of the same values; of an f16 buffer's in f32. */
  copy(buffer: DeviceBuffer): DeviceBuffer;
  destroy(buffer: DeviceBuffer): void;
  /** Resolves with the results, in full length for the batch, once the run has taken place. */
  run(request: RunRequest): Promise<ReadonlyMap<string, Float32Array>>;
  /**
   * For executors whose runs take place later, on another processor: resolves when the next run would not pile up behind
   * too many others. Without it, a run's own promise says so.
   */
  ready?(): Promise<void>;
  /** See `ComputeDevice.suit`. */
  suit?(config: VitConfig, again: boolean): Promise<ProductKinds | null>;
  /** Persistent buffers alive and their bytes; workspace excluded. */
  memory(): { readonly buffers: number; readonly bytes: number };
  /** Bytes that may still be taken, workspace included, as far as anybody can tell: what decides on recomputation. */
  available(): number;
  dispose(): void;
}
