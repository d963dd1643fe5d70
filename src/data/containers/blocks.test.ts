import { describe, expect, it } from 'vitest';
import { readInBlocks } from './blocks';

describe('readInBlocks', () => {
  it('gives what slices give, from few reads', async () => {
    const bytes = Uint8Array.from({ length: 700_000 }, (_, i) => (i * 31 + (i >> 8)) & 255);
    const blob = new Blob([bytes]);
    let reads = 0;
    const slice = blob.slice.bind(blob);
    blob.slice = (from, to) => {
      reads++;
      return slice(from, to);
    };
    const read = readInBlocks(blob);
    const differs = async (from: number, to: number) => Buffer.compare(await read(from, to), bytes.subarray(from, to));
    for (let at = 0; at < bytes.length; at += 997) expect(await differs(at, at + 1500)).toBe(0);
    // 700,000 bytes lie in three blocks.
    expect(reads).toBe(3);
    expect(await differs(100, 600_000)).toBe(0);
    expect(await differs(699_999, 800_000)).toBe(0);
    expect(await read(900_000, 900_100)).toHaveLength(0);
  });
});
