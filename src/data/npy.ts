/** NumPy's `.npy` of numbers and strings; no objects, which would be pickled code. */
import { readNpyHeader } from '../common/npy-header';
import { DataError } from './errors';

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
  const header = readNpyHeader(bytes, (what) => new DataError(`"${name}" ${what}. It is damaged or something else.`));
  const { descr: dtype, shape, offset } = header;
  if (dtype.includes('O')) {
    throw new DataError(`"${name}" is an array of Python objects, which only running code could read. Save it as plain numbers.`);
  }
  if (!/^[<>|=]?[a-zA-Z]\d+$/.test(dtype)) throw new DataError(`"${name}" holds items of type "${dtype}", which are not read here.`);
  if (header.fortran) throw new DataError(`"${name}" is in Fortran order. Save it with np.ascontiguousarray.`);
  const itemBytes = Number(dtype.replace(/^\D+/, '')) * (dtype.includes('U') ? 4 : 1);
  const declared = shape.reduce((product, side) => product * side, itemBytes);
  if (!Number.isSafeInteger(declared) || offset + declared !== bytes.length) {
    throw new DataError(
      `"${name}" declares ${shape.join(' x ')} of ${dtype}, but holds ${bytes.length - offset} bytes. It is cut off or damaged.`,
    );
  }
  return { shape, dtype, itemBytes, offset, bytes };
}

/** Whole numbers of an integer or boolean array; null for other types. */
export function integers({ dtype, bytes, offset, itemBytes, shape }: NpyArray): number[] | null {
  const kind = /^([<>|=]?)([iub])([1248])$/.exec(dtype);
  if (kind === null) return null;
  const little = kind[1] !== '>';
  const signed = kind[2] === 'i';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = shape.reduce((product, side) => product * side, 1);
  const read = (at: number): number => {
    switch (itemBytes) {
      case 1:
        return signed ? view.getInt8(at) : view.getUint8(at);
      case 2:
        return signed ? view.getInt16(at, little) : view.getUint16(at, little);
      case 4:
        return signed ? view.getInt32(at, little) : view.getUint32(at, little);
      default:
        return Number(signed ? view.getBigInt64(at, little) : view.getBigUint64(at, little));
    }
  };
  return Array.from({ length: count }, (_, i) => read(offset + i * itemBytes));
}

/** Strings of a Unicode or byte-string array; null for other types. */
export function strings({ dtype, bytes, offset, itemBytes, shape }: NpyArray): string[] | null {
  const kind = /^([<>|=]?)([US])\d+$/.exec(dtype);
  if (kind === null) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = shape.reduce((product, side) => product * side, 1);
  return Array.from({ length: count }, (_, i) => {
    const at = offset + i * itemBytes;
    if (kind[2] === 'S') return new TextDecoder().decode(bytes.subarray(at, at + itemBytes)).replace(/\0+$/, '');
    const points: number[] = [];
    for (let k = 0; k < itemBytes; k += 4) points.push(view.getUint32(at + k, kind[1] !== '>'));
    return String.fromCodePoint(...points.filter((point) => point > 0 && point <= 0x10ffff));
  });
}

/** `count` numbers from item `from` on, of an unsigned byte or float array, as 0..255; `scale` is 255 for floats in 0..1. */
export function asBytes(row: Uint8Array, dtype: string, scale: number): Uint8Array | null {
  if (/^[|<>=]?(u1|b1)$/.test(dtype)) return row;
  const kind = /^([<>=]?)f([48])$/.exec(dtype);
  if (kind === null) return null;
  const size = Number(kind[2]);
  const view = new DataView(row.buffer, row.byteOffset, row.byteLength);
  const little = kind[1] !== '>';
  return Uint8Array.from({ length: Math.floor(row.length / size) }, (_, i) => {
    const value = size === 4 ? view.getFloat32(i * 4, little) : view.getFloat64(i * 8, little);
    return Number.isNaN(value) ? 0 : Math.min(255, Math.max(0, Math.round(value * scale)));
  });
}
