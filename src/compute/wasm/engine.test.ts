import { describe, expect, it } from 'vitest';
import { createMemory, Engine } from './engine';

const MIB = 2 ** 20;

/** A device that reserves no more than so much of shared memory. */
const reserving =
  (most: number) =>
  (of: WebAssembly.MemoryDescriptor): WebAssembly.Memory => {
    if (of.shared && (of.maximum ?? 0) * 65536 > most) throw new RangeError('could not allocate memory');
    return new WebAssembly.Memory({ initial: 1, maximum: 1 });
  };

describe('memory of an engine', () => {
  it.each([4096, 2048, 1024, 512, 256])('is shared where a device reserves %i MiB', (mib) => {
    expect(createMemory(true, reserving(mib * MIB))?.most).toBe(mib * MIB);
    expect(createMemory(true, reserving(mib * MIB + 65536))?.most).toBe(mib * MIB);
  });

  it('is private, of one thread, where not even a quarter of a gigabyte can be shared', async () => {
    expect(createMemory(true, reserving(128 * MIB))).toBeNull();
    expect(createMemory(false, reserving(0))?.most).toBe(4096 * MIB);
    const { Memory } = WebAssembly;
    try {
      WebAssembly.Memory = class extends Memory {
        constructor(of: WebAssembly.MemoryDescriptor) {
          if (of.shared) throw new RangeError('could not allocate memory');
          super(of);
        }
      };
      const engine = await Engine.open({ threads: 4 });
      expect([engine.threads, engine.variant.includes('shared')]).toEqual([1, false]);
      engine.dispose();
    } finally {
      WebAssembly.Memory = Memory;
    }
  });
});
