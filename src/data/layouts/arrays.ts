/** NumPy arrays: an `.npz` (or `.npy` files) with images and labels, as Keras, MedMNIST and others save them. */
import { DataError } from '../errors';
import type { FileEntry } from '../file-tree';
import type { Split } from '../labelled-images';
import { asBytes, integers, readNpy, strings, type NpyArray } from '../npy';
import { assemble, type Placed } from './assemble';
import { baseName, type Layout } from './layout';
import { classNamer, numberOrder, rowsOf, toRgb, type PixelShape } from './raw-images';

const IMAGES = /^(x|images?|imgs?|data|pixels)$/;
const LABELS = /^(y|labels?|targets?|classes|fine_labels)$/;
const NAMES = /^(class_names|label_names|fine_label_names|categories|names)$/;

interface Part {
  readonly entry: FileEntry;
  readonly split: Split | 'validation' | null;
  readonly what: 'images' | 'labels' | 'names' | null;
}

/** "x_train", "train_images", "test/labels", "images_val" → split and what it is. */
function partOf(entry: FileEntry): Part {
  const words = baseName(entry.path)
    .replace(/\.npy$/i, '')
    .toLowerCase()
    .split(/[_\-./]/);
  const isSplit = (word: string) => /^(train|training|test|testing|val|valid|validation)$/.test(word);
  const found = words.find(isSplit);
  const split = found === undefined ? null : found.startsWith('val') ? 'validation' : found.startsWith('test') ? 'test' : 'train';
  const rest = words.filter((word) => !isSplit(word)).join('_');
  const what = IMAGES.test(rest) ? 'images' : LABELS.test(rest) ? 'labels' : NAMES.test(rest) ? 'names' : null;
  return { entry, split, what };
}

/** How rows of [h, w], [h, w, c] or [c, h, w] are to be read. Throws DataError for anything else. */
function pixelShape({ shape }: NpyArray, name: string): PixelShape {
  const [, a = 0, b = 0, c] = shape;
  const few = (side: number | undefined) => side === 1 || side === 3 || side === 4;
  if (shape.length === 3 && a > 0 && b > 0) return { height: a, width: b, channels: 1, order: 'pixels' };
  if (shape.length === 4 && c !== undefined && a * b * c > 0) {
    // A 3 x s x s array of tiny s could be either; square planes are likelier than rows of 3 pixels.
    if (few(c) && !(a === 3 && b === c && c !== 3)) return { height: a, width: b, channels: c, order: 'pixels' };
    if (few(a)) return { height: b, width: c, channels: a, order: 'planes' };
  }
  throw new DataError(
    `"${name}" has the shape ${shape.join(' x ')}; images are count x height x width, with 1, 3 or 4 channels or without.`,
  );
}

function labelsOf(
  array: NpyArray,
  name: string,
): { readonly numbers: number[] | null; readonly texts: string[] | null; readonly count: number } {
  const [count = 0, ...rest] = array.shape;
  if (array.shape.length === 0 || rest.some((side) => side !== 1)) {
    throw new DataError(`"${name}" has the shape ${array.shape.join(' x ')}; labels are one number or name an image.`);
  }
  const numbers = integers(array);
  const texts = numbers === null ? strings(array) : null;
  if (numbers === null && texts === null) throw new DataError(`"${name}" holds ${array.dtype}; labels are whole numbers or names.`);
  return { numbers, texts, count };
}

/** Floats are taken as 0..1 where the first rows stay within, else as 0..255. */
function scaleOf({ dtype, bytes, offset }: NpyArray): number {
  if (!/f[48]$/.test(dtype)) return 1;
  const sample = bytes.subarray(offset, offset + Math.min(bytes.length - offset, 8 * 65536));
  const values = asBytes(sample, dtype, 1);
  return values?.some((value) => value > 1) === true ? 1 : 255;
}

async function readSplit(
  images: FileEntry,
  labels: FileEntry,
  split: Split | null,
  names: readonly string[] | null,
  found: Map<number, string>,
): Promise<Placed[]> {
  const pixels = readNpy(images.path, await images.bytes());
  const shape = pixelShape(pixels, images.path);
  const { numbers, texts, count } = labelsOf(readNpy(labels.path, await labels.bytes()), labels.path);
  if (count !== pixels.shape[0])
    throw new DataError(`"${labels.path}" has ${count} labels for the ${pixels.shape[0]} images of "${images.path}".`);
  const rowBytes = shape.height * shape.width * shape.channels * pixels.itemBytes;
  const { dtype, itemBytes } = pixels;
  const scale = scaleOf(pixels);
  if (asBytes(new Uint8Array(itemBytes), dtype, scale) === null) {
    throw new DataError(`"${images.path}" holds ${dtype}; pixels are unsigned bytes or floats.`);
  }
  const readRow = await rowsOf(images, pixels.bytes, pixels.offset, rowBytes);
  const digits = String(count).length;
  const nameOf = classNamer(names);
  return Array.from({ length: count }, (_, i) => {
    const label = numbers?.[i];
    const className = label === undefined ? (texts?.[i] ?? '') : nameOf(label);
    if (label !== undefined) found.set(label, className);
    return {
      name: `${images.path}#${String(i).padStart(digits, '0')}`,
      className,
      split,
      domain: null,
      at: i,
      read: async () => toRgb(asBytes(await readRow(i), dtype, scale) ?? new Uint8Array(), shape),
    };
  });
}

export const arrays: Layout = {
  async list(tree, options) {
    const parts = tree.files.filter(({ path }) => /\.npy$/i.test(path)).map(partOf);
    const images = parts.filter(({ what }) => what === 'images');
    if (parts.length === 0) return null;
    if (images.length === 0) {
      throw new DataError(
        `None of the arrays (${parts
          .slice(0, 6)
          .map(({ entry }) => baseName(entry.path))
          .join(', ')}) is named as images. Name them x_train and y_train, or images and labels.`,
        'stream.from',
      );
    }
    const namesEntry = parts.find(({ what }) => what === 'names')?.entry;
    const names = namesEntry === undefined ? null : strings(readNpy(namesEntry.path, await namesEntry.bytes()));
    const hasTest = images.some(({ split }) => split === 'test');
    const skipped = [...tree.skipped];
    const placed: Placed[] = [];
    const found = new Map<number, string>();
    for (const { entry, split } of images) {
      if (split === 'validation' && hasTest) {
        skipped.push({ name: entry.path, reason: 'the validation split is not used where there is a test split' });
        continue;
      }
      const labels = parts.find((part) => part.what === 'labels' && part.split === split)?.entry;
      if (labels === undefined)
        throw new DataError(`"${entry.path}" has no labels beside it. Save them as "y" or "labels" with the same ending.`, 'stream.from');
      placed.push(...(await readSplit(entry, labels, split === 'validation' ? 'test' : split, names, found)));
    }
    const classOrder = found.size === 0 ? undefined : numberOrder(found.keys(), (label) => found.get(label) ?? '');
    return assemble({ placed, classOrder, skipped }, options);
  },
};
