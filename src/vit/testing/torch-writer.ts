/** Writes what torch.save writes, so that tests can damage it; and pickles by hand, good and evil. */
import { zipSync } from 'fflate';
import { DTYPE_BYTES, elementCount, type RawTensor } from '../dtype';

const ascii = (text: string): number[] => [...new TextEncoder().encode(text)];
const u32 = (value: number): number[] => [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255];

/** Opcodes of protocol 2. */
export const op = {
  start: [0x80, 2],
  stop: [0x2e],
  mark: [0x28],
  none: [0x4e],
  emptyDict: [0x7d],
  emptyTuple: [0x29],
  tuple: [0x74],
  setItems: [0x75],
  reduce: [0x52],
  build: [0x62],
  persistent: [0x51],
  global: (module: string, name: string) => [0x63, ...ascii(`${module}\n${name}\n`)],
  text: (value: string) => [0x58, ...u32(ascii(value).length), ...ascii(value)],
  int: (value: number) => [0x4a, ...u32(value)],
} as const;

export const pickle = (...parts: readonly (readonly number[])[]): Uint8Array => Uint8Array.from([...op.start, ...parts.flat(), ...op.stop]);

const STORAGE = { F64: 'DoubleStorage', F32: 'FloatStorage', F16: 'HalfStorage', BF16: 'BFloat16Storage', I64: 'LongStorage' } as const;

export interface TensorWords {
  readonly key: string;
  readonly storage?: string;
  readonly elements: number;
  readonly offset?: number;
  readonly shape: readonly number[];
  readonly strides?: readonly number[];
}

const longs = (values: readonly number[]): number[] =>
  values.flatMap((value) => {
    if (value >= 0 && value < 2 ** 31) return op.int(value);
    const bytes = Array.from({ length: 9 }, (_, i) => Number((BigInt(value) >> BigInt(8 * i)) & 255n));
    return [0x8a, 9, ...bytes];
  });

/** The words that build one tensor. */
export function tensorWords({ key, storage = 'FloatStorage', elements, offset = 0, shape, strides }: TensorWords): number[] {
  const dense = shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
  return [
    ...op.global('torch._utils', '_rebuild_tensor_v2'),
    ...[...op.mark, ...op.mark, ...op.text('storage'), ...op.global('torch', storage), ...op.text(key), ...op.text('cpu')],
    ...[...longs([elements]), ...op.tuple, ...op.persistent, ...longs([offset])],
    ...[...op.mark, ...longs(shape), ...op.tuple, ...op.mark, ...longs(strides ?? dense), ...op.tuple],
    ...[0x89, ...op.global('collections', 'OrderedDict'), ...op.emptyTuple, ...op.reduce, ...op.tuple, ...op.reduce],
  ];
}

/** A dict of these words. */
export const dictWords = (items: readonly (readonly [string, readonly number[]])[]): number[] => [
  ...op.emptyDict,
  ...op.mark,
  ...items.flatMap(([name, words]) => [...op.text(name), ...words]),
  ...op.setItems,
];

/** A zip archive, everything stored, as torch.save lays it out. */
export function torchArchive(data: Uint8Array, members: Readonly<Record<string, Uint8Array>> = {}): Uint8Array {
  return zipSync(
    { 'archive/data.pkl': data, ...Object.fromEntries(Object.entries(members).map(([name, bytes]) => [`archive/${name}`, bytes])) },
    { level: 0 },
  );
}

const MAGIC = [0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/** What torch.save wrote before 1.6: pickles one after another, the order of the storages (`keys`), then each with its number of elements. */
export function torchStream(
  words: readonly number[],
  { keys = ['0'], elements = 4, bytes = 16, machine = [] }: { keys?: string[]; elements?: number; bytes?: number; machine?: number[] } = {},
): Uint8Array {
  const order = [0x5d, ...op.mark, ...keys.flatMap((key) => op.text(key)), 0x65];
  const pickles = [MAGIC, op.int(1001), dictWords([['little_endian', machine.length > 0 ? machine : [0x88]]]), words, order];
  const count = Uint8Array.from([...u32(elements), 0, 0, 0, 0]);
  return Uint8Array.from([...pickles.flatMap((each) => [...pickle(each)]), ...count, ...new Uint8Array(bytes)]);
}

/** torch.save(dict), with further entries (words of pickle) and with tensors in other storages where those are named. */
export function writeTorchFile(
  tensors: ReadonlyMap<string, RawTensor>,
  { entries = [], storages = {} }: { entries?: readonly (readonly [string, readonly number[]])[]; storages?: Record<string, string> } = {},
): Uint8Array {
  const members: Record<string, Uint8Array> = { byteorder: Uint8Array.from(ascii('little')) };
  const items: (readonly [string, readonly number[]])[] = [];
  for (const [name, { dtype, shape, bytes }] of tensors) {
    const key = String(items.length);
    if (dtype === 'I32' || dtype === 'U8' || dtype === 'opaque') throw new Error(`${dtype} is not written here`);
    const storage = storages[name] ?? STORAGE[dtype];
    items.push([name, tensorWords({ key, storage, elements: bytes.byteLength / DTYPE_BYTES[dtype], shape })]);
    members[`data/${key}`] = bytes;
  }
  return torchArchive(pickle(dictWords([...items, ...entries])), members);
}
