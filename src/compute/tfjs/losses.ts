import * as tf from '@tensorflow/tfjs-core';
import type { TfjsBackend } from './backend';

/** Losses that may wait on the device before they are fetched unasked. */
const CAPACITY = 64;

/** Losses as scalars on the device, fetched in bulk so that no step waits for one. */
export class LossRing {
  private waiting: tf.Scalar[] = [];
  private fetched: number[] = [];

  constructor(private readonly backend: TfjsBackend) {}

  push(loss: tf.Scalar): void {
    this.waiting.push(tf.keep(loss));
  }

  get full(): boolean {
    return this.waiting.length >= CAPACITY;
  }

  /** Brings what waits to this side. */
  async fetch(): Promise<void> {
    const { waiting } = this;
    if (waiting.length === 0) return;
    this.waiting = [];
    const together = this.backend.run(() => tf.keep(tf.stack(waiting)));
    try {
      this.fetched.push(...(await this.backend.read(together)));
    } finally {
      tf.dispose([together, ...waiting]);
    }
  }

  /** All losses since the last call, in order. */
  async take(): Promise<number[]> {
    await this.fetch();
    const { fetched } = this;
    this.fetched = [];
    return fetched;
  }

  dispose(): void {
    tf.dispose(this.waiting);
    this.waiting = [];
  }
}
