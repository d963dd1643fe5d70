/** One array of bytes per split: thousands of images without thousands of arrays; on disk where memory would not hold it. */
import { said } from '../common/said';
import { formatBytes } from '../common/bytes';
import { DataError } from './errors';
import type { ImageStore, ListedImage, Pixels } from './labelled-images';

/** Bytes that can be written and read at any place at once, without waiting. */
export interface Room {
  write(at: number, bytes: Uint8Array): void;
  read(at: number, length: number): Uint8Array;
}

/** Filled in any order while images are decoded; rows that stay empty are closed up at the end. */
export interface StoreBuilder {
  /** Row i is image i of the list that the builder was made for. */
  put(row: number, rgb: Uint8Array): void;
  /** The rows that were put and that `keep` accepts; classes renumbered by `classOf`. */
  finish(classOf: (classIndex: number) => number | null): ImageStore;
  /** Images of each class so far. */
  counts(): Map<number, number>;
}

/** Memory for all images at once. Throws DataError, with the remedy, where the machine has not got it. */
function inMemory(count: number, size: number): Uint8Array {
  const bytes = count * size * size * 3;
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    throw new DataError(
      said`${count} images of ${size} x ${size} need ${formatBytes(bytes)}, which this tab does not get. Use fewer images per class or a smaller input size.`,
      'stream.trainPerClass',
      { cause },
    );
  }
}

/** `room` and the first byte in it that is ours; null: in memory. */
export function createStore(
  images: readonly ListedImage[],
  size: number,
  room: { readonly room: Room; readonly from: number } | null = null,
): StoreBuilder {
  const bytes = size * size * 3;
  const memory = room === null ? inMemory(images.length, size) : null;
  const filled = new Uint8Array(images.length);
  return {
    put(row, rgb) {
      if (memory !== null) memory.set(rgb, row * bytes);
      else room?.room.write(room.from + row * bytes, rgb);
      filled[row] = 1;
    },
    counts() {
      const counts = new Map<number, number>();
      images.forEach(({ classIndex }, row) => {
        if (filled[row] === 1) counts.set(classIndex, (counts.get(classIndex) ?? 0) + 1);
      });
      return counts;
    },
    finish(classOf) {
      const classes: number[] = [];
      const domains: number[] = [];
      const names: string[] = [];
      const rows: number[] = [];
      images.forEach((image, row) => {
        const index = classOf(image.classIndex);
        if (filled[row] !== 1 || index === null) return;
        const to = classes.length;
        if (memory !== null && to !== row) memory.copyWithin(to * bytes, row * bytes, (row + 1) * bytes);
        classes.push(index);
        domains.push(image.domain ?? -1);
        names.push(image.name);
        rows.push(row);
      });
      const count = classes.length;
      // Copied only where something was left out, so that its memory goes.
      const kept: Pixels | undefined = memory === null ? undefined : count === images.length ? memory : memory.slice(0, count * bytes);
      const pixels = kept ?? pixelsIn(room, rows, bytes);
      return { count, size, pixels, classes: Int32Array.from(classes), domains: Int32Array.from(domains), names };
    },
  };
}

/** Rows of a room as if they lay one after the other. */
function pixelsIn(room: { readonly room: Room; readonly from: number } | null, rows: readonly number[], bytes: number): Pixels {
  return {
    length: rows.length * bytes,
    subarray(from, to) {
      const row = rows[from / bytes];
      if (room === null || row === undefined || to - from !== bytes) throw new RangeError(`Bytes ${from} to ${to} are no whole image.`);
      return room.room.read(room.from + row * bytes, bytes);
    },
  };
}
