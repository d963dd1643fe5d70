/** Element types of the tensors in weights files, and their conversion to float32. */
import { CheckpointError } from './errors';

export const DTYPE_BYTES = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, U8: 1 } as const;
export type Dtype = keyof typeof DTYPE_BYTES;

export function isDtype(name: string): name is Dtype {
  return Object.hasOwn(DTYPE_BYTES, name);
}

/** A tensor as its file holds it: little-endian `bytes`, row-major, a view into the file where that is possible. */
export interface RawTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** Number of elements of a shape; 1 for a scalar. Not safe against overflow: check untrusted shapes with `checkedSize`. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Elements of an untrusted shape, or null where it is not a list of non-negative integers with an exact product. */
export function checkedSize(shape: readonly number[]): number | null {
  let product = 1;
  for (const side of shape) {
    if (!Number.isSafeInteger(side) || side < 0) return null;
    product *= side;
    if (!Number.isSafeInteger(product)) return null;
  }
  return product;
}

/** IEEE 754 binary16 bits to a number, subnormals, infinities and NaN included. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

let halfTable: Float32Array | null = null;

/** All 65,536 halves, built on first use: one look-up per weight is several times faster than the arithmetic. */
export function halves(): Float32Array {
  halfTable ??= Float32Array.from({ length: 65536 }, (_, bits) => halfToNumber(bits));
  return halfTable;
}

/**
 * The tensor's values as float32, always in memory of their own (never a view into the file).
 * Throws CheckpointError where `bytes` does not match shape and dtype.
 */
export function toFloat32(tensor: RawTensor, name = 'tensor'): Float32Array {
  const count = checkedSize(tensor.shape);
  if (count === null || count * DTYPE_BYTES[tensor.dtype] !== tensor.bytes.byteLength) {
    throw new CheckpointError(
      `Tensor "${name}" has ${tensor.bytes.byteLength} bytes, which is not what shape [${tensor.shape.join(', ')}] in ${tensor.dtype} takes. The file is damaged; download it again.`,
      name,
    );
  }
  const view = new DataView(tensor.bytes.buffer, tensor.bytes.byteOffset, tensor.bytes.byteLength);
  const out = new Float32Array(count);
  switch (tensor.dtype) {
    case 'F32':
      // Typed arrays use the machine's byte order, which is little-endian wherever browsers and Node run today.
      new Uint8Array(out.buffer).set(tensor.bytes);
      return out;
    case 'F16': {
      const table = halves();
      for (let i = 0; i < count; i++) out[i] = table[view.getUint16(2 * i, true)] ?? NaN;
      return out;
    }
    case 'BF16': {
      const bits = new Uint32Array(out.buffer);
      for (let i = 0; i < count; i++) bits[i] = view.getUint16(2 * i, true) << 16;
      return out;
    }
    case 'F64':
      for (let i = 0; i < count; i++) out[i] = view.getFloat64(8 * i, true);
      return out;
    case 'I64':
      for (let i = 0; i < count; i++) out[i] = Number(view.getBigInt64(8 * i, true));
      return out;
    case 'I32':
      for (let i = 0; i < count; i++) out[i] = view.getInt32(4 * i, true);
      return out;
    case 'U8':
      out.set(tensor.bytes);
      return out;
  }
}

/** A float32 array as a raw tensor (a view, not a copy). */
export function fromFloat32(data: Float32Array, shape: readonly number[]): RawTensor {
  return { dtype: 'F32', shape, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}
