import { describe, expect, it } from 'vitest';
import { OutOfMemoryError } from '../backbone';
import { seeded } from '../testing/random';
import { Heap } from './heap';

const heapOf = (maximum: number): Heap => new Heap(new WebAssembly.Memory({ initial: 1, maximum }));

describe('Heap', () => {
  it('hands out aligned blocks that never overlap, and takes them all back', () => {
    const heap = heapOf(64);
    const random = seeded(7);
    const alive = new Map<number, number>();
    for (let round = 0; round < 2000; round++) {
      if (alive.size > 0 && random() < 0.5) {
        const [address] = [...alive.keys()].slice(Math.floor(random() * alive.size));
        if (address === undefined) continue;
        heap.free(address);
        alive.delete(address);
        continue;
      }
      const bytes = 1 + Math.floor(random() * 5000);
      const address = heap.allocate(bytes);
      expect(address % 64).toBe(0);
      expect(address + bytes).toBeLessThanOrEqual(heap.memory.buffer.byteLength);
      for (const [other, size] of alive) expect(address + bytes <= other || other + size <= address).toBe(true);
      alive.set(address, bytes);
    }
    for (const address of alive.keys()) heap.free(address);
    const end = heap.memory.buffer.byteLength;
    // Everything merged back into one hole: the whole of it fits again without growing.
    heap.allocate(end - 65536);
    expect(heap.memory.buffer.byteLength).toBe(end);
  });

  it('says what does not fit and what to do', () => {
    const heap = heapOf(4);
    expect(() => heap.allocate(2 ** 20)).toThrow(OutOfMemoryError);
    expect(() => heap.allocate(2 ** 20)).toThrow(/smaller batch/);
    expect(heap.allocate(1000)).toBe(65536);
  });

  it('notices a block freed twice', () => {
    const heap = heapOf(4);
    const address = heap.allocate(10);
    heap.free(address);
    expect(() => heap.free(address)).toThrow(/address/);
  });
});
