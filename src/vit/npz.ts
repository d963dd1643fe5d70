/** NumPy's .npz: a zip of .npy arrays, as the JAX ViTs (AugReg, big_vision) are published. */
import { said, type Sentence } from '../common/said';
import { checkedSize, DTYPE_BYTES, opaqueTensor, type Dtype, type RawTensor } from './dtype';
import { CheckpointError } from './errors';
import { readNpyHeader } from '../common/npy-header';
import type { TensorFile } from './safetensors';
import { readZip, type ZipMember } from './zip';

/** `V2` is how NumPy keeps bfloat16, of which it has no type. */
const TYPES: Readonly<Record<string, Dtype>> = {
  '<f8': 'F64',
  '<f4': 'F32',
  '<f2': 'F16',
  '|V2': 'BF16',
  '<i8': 'I64',
  '<i4': 'I32',
  '|u1': 'U8',
  '|b1': 'U8',
};

/** Whether a zip archive is an .npz. */
export function isNpz(members: ReadonlyMap<string, ZipMember>): boolean {
  return members.size > 0 && [...members.keys()].every((name) => name.endsWith('.npy'));
}

function readNpy(name: string, bytes: Uint8Array): RawTensor {
  const damaged = (what: Sentence): CheckpointError =>
    new CheckpointError(said`Array "${name}" ${what}. The file is damaged; download it again.`, name);
  const { descr, shape, fortran, offset } = readNpyHeader(bytes, damaged);
  const dtype = Object.hasOwn(TYPES, descr) ? TYPES[descr] : undefined;
  if (dtype === undefined) return opaqueTensor(descr.includes('O') ? said`Python objects` : said`NumPy's "${descr}"`, shape);
  if (fortran && shape.length > 1) return opaqueTensor(said`an array column by column (numpy.ascontiguousarray mends that)`, shape);
  const count = checkedSize(shape);
  const held = bytes.byteLength - offset;
  if (count === null || count * DTYPE_BYTES[dtype] !== held) {
    throw damaged(said`declares shape [${shape.join(', ')}], but ${held} bytes follow`);
  }
  return { dtype, shape, bytes: bytes.subarray(offset) };
}

/** Reads every array, by its name without ".npy". Throws CheckpointError naming the array. */
export function readNpz(bytes: Uint8Array): TensorFile {
  const tensors = new Map<string, RawTensor>();
  for (const member of readZip(bytes).values()) {
    const array = member.name.replace(/\.npy$/, '');
    tensors.set(array, readNpy(array, member.read()));
  }
  return { metadata: {}, tensors };
}
