/** Images that a source keeps as bare pixels: arrays of rows of one length. */
import { said } from '../../common/said';
import type { RgbImage } from '../decode';
import { DataError } from '../errors';
import type { FileEntry } from '../file-tree';
import { sliceBytes } from '../slice';

/** Row i of an array that starts somewhere in a file. */
export type ReadRow = (index: number) => Promise<Uint8Array>;

/**
 * Rows of `rowBytes` bytes from `offset` on. Where the file can be read at any place only the wanted row is; else `bytes`,
 * the file unpacked, stays in memory.
 */
export async function rowsOf(entry: FileEntry, bytes: Uint8Array, offset: number, rowBytes: number): Promise<ReadRow> {
  const blob = await entry.blob?.();
  if (blob?.size === bytes.length) {
    return async (index) => {
      const row = await sliceBytes(blob, offset + index * rowBytes, offset + (index + 1) * rowBytes);
      if (row.length !== rowBytes) throw new DataError(said`it is cut off`);
      return row;
    };
  }
  return async (index) => bytes.subarray(offset + index * rowBytes, offset + (index + 1) * rowBytes);
}

export interface PixelShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** `planes`: [channels, height, width]; `pixels`: [height, width, channels]. */
  readonly order: 'planes' | 'pixels';
}

/** RGB from 1 (grey), 3 or 4 channels; a fourth is alpha, composited on white. */
export function toRgb(row: Uint8Array, { height, width, channels, order }: PixelShape): RgbImage {
  const count = height * width;
  const rgb = new Uint8Array(count * 3);
  const [pixelStep, channelStep] = order === 'planes' ? [1, count] : [channels, 1];
  for (let i = 0; i < count; i++) {
    const alpha = channels === 4 ? (row[i * pixelStep + 3 * channelStep] ?? 255) : 255;
    for (let channel = 0; channel < 3; channel++) {
      const value = row[i * pixelStep + (channels === 1 ? 0 : channel) * channelStep] ?? 0;
      rgb[3 * i + channel] = alpha === 255 ? value : Math.floor((value * alpha + 255 * (255 - alpha)) / 255 + 0.5);
    }
  }
  return { width, height, rgb };
}

/** Names for numbered classes: the given ones where there is one for each, else the numbers. */
export function classNamer(given: readonly string[] | null): (label: number) => string {
  const distinct = given !== null && new Set(given).size === given.length;
  return (label) => (distinct ? given[label] : undefined) ?? String(label);
}

/** Classes "0", "1", … "10" in the order of their numbers. */
export function numberOrder(labels: Iterable<number>, nameOf: (label: number) => string): string[] {
  return [...new Set(labels)].sort((a, b) => a - b).map(nameOf);
}
