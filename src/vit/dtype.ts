/** Element types of the tensors in weights files, and their conversion to float32. */
import { said, type Said } from '../common/said';
import { CheckpointError } from './errors';

export const DTYPE_BYTES = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, U8: 1 } as const;
export type Dtype = keyof typeof DTYPE_BYTES;

export function isDtype(name: string): name is Dtype {
  return Object.hasOwn(DTYPE_BYTES, name);
}

/** What weights are made of; whole numbers are counters, masks or quantised. */
const FLOATS: readonly string[] = ['F64', 'F32', 'F16', 'BF16'];

/**
 * A tensor as its file holds it: little-endian `bytes`, row-major, a view into the file where that is possible. `opaque`:
 * in a form that is not read (`stored` says which). Such a tensor is carried along, and refused only where it is needed.
 */
export interface RawTensor {
  readonly dtype: Dtype | 'opaque';
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
  /** For people: "complex numbers", "F8_E4M3". */
  readonly stored?: Said;
}

/** A tensor that nobody can read, without its bytes. */
export const opaqueTensor = (stored: Said, shape: readonly number[] = []): RawTensor => ({
  ...{ dtype: 'opaque', shape, stored, bytes: new Uint8Array(0) },
});

/** Bytes of one element. Throws CheckpointError on a tensor in a form that is not read. */
export function elementBytes({ dtype, stored }: RawTensor, name: string): number {
  if (dtype !== 'opaque') return DTYPE_BYTES[dtype];
  throw new CheckpointError(
    said`Tensor "${name}" is part of the model, but stored as ${stored ?? said`an unknown type`}, which is not read here. Convert the weights to float32 or float16 in the library that wrote them (dequantise, then model.float()), and save them again.`,
    name,
  );
}

/** Throws CheckpointError on a tensor of whole numbers where weights are wanted. */
export function requireFloats(tensor: RawTensor, name: string): void {
  elementBytes(tensor, name);
  if (!FLOATS.includes(tensor.dtype)) elementBytes(opaqueTensor(said`whole numbers (${tensor.dtype})`), name);
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
 * Throws CheckpointError where `bytes` does not match shape and dtype, and on opaque tensors.
 */
export function toFloat32(tensor: RawTensor, name = 'tensor'): Float32Array {
  const count = checkedSize(tensor.shape);
  const { bytes } = tensor;
  if (count === null || count * elementBytes(tensor, name) !== bytes.byteLength) {
    throw new CheckpointError(
      said`Tensor "${name}" has ${bytes.byteLength} bytes, which is not what shape [${tensor.shape.join(', ')}] in ${tensor.dtype} takes. The file is damaged; download it again.`,
      name,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out = new Float32Array(count);
  switch (tensor.dtype) {
    case 'F32':
      // Typed arrays use the machine's byte order, which is little-endian wherever browsers and Node run today.
      new Uint8Array(out.buffer).set(bytes);
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
      out.set(bytes);
      return out;
    case 'opaque':
      return out;
  }
}

/** A float32 array as a raw tensor (a view, not a copy). */
export function fromFloat32(data: Float32Array, shape: readonly number[]): RawTensor {
  return { dtype: 'F32', shape, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}
