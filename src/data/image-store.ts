/** One byte array per split: thousands of images without thousands of arrays. */
import { DataError } from './errors';
import type { ImageStore, ListedImage } from './labelled-images';

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
export function createStore(images: readonly ListedImage[], size: number): StoreBuilder {
  const bytes = size * size * 3;
  let pixels: Uint8Array;
  try {
    pixels = new Uint8Array(images.length * bytes);
  } catch (cause) {
    const gigabytes = ((images.length * bytes) / 2 ** 30).toFixed(1);
    throw new DataError(
      `${images.length} images of ${size} x ${size} need ${gigabytes} GB, which this tab does not get. Use fewer images per class or a smaller input size.`,
      'stream.trainPerClass',
      { cause },
    );
  }
  const filled = new Uint8Array(images.length);
  return {
    put(row, rgb) {
      pixels.set(rgb, row * bytes);
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
      images.forEach((image, row) => {
        const index = classOf(image.classIndex);
        if (filled[row] !== 1 || index === null) return;
        const to = classes.length;
        if (to !== row) pixels.copyWithin(to * bytes, row * bytes, (row + 1) * bytes);
        classes.push(index);
        domains.push(image.domain ?? -1);
        names.push(image.name);
      });
      const count = classes.length;
      // Copied only where something was left out, so that its memory goes.
      const kept = count === images.length ? pixels : pixels.slice(0, count * bytes);
      return { count, size, pixels: kept, classes: Int32Array.from(classes), domains: Int32Array.from(domains), names };
    },
  };
}
