/** NumPy's .npz: a zip of .npy arrays, as the JAX ViTs (AugReg, big_vision) are published. */
import { checkedSize, DTYPE_BYTES, type Dtype, type RawTensor } from './dtype';
import { CheckpointError } from './errors';
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
  const damaged = (what: string): CheckpointError =>
    new CheckpointError(`Array "${name}" ${what}. The file is damaged; download it again.`, name);
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (bytes.byteLength < 12 || !magic.every((byte, i) => bytes[i] === byte)) throw damaged('is no NumPy array');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = view.getUint8(6) > 1;
  const start = wide ? 12 : 10;
  const end = start + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (end > bytes.byteLength) throw damaged('is cut off within its header');
  const header = new TextDecoder().decode(bytes.subarray(start, end));
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const sides = /'shape':\s*\(([\d,\sL]*)\)/.exec(header)?.[1];
  if (descr === undefined || sides === undefined) throw damaged('has a header without type or shape');
  const dtype = Object.hasOwn(TYPES, descr) ? TYPES[descr] : undefined;
  if (dtype === undefined) {
    throw new CheckpointError(
      `Array "${name}" has element type "${descr}", which is not read here${descr.includes('O') ? ' (it would be Python objects)' : ''}. Save it as float32.`,
      name,
    );
  }
  if (/'fortran_order':\s*True/.test(header)) {
    throw new CheckpointError(`Array "${name}" is stored column by column. Save it again with numpy.ascontiguousarray.`, name);
  }
  const shape = sides
    .split(',')
    .map((side) => side.trim().replace(/L$/, ''))
    .filter((side) => side !== '')
    .map(Number);
  const count = checkedSize(shape);
  if (count === null || count * DTYPE_BYTES[dtype] !== bytes.byteLength - end) {
    throw damaged(`declares shape [${shape.join(', ')}], but ${bytes.byteLength - end} bytes follow`);
  }
  return { dtype, shape, bytes: bytes.subarray(end) };
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
