import { said } from '../../common/said';
import { OutOfMemoryError } from '../backbone';
import { inParts, type Launch } from './kernel';
import type { KernelChoice } from './table';

/** A program's operations becoming launches: the choice of kernels, and scratch that lives for one operation. */
export class Lowering {
  readonly launches: Launch[] = [];
  /** Number of launches after each operation. */
  readonly ends: number[] = [];
  /** Floats of each scratch buffer, for the largest batch. */
  readonly scratch = new Map<string, number>();

  constructor(
    readonly choice: KernelChoice,
    readonly maxBatch: number,
    /** Floats that one binding can hold. */
    readonly maxFloats: number,
  ) {}

  push(...launches: readonly Launch[]): void {
    this.launches.push(...launches);
  }

  /** A launch of that many multiplications and additions for the largest batch, in as many parts as the choice asks for. */
  pushWork(launch: Launch, flops: number): void {
    this.push(...inParts(launch, Math.max(1, Math.ceil(flops / this.choice.flopsAtOnce))));
  }

  /** Scratch for one operation; distinct names never overlap within it. `floats` for the largest batch. */
  room(use: string, floats: number): string {
    const name = `scratch.${use}`;
    if (floats > this.maxFloats) {
      throw new OutOfMemoryError(said`The GPU binds at most ${this.maxFloats} values at once; ${floats} are wanted. Use a smaller batch.`);
    }
    this.scratch.set(name, Math.max(this.scratch.get(name) ?? 0, floats));
    return name;
  }
}
