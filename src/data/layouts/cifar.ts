/** CIFAR-10 and CIFAR-100 as their authors give them: pickled batches ("python version") or fixed records ("binary version"). */
import { said } from '../../common/said';
import { DataError } from '../errors';
import type { FileEntry, FileTree } from '../file-tree';
import type { Split } from '../labelled-images';
import { PickleTuple, readPickle, type Build, type PickleRules } from '../../vit/pickle';
import { assemble } from './assemble';
import type { Placed } from './placed';
import { baseName, type Layout } from './layout';
import { classNamer, numberOrder, rowsOf, toRgb, type PixelShape } from './raw-images';

const SHAPE: PixelShape = { height: 32, width: 32, channels: 3, order: 'planes' };
const PIXELS = 3072;

/** NumPy's own way of pickling arrays; `data` stays the bytes of the file. */
class PickledArray {
  shape: readonly number[] = [];
  dtype = '';
  data: Uint8Array | null = null;

  setState(state: unknown): this {
    const [, shape, dtype, fortran, data] = itemsOf(state) ?? [];
    const sides = itemsOf(shape);
    const bytes = typeof data === 'string' ? bytesOfText(data) : data;
    if (!sides || !(dtype instanceof PickledType) || !(bytes instanceof Uint8Array) || fortran === true)
      throw new DataError(said`an array of the batch is not understood`);
    this.shape = sides.map(Number);
    this.dtype = dtype.name;
    this.data = bytes;
    return this;
  }
}

class PickledType {
  constructor(readonly name: string) {}
}

const itemsOf = (value: unknown): readonly unknown[] | null =>
  value instanceof PickleTuple ? value.items : Array.isArray(value) ? (value as readonly unknown[]) : null;
const bytesOfText = (text: unknown): Uint8Array =>
  Uint8Array.from(typeof text === 'string' ? text : '', (letter: string) => letter.charCodeAt(0));

const reconstruct: Build = () => new PickledArray();
const globals = {
  'numpy.core.multiarray._reconstruct': reconstruct,
  'numpy._core.multiarray._reconstruct': reconstruct,
  'numpy.ndarray': null,
  'numpy.dtype': (([name]) => new PickledType(typeof name === 'string' ? name : '')) satisfies Build,
  // Python 3 writes bytes so in protocol 2.
  '_codecs.encode': (([text]) => bytesOfText(text)) satisfies Build,
};

/** Long strings of Python 2 are bytes, which is what arrays are made of. */
const LONG = 4096;

const rulesFor = (name: string): PickleRules => ({
  globals,
  persistent: () => undefined,
  setState: (made, state) => (made instanceof PickledArray ? made.setState(state) : made instanceof PickledType ? made : undefined),
  // One character a byte, so that nothing is lost.
  oldString: (bytes) => (bytes.length > LONG ? bytes : String.fromCharCode(...bytes)),
  damaged: (what) => new DataError(said`"${name}" is no pickle that is read here, or is cut off (${what}).`),
  refused: (global) =>
    new DataError(said`"${name}" asks for "${global}", which is refused: a pickle may run code, so only plain arrays and lists are read.`),
});

const get = (dict: unknown, key: string): unknown => {
  if (!(dict instanceof Map)) return undefined;
  if (dict.has(key)) return dict.get(key);
  for (const [name, value] of dict as ReadonlyMap<unknown, unknown>) {
    if (name instanceof Uint8Array && new TextDecoder().decode(name) === key) return value;
  }
  return undefined;
};
/** Python 2 wrote text as bytes, which the reader gives as one character each. */
function fromPython2(text: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
  } catch {
    return text;
  }
}
const isBytes = (text: string) => [...text].every((letter) => letter.charCodeAt(0) < 256);
function textOf(item: unknown): string {
  if (item instanceof Uint8Array) return new TextDecoder().decode(item);
  if (typeof item !== 'string') return '';
  return isBytes(item) ? fromPython2(item) : item;
}
const texts = (value: unknown): string[] | null => itemsOf(value)?.map(textOf) ?? null;
const numbers = (value: unknown): number[] | null => itemsOf(value)?.map(Number) ?? null;

interface Batch {
  readonly labels: readonly number[];
  readonly read: Placed['read'][];
}

async function pickledBatch(entry: FileEntry): Promise<Batch> {
  const bytes = await entry.bytes();
  const dict = readPickle(bytes, rulesFor(entry.path));
  const labels = numbers(get(dict, 'fine_labels') ?? get(dict, 'labels'));
  const data = get(dict, 'data');
  if (labels === null || !(data instanceof PickledArray) || data.data === null)
    throw new DataError(said`"${entry.path}" has no "data" and "labels", as batches of CIFAR have.`);
  const { data: pixels, shape, dtype } = data;
  if (dtype !== 'u1' && dtype !== '|u1')
    throw new DataError(said`"${entry.path}" holds pixels of type ${dtype || '?'}; unsigned bytes are expected.`);
  if (shape[0] !== labels.length || shape[1] !== PIXELS || pixels.length !== labels.length * PIXELS) {
    throw new DataError(
      said`"${entry.path}" has ${labels.length} labels for pixels of shape ${shape.join(' x ')}; 3072 a row are expected.`,
    );
  }
  // Pixels that lie in the file as they are can be read from it later; those that were re-encoded are kept.
  const inFile = pixels.buffer === bytes.buffer;
  const kept: FileEntry = { path: entry.path, size: pixels.length, bytes: async () => pixels };
  const readRow = await rowsOf(inFile ? entry : kept, inFile ? bytes : pixels, inFile ? pixels.byteOffset - bytes.byteOffset : 0, PIXELS);
  return { labels, read: labels.map((_, i) => async () => toRgb(await readRow(i), SHAPE)) };
}

async function binaryBatch(entry: FileEntry, labelBytes: 1 | 2): Promise<Batch> {
  const bytes = await entry.bytes();
  const record = labelBytes + PIXELS;
  const count = bytes.length / record;
  if (!Number.isInteger(count) || count === 0) {
    throw new DataError(
      said`"${entry.path}" is ${bytes.length} bytes long, no multiple of CIFAR's ${record}. It is cut off or something else.`,
    );
  }
  const readRow = await rowsOf(entry, bytes, 0, record);
  const labels = Array.from({ length: count }, (_, i) => bytes[i * record + labelBytes - 1] ?? 0);
  return { labels, read: labels.map((_, i) => async () => toRgb((await readRow(i)).subarray(labelBytes), SHAPE)) };
}

interface Found {
  readonly entry: FileEntry;
  readonly split: Split;
}

interface Version {
  readonly batches: readonly Found[];
  readonly names: () => Promise<readonly string[] | null>;
  readonly read: (entry: FileEntry) => Promise<Batch>;
}

function recognise({ files }: FileTree): Version | null {
  const telling = files.filter(({ path }) => /^test(_batch)?(\.bin)?$/.test(baseName(path)));
  const folders = new Set(telling.map(({ path }) => path.slice(0, path.length - baseName(path).length)));
  for (const folder of folders) {
    const named = (pattern: RegExp) => files.filter(({ path }) => path.startsWith(folder) && pattern.test(path.slice(folder.length)));
    const both = (train: RegExp, test: RegExp): Found[] | null => {
      const a = named(train).map((entry) => ({ entry, split: 'train' as const }));
      const b = named(test).map((entry) => ({ entry, split: 'test' as const }));
      return a.length > 0 && b.length > 0 ? [...a, ...b] : null;
    };
    const lines = (pattern: RegExp) => async () => {
      const entry = named(pattern)[0];
      if (entry === undefined) return null;
      const text = new TextDecoder().decode(await entry.bytes());
      return text
        .split('\n')
        .map((part) => part.trim())
        .filter((part) => part !== '');
    };
    const pickled = (pattern: RegExp) => async () => {
      const entry = named(pattern)[0];
      if (entry === undefined) return null;
      const dict = readPickle(await entry.bytes(), rulesFor(entry.path));
      return texts(get(dict, 'fine_label_names') ?? get(dict, 'label_names'));
    };
    const ten = both(/^data_batch_\d$/, /^test_batch$/);
    if (ten !== null) return { batches: ten, names: pickled(/^batches\.meta$/), read: pickledBatch };
    const tenBinary = both(/^data_batch_\d\.bin$/, /^test_batch\.bin$/);
    if (tenBinary !== null) return { batches: tenBinary, names: lines(/^batches\.meta\.txt$/), read: (entry) => binaryBatch(entry, 1) };
    const hundred = named(/^meta$/).length > 0 ? both(/^train$/, /^test$/) : null;
    if (hundred !== null) return { batches: hundred, names: pickled(/^meta$/), read: pickledBatch };
    const hundredBinary = both(/^train\.bin$/, /^test\.bin$/);
    if (hundredBinary !== null) {
      return { batches: hundredBinary, names: lines(/^fine_label_names\.txt$/), read: (entry) => binaryBatch(entry, 2) };
    }
  }
  return null;
}

export const cifar: Layout = {
  async list(tree, options) {
    const version = recognise(tree);
    if (version === null) return null;
    const nameOf = classNamer(await version.names());
    const placed: Placed[] = [];
    const found = new Set<number>();
    for (const { entry, split } of version.batches) {
      const { labels, read } = await version.read(entry);
      labels.forEach((label, i) => {
        const readImage = read[i];
        if (readImage === undefined) return;
        found.add(label);
        const name = `${baseName(entry.path)}#${String(i).padStart(5, '0')}`;
        placed.push({ name, className: nameOf(label), split, domain: null, at: placed.length, read: readImage });
      });
    }
    return assemble({ placed, classOrder: numberOrder(found, nameOf), skipped: tree.skipped }, options);
  },
};
