/** Tensors as PyTorch pickles them: a storage, and how a tensor lies in it. */
import { said, type Sentence } from '../common/said';
import { checkedSize, DTYPE_BYTES, elementCount, type Dtype, type RawTensor } from './dtype';
import { CheckpointError } from './errors';
import { Global, Opaque, PickleTuple, type Build } from './pickle-values';

const STORAGES: Readonly<Record<string, Dtype>> = {
  ...{ DoubleStorage: 'F64', FloatStorage: 'F32', HalfStorage: 'F16', BFloat16Storage: 'BF16' },
  ...{ LongStorage: 'I64', IntStorage: 'I32', ByteStorage: 'U8', BoolStorage: 'U8' },
};

/** `dtype` null: in a form that is not read, `type` says which. */
export class Storage {
  constructor(
    readonly type: string,
    readonly dtype: Dtype | null,
    readonly key: string,
    readonly elements: number,
  ) {}
}

/** A tensor as the pickle describes it; its bytes are fetched when it turns out to be wanted. */
export class TensorReference {
  constructor(
    readonly storage: Storage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

export const damaged = (what: Sentence): CheckpointError =>
  new CheckpointError(said`The PyTorch file is damaged: ${what}. Download the file again.`);

function integers(value: unknown, what: Sentence): number[] {
  const items = value instanceof PickleTuple ? value.items : value;
  if (!Array.isArray(items) || !items.every((item) => Number.isSafeInteger(item) && item >= 0))
    throw damaged(said`a tensor's ${what} is no list of sizes`);
  return items as number[];
}

const rebuildTensor: Build = ([storage, offset, shape, strides]) => {
  if (!(storage instanceof Storage)) throw damaged(said`a tensor has no storage`);
  if (!Number.isSafeInteger(offset) || (offset as number) < 0) throw damaged(said`a tensor's offset is no size`);
  const [sides, steps] = [integers(shape, said`shape`), integers(strides, said`strides`)];
  if (sides.length !== steps.length || sides.length > 8) throw damaged(said`a tensor's shape and strides differ in length`);
  return new TensorReference(storage, offset as number, sides, steps);
};

const PLAIN_TENSORS = /^torch(\.nn\.parameter)?\.(Tensor|Parameter|Buffer)$/;

/** A tensor with attributes of Python's, or of a subclass; what a subclass makes of its numbers is not known. */
const rebuildFromType: Build = ([build, type, args]) => {
  const known = type instanceof Opaque || type instanceof Global ? PLAIN_TENSORS.test(type.name) : false;
  if (!known || !(build instanceof Global) || typeof build.meaning !== 'function' || !(args instanceof PickleTuple)) {
    return new Opaque(type instanceof Global ? type.name : 'torch._tensor._rebuild_from_type_v2', []);
  }
  return (build.meaning as Build)(args.items);
};

const first: Build = ([data]) => data;

export const TORCH_GLOBALS: Readonly<Record<string, unknown>> = {
  'collections.OrderedDict': () => new Map(),
  'torch._utils._rebuild_tensor': rebuildTensor,
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_parameter': first,
  'torch._utils._rebuild_parameter_with_state': first,
  'torch._tensor._rebuild_from_type_v2': rebuildFromType,
  'torch.Size': first,
};

/** A persistent id: ('storage', type, key, device, elements). */
export function readStorage(id: unknown): Storage {
  const [kind, type, key, , elements] = id instanceof PickleTuple ? id.items : [];
  const name = type instanceof Global ? type.name : null;
  if (kind !== 'storage' || name === null || typeof key !== 'string' || !Number.isSafeInteger(elements) || (elements as number) < 0) {
    throw damaged(said`a storage is not described as one`);
  }
  const known = /^torch\.(\w+)$/.exec(name)?.[1] ?? '';
  return new Storage(name, Object.hasOwn(STORAGES, known) ? (STORAGES[known] ?? null) : null, key, elements as number);
}

/** Where rows of a tensor lie one after another in its storage. */
function isDense({ shape, strides }: TensorReference): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const side = shape[axis] ?? 0;
    if (side !== 1 && strides[axis] !== step) return false;
    step *= side;
  }
  return true;
}

/** A transposed, cut or repeated tensor, copied into rows. */
function gather({ offset, shape, strides }: TensorReference, bytes: Uint8Array, size: number): Uint8Array {
  const count = elementCount(shape);
  const out = new Uint8Array(count * size);
  const index = shape.map(() => 0);
  let from = offset;
  for (let i = 0; i < count; i++) {
    out.set(bytes.subarray(from * size, (from + 1) * size), i * size);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] ?? 0) + 1;
      from += strides[axis] ?? 0;
      if ((index[axis] ?? 0) < (shape[axis] ?? 0)) break;
      from -= (shape[axis] ?? 0) * (strides[axis] ?? 0);
      index[axis] = 0;
    }
  }
  return out;
}

/** Elements that tensors of one file may repeat beyond their storages: position embeddings that are all alike, and no more. */
export interface Repeats {
  left: number;
}
export const repeatsOfOneFile = (): Repeats => ({ left: 2 ** 22 });

/** `bytesOf` checks a storage at once and gives what reads it. Throws CheckpointError naming the tensor. */
export function toRaw(
  name: string,
  reference: TensorReference,
  bytesOf: (storage: Storage) => () => Uint8Array,
  repeats: Repeats,
): RawTensor {
  const { storage, offset, shape, strides } = reference;
  const { dtype } = storage;
  if (dtype === null) return { dtype: 'opaque', stored: storage.type, shape, bytes: new Uint8Array(0) };
  const size = DTYPE_BYTES[dtype];
  const count = checkedSize(shape);
  // A few bytes could claim gigabytes.
  if (count === null || count - storage.elements > repeats.left) {
    throw new CheckpointError(
      said`Tensor "${name}" of shape [${shape.join(', ')}] claims more elements than the ${storage.elements} that its storage holds. The file is damaged; download it again.`,
      name,
    );
  }
  repeats.left -= Math.max(0, count - storage.elements);
  const last = count === 0 ? -1 : shape.reduce((at, side, axis) => at + (side - 1) * (strides[axis] ?? 0), offset);
  if (last >= storage.elements)
    throw new CheckpointError(said`Tensor "${name}" reaches beyond its storage. The file is damaged; download it again.`, name);
  const read = bytesOf(storage);
  if (isDense(reference)) {
    const from = offset * size;
    return { dtype, shape, bytes: read().subarray(from, from + count * size) };
  }
  return {
    dtype,
    shape,
    /** Copied when it is wanted, which tensors of an optimiser never are. */
    get bytes() {
      return gather(reference, read(), size);
    },
  };
}
