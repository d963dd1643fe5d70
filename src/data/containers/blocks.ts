/** Small reads of a Blob, served from larger ones: each read of a file costs a browser about half a millisecond, whatever its size. */
import { sliceBytes } from '../slice';

/** Bytes `from` up to `to`; short where the file ends. What comes back is not to be written to. */
export type ReadBytes = (from: number, to: number) => Promise<Uint8Array>;

const BLOCK = 2 ** 18;
/** Enough for images that are read side by side, and a walk through headers beside them. */
const KEPT = 8;

export function readInBlocks(blob: Blob): ReadBytes {
  const kept = new Map<number, Promise<Uint8Array>>();
  const block = (number: number): Promise<Uint8Array> => {
    const known = kept.get(number);
    kept.delete(number);
    const bytes = known ?? sliceBytes(blob, number * BLOCK, (number + 1) * BLOCK);
    kept.set(number, bytes);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return bytes;
  };
  return async (from, wanted) => {
    const to = Math.min(wanted, blob.size);
    if (from >= to) return new Uint8Array(0);
    if (to - from > BLOCK) return sliceBytes(blob, from, to);
    const first = Math.floor(from / BLOCK);
    const last = Math.floor((to - 1) / BLOCK);
    const head = await block(first);
    const start = from - first * BLOCK;
    if (last === first) return head.subarray(start, start + to - from);
    const both = new Uint8Array(to - from);
    both.set(head.subarray(start));
    both.set((await block(last)).subarray(0, to - last * BLOCK), BLOCK - start);
    return both;
  };
}
