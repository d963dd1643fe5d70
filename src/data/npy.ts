/** NumPy's `.npy` of numbers and strings; no objects, which would be pickled code. */
import { said } from '../common/said';
import { readNpyHeader } from '../common/npy-header';
import { DataError } from './errors';
import { readTexts } from './text/decode-texts';

export interface NpyArray {
  readonly shape: readonly number[];
  /** As NumPy writes it: '|u1', '<i8', '<U12'. */
  readonly dtype: string;
  /** Bytes of one item. */
  readonly itemBytes: number;
  /** Where the numbers start. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Throws DataError naming the file where it is damaged, an object array, or in Fortran order. */
export function readNpy(name: string, bytes: Uint8Array): NpyArray {
  const header = readNpyHeader(bytes, (what) => new DataError(said`"${name}" ${what}. It is damaged or something else.`));
  const { descr: dtype, shape, offset } = header;
  if (dtype.includes('O')) {
    throw new DataError(said`"${name}" is an array of Python objects, which only running code could read. Save it as plain numbers.`);
  }
  if (!/^[<>|=]?[a-zA-Z]\d+$/.test(dtype)) throw new DataError(said`"${name}" holds items of type "${dtype}", which are not read here.`);
  if (header.fortran) throw new DataError(said`"${name}" is in Fortran order. Save it with np.ascontiguousarray.`);
  const itemBytes = Number(dtype.replace(/^\D+/, '')) * (dtype.includes('U') ? 4 : 1);
  const declared = shape.reduce((product, side) => product * side, itemBytes);
  if (!Number.isSafeInteger(declared) || offset + declared !== bytes.length) {
    throw new DataError(
      said`"${name}" declares ${shape.join(' x ')} of ${dtype}, but holds ${bytes.length - offset} bytes. It is cut off or damaged.`,
    );
  }
  return { shape, dtype, itemBytes, offset, bytes };
}

/** Number `i` of some bytes. */
export type NumberAt = (view: DataView, at: number) => number;

const half = (bits: number): number => {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size =
    exponent === 0
      ? fraction * 2 ** -24
      : exponent === 31
        ? fraction === 0
          ? Infinity
          : NaN
        : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -size : size;
};

/** How numbers of a type are read; null where it holds none (strings, complex numbers, dates). */
export function numberReader(dtype: string): NumberAt | null {
  const little = !dtype.startsWith('>');
  switch (dtype.replace(/^[<>|=]/, '')) {
    case 'u1':
    case 'b1':
      return (view, at) => view.getUint8(at);
    case 'i1':
      return (view, at) => view.getInt8(at);
    case 'u2':
      return (view, at) => view.getUint16(at, little);
    case 'i2':
      return (view, at) => view.getInt16(at, little);
    case 'u4':
      return (view, at) => view.getUint32(at, little);
    case 'i4':
      return (view, at) => view.getInt32(at, little);
    case 'u8':
      return (view, at) => Number(view.getBigUint64(at, little));
    case 'i8':
      return (view, at) => Number(view.getBigInt64(at, little));
    case 'f2':
      return (view, at) => half(view.getUint16(at, little));
    case 'f4':
      return (view, at) => view.getFloat32(at, little);
    case 'f8':
      return (view, at) => view.getFloat64(at, little);
    default:
      return null;
  }
}

/** The numbers of an array; null where it holds none. */
export function numbers({ dtype, bytes, offset, itemBytes, shape }: NpyArray): number[] | null {
  const read = numberReader(dtype);
  if (read === null) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = shape.reduce((product, side) => product * side, 1);
  return Array.from({ length: count }, (_, i) => read(view, offset + i * itemBytes));
}

/** Strings of a Unicode or byte-string array; null for other types. */
export function strings({ dtype, bytes, offset, itemBytes, shape }: NpyArray): string[] | null {
  const kind = /^([<>|=]?)([US])\d+$/.exec(dtype);
  if (kind === null) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = shape.reduce((product, side) => product * side, 1);
  const items = Array.from({ length: count }, (_, i) => bytes.subarray(offset + i * itemBytes, offset + (i + 1) * itemBytes));
  if (kind[2] === 'S') return [...readTexts(items).texts].map((text) => text.replace(/\0+$/, ''));
  return items.map((_, i) => {
    const points: number[] = [];
    for (let k = 0; k < itemBytes; k += 4) points.push(view.getUint32(offset + i * itemBytes + k, kind[1] !== '>'));
    return String.fromCodePoint(...points.filter((point) => point > 0 && point <= 0x10ffff));
  });
}
