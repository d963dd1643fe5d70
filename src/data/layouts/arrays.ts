/** NumPy arrays: an `.npz` (or `.npy` files) with images and labels, as Keras, MedMNIST and others save them. */
import { listed, said } from '../../common/said';
import { DataError } from '../errors';
import type { FileEntry } from '../file-tree';
import { numberReader, numbers, readNpy, strings, type NpyArray, type NumberAt } from '../npy';
import { splitIn, withoutSplit, type SplitWord } from '../splits';
import { areBytes, askRange, BYTES, parseRange, toBytes, together, type Extent, type ValueRange } from '../value-range';
import { assemble, type LayoutOptions } from './assemble';
import type { Placed } from './placed';
import { baseName, type Layout } from './layout';
import { classNamer, numberOrder, rowsOf, toRgb, type PixelShape } from './raw-images';

const IMAGES = /^(x|images?|imgs?|data|pixels)$/;
const LABELS = /^(y|labels?|targets?|classes|fine_labels)$/;
const NAMES = /^(class_names|label_names|fine_label_names|categories|names)$/;

interface Part {
  readonly entry: FileEntry;
  readonly split: SplitWord | null;
  readonly what: 'images' | 'labels' | 'names' | null;
}

/** "x_train", "train_images", "test/labels", "images_val" → split and what it is. */
function partOf(entry: FileEntry): Part {
  const name = baseName(entry.path).replace(/\.npy$/i, '');
  const rest = withoutSplit(name).join('_');
  // "train.npz" beside "test.npz".
  const around = entry.path.split('/').at(-2) ?? '';
  const what = IMAGES.test(rest) ? 'images' : LABELS.test(rest) ? 'labels' : NAMES.test(rest) ? 'names' : null;
  return { entry, split: (splitIn(name) ?? splitIn(around))?.split ?? null, what };
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
    said`"${name}" has the shape ${shape.join(' x ')}; images are count x height x width, with 1, 3 or 4 channels or without.`,
  );
}

interface Labels {
  readonly numbers: readonly number[] | null;
  readonly texts: readonly string[] | null;
  readonly count: number;
}

/** Rows in which one column is marked (`to_categorical`) as its number. Throws DataError where several are. */
function marked(values: readonly number[], count: number, columns: number, name: string): number[] {
  return Array.from({ length: count }, (_, row) => {
    const cells = values.slice(row * columns, (row + 1) * columns);
    const found = cells.flatMap((value, column) => (value === 1 ? [column] : []));
    const [only] = found;
    if (only === undefined || found.length > 1 || cells.some((value) => value !== 0 && value !== 1)) {
      const why =
        found.length > 1
          ? said`marks several classes of one image: each image belongs to one class here`
          : said`does not mark one class in each row`;
      throw new DataError(said`"${name}" has the shape ${count} x ${columns} and ${why}. Save one number or name an image.`);
    }
    return only;
  });
}

function labelsOf(array: NpyArray, name: string): Labels {
  const [count = 0, columns = 1, ...rest] = array.shape;
  if (array.shape.length === 0 || rest.some((side) => side !== 1)) {
    throw new DataError(said`"${name}" has the shape ${array.shape.join(' x ')}; labels are one number or name an image.`);
  }
  const found = numbers(array);
  const texts = found === null && columns === 1 ? strings(array) : null;
  if (found !== null && columns > 1) return { numbers: marked(found, count, columns, name), texts, count };
  if (found?.every(Number.isSafeInteger) === true || texts !== null) return { numbers: found, texts, count };
  throw new DataError(said`"${name}" holds ${array.dtype}; labels are whole numbers or names.`);
}

/** Images in numbers, and the way to a row of them. */
interface Pixels {
  readonly entry: FileEntry;
  readonly split: SplitWord | null;
  readonly array: NpyArray;
  readonly shape: PixelShape;
  readonly read: NumberAt;
}

const channelOf = ({ height, width, channels, order }: PixelShape) =>
  channels < 3 ? () => 0 : order === 'pixels' ? (item: number) => item % channels : (item: number) => Math.floor(item / (height * width));

/** Least and largest number of each channel; alpha has a range of its own, which nobody asks for. */
function extentOf({ array, shape, read }: Pixels): Extent {
  const { bytes, offset, itemBytes } = array;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const channels = shape.channels < 3 ? 1 : 3;
  const channel = channelOf(shape);
  const inRow = shape.height * shape.width * shape.channels;
  const low = new Array<number>(channels).fill(Infinity);
  const high = new Array<number>(channels).fill(-Infinity);
  const bytesTell = array.dtype.endsWith('u1');
  for (let i = 0, at = offset; at + itemBytes <= bytes.length; i++, at += itemBytes) {
    const value = read(view, at);
    const c = channel(i % inRow);
    if (c >= channels || !Number.isFinite(value)) continue;
    if (value < (low[c] ?? 0)) low[c] = value;
    if (value > (high[c] ?? 0)) high[c] = value;
    if (bytesTell && value > 128) break;
  }
  return { low, high };
}

function rowBytes({ array, shape }: Pixels): number {
  return shape.height * shape.width * shape.channels * array.itemBytes;
}

/** The range of all arrays. Throws DataQuestion where it has not been said. */
function rangeOf(all: readonly Pixels[], { valueRange }: LayoutOptions): ValueRange {
  const [first] = all;
  if (first === undefined || all.every(({ array }) => array.dtype.endsWith('b1'))) return { low: [0], high: [1] };
  if (valueRange !== undefined) return parseRange(valueRange);
  const extents = all.map(extentOf);
  if (all.every(({ array }, i) => areBytes(array.dtype, extents[i] ?? BYTES))) return BYTES;
  const shown = first.array.bytes.subarray(first.array.offset, first.array.offset + rowBytes(first));
  const usual = together(extents.filter(({ low }) => low.every(Number.isFinite)));
  if (!usual.low.every(Number.isFinite)) throw new DataError(said`"${first.entry.path}" holds no finite number. Save its images anew.`);
  throw askRange(`"${first.entry.path}"`, usual, (range) => toRgb(bytesOf(first, shown, range), first.shape));
}

const bytesOf = ({ array, shape, read }: Pixels, row: Uint8Array, range: ValueRange) =>
  array.dtype.endsWith('u1') && range === BYTES ? row : toBytes(row, read, array.itemBytes, range, channelOf(shape));

async function readPixels({ entry, split }: Part): Promise<Pixels> {
  const array = readNpy(entry.path, await entry.bytes());
  const shape = pixelShape(array, entry.path);
  const read = numberReader(array.dtype);
  if (read === null) throw new DataError(said`"${entry.path}" holds ${array.dtype}; pixels are numbers.`);
  return { entry, split, array, shape, read };
}

async function place(
  pixels: Pixels,
  labels: FileEntry,
  range: ValueRange,
  names: readonly string[] | null,
  found: Map<number, string>,
): Promise<Placed[]> {
  const { entry, split, array, shape } = pixels;
  const { numbers: labelNumbers, texts, count } = labelsOf(readNpy(labels.path, await labels.bytes()), labels.path);
  if (count !== array.shape[0])
    throw new DataError(said`"${labels.path}" has ${count} labels for the ${String(array.shape[0])} images of "${entry.path}".`);
  const readRow = await rowsOf(entry, array.bytes, array.offset, rowBytes(pixels));
  const digits = String(count).length;
  const nameOf = classNamer(names);
  // The array itself is not kept where its file can be read row by row.
  const kept: Pixels = { ...pixels, array: { ...array, bytes: new Uint8Array() } };
  return Array.from({ length: count }, (_, i) => {
    const label = labelNumbers?.[i];
    // As the hub does, -1 says that the answer is kept back.
    const hidden = label !== undefined && label < 0;
    const className = hidden ? null : label === undefined ? (texts?.[i] ?? '') : nameOf(label);
    if (label !== undefined && className !== null) found.set(label, className);
    return {
      name: `${entry.path}#${String(i).padStart(digits, '0')}`,
      className,
      split,
      from: baseName(entry.path),
      domain: null,
      at: i,
      read: async () => toRgb(bytesOf(kept, await readRow(i), range), shape),
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
        said`None of the arrays (${listed(parts.slice(0, 6).map(({ entry }) => baseName(entry.path)))}) is named as images. Name them x_train and y_train, or images and labels.`,
        'stream.from',
      );
    }
    const namesEntry = parts.find(({ what }) => what === 'names')?.entry;
    const names = namesEntry === undefined ? null : strings(readNpy(namesEntry.path, await namesEntry.bytes()));
    const skipped = [...tree.skipped];
    const labelled: { readonly pixels: Pixels; readonly labels: FileEntry }[] = [];
    for (const part of images) {
      const labels = parts.find(({ what, split }) => what === 'labels' && split === part.split)?.entry;
      if (labels !== undefined) labelled.push({ pixels: await readPixels(part), labels });
      else if (part.split === 'test' || part.split === 'unlabelled')
        skipped.push({ name: part.entry.path, reason: said`it has no labels beside it` });
      else
        throw new DataError(
          said`"${part.entry.path}" has no labels beside it. Save them as "y" or "labels" with the same ending.`,
          'stream.from',
        );
    }
    const range = rangeOf(
      labelled.map(({ pixels }) => pixels),
      options,
    );
    const placed: Placed[] = [];
    const found = new Map<number, string>();
    for (const { pixels, labels } of labelled) placed.push(...(await place(pixels, labels, range, names, found)));
    const classOrder = found.size === 0 ? undefined : numberOrder(found.keys(), (label) => found.get(label) ?? '');
    return assemble({ placed, classOrder, skipped }, options);
  },
};
