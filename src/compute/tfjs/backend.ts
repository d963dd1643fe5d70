import { said } from '../../common/said';
import * as tf from '@tensorflow/tfjs-core';
import { DeviceLostError, OutOfMemoryError, type DeviceInfo } from '../backbone';
import { scoped } from './ops';

/** What differs between tfjs's backends, beyond their name. */
export interface BackendParts {
  readonly info: DeviceInfo;
  /** Frees what `open` made; tensors are gone by then. */
  readonly close: () => void;
  /** Resolves when the device goes away. */
  readonly lost?: Promise<DeviceLostError>;
}

/** A read that a lost device breaks off can fail before the loss itself is reported. */
const LOSS_MS = 1000;

/**
 * One tfjs backend. tfjs has a single current backend for the whole thread, so every piece of synchronous tensor work
 * goes through `run`, which selects this one first; nothing is assumed to hold across an await.
 */
export class TfjsBackend {
  readonly info: DeviceInfo;
  /** Resolves, never rejects, when the device is lost. */
  readonly lost: Promise<DeviceLostError>;
  private failure: Error | null = null;
  private readonly waiting = new Set<(error: Error) => void>();

  constructor(private readonly parts: BackendParts) {
    this.info = parts.info;
    this.lost = parts.lost ?? new Promise(() => undefined);
    void this.lost.then((error) => this.fail(error));
  }

  /** Synchronous tensor work; tensors that are not returned are disposed. */
  run<T>(work: () => T): T {
    this.ensureUsable();
    const { kind } = this.info;
    // setBackend swaps synchronously when the backend is initialised, which opening it has seen to.
    if (tf.getBackend() !== kind) void tf.setBackend(kind);
    try {
      return scoped(work);
    } catch (error) {
      throw this.failure ?? asMemoryError(error);
    }
  }

  /** Values of a tensor as it is now, as an array of the caller's own. Rejects with DeviceLostError when the device goes away. */
  async read(tensor: tf.Tensor): Promise<Float32Array> {
    // Shares the storage, and holds it: what is replaced during a read is disposed, under which the WebGPU backend fails.
    return this.take(this.run(() => tf.keep(tf.clone(tensor))));
  }

  /** As `read`, of a tensor that nobody else disposes; afterwards it is. */
  async take(tensor: tf.Tensor): Promise<Float32Array> {
    try {
      // The cpu backend hands out its own storage.
      return Float32Array.from(await this.guard(tensor.data()));
    } finally {
      tensor.dispose();
    }
  }

  /** All calls from now on fail with this. */
  fail(error: Error): void {
    if (this.failure) return;
    this.failure = error;
    for (const reject of this.waiting) reject(error);
    this.waiting.clear();
  }

  close(): void {
    this.parts.close();
    this.fail(new Error('The device was disposed'));
  }

  private ensureUsable(): void {
    if (this.failure) throw this.failure;
  }

  /** A promise that a lost device may leave pending for ever, or reject in a driver's words. */
  private guard<T>(work: Promise<T>): Promise<T> {
    this.ensureUsable();
    return new Promise<T>((resolve, reject) => {
      this.waiting.add(reject);
      const failed = (error: unknown) => {
        this.waiting.delete(reject);
        reject(this.failure ?? (isBrokenOff(error) ? new DeviceLostError(said`The GPU was lost during a read`) : asMemoryError(error)));
      };
      work.then(
        (value) => {
          this.waiting.delete(reject);
          resolve(value);
        },
        (error: unknown) => (this.parts.lost ? setTimeout(failed, LOSS_MS, error) : failed(error)),
      );
    });
  }
}

/** A mapping that the driver gave up: nothing of ours unmaps a buffer under a read. */
const isBrokenOff = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

/** Engines report exhaustion as a RangeError of a typed array, an emscripten abort or a failed buffer creation. */
function asMemoryError(error: unknown): Error {
  const known = error instanceof Error ? error : new Error(String(error));
  if (!/out of memory|OOM|allocation failed|memory access out of bounds|exceeds the max buffer size/i.test(known.message)) return known;
  return new OutOfMemoryError(said`The device has no memory left (${known.message}). Use a smaller batch or a smaller backbone.`, {
    cause: error,
  });
}
