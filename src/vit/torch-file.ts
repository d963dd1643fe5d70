/** PyTorch's zip archives (torch.save since 1.6): a pickle of containers, and one member per storage. */
import { checkedSize, DTYPE_BYTES, elementCount, type Dtype, type RawTensor } from './dtype';
import { CheckpointError } from './errors';
import { PickleTuple, readPickle, type Build, type PickleRules } from './pickle';
import type { TensorFile } from './safetensors';
import { readZip, type ZipMember } from './zip';

const STORAGES: Readonly<Record<string, Dtype>> = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ByteStorage: 'U8',
  BoolStorage: 'U8',
};

class Storage {
  constructor(
    readonly dtype: Dtype,
    readonly key: string,
    readonly elements: number,
  ) {}
}

/** A tensor as the pickle describes it; its bytes are fetched when it turns out to be wanted. */
class TensorReference {
  constructor(
    readonly storage: Storage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

/** Dicts within dicts that are looked into. */
const MAX_NESTING = 16;

const damaged = (what: string): CheckpointError => new CheckpointError(`The PyTorch file is damaged: ${what}. Download the file again.`);

function integers(value: unknown, what: string): number[] {
  const items = value instanceof PickleTuple ? value.items : value;
  if (!Array.isArray(items) || !items.every((item) => Number.isSafeInteger(item) && item >= 0))
    throw damaged(`a tensor's ${what} is no list of sizes`);
  return items as number[];
}

const rebuildTensor: Build = ([storage, offset, shape, strides]) => {
  if (!(storage instanceof Storage)) throw damaged('a tensor has no storage');
  if (!Number.isSafeInteger(offset) || (offset as number) < 0) throw damaged("a tensor's offset is no size");
  const [sides, steps] = [integers(shape, 'shape'), integers(strides, 'strides')];
  if (sides.length !== steps.length || sides.length > 8) throw damaged("a tensor's shape and strides differ in length");
  return new TensorReference(storage, offset as number, sides, steps);
};

const GLOBALS: Readonly<Record<string, unknown>> = {
  'collections.OrderedDict': () => new Map(),
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_parameter': (([data]) => data) satisfies Build,
  'torch.Size': (([items]) => items) satisfies Build,
  ...Object.fromEntries(Object.entries(STORAGES).map(([name, dtype]) => [`torch.${name}`, dtype])),
};

function readStorage(id: unknown): Storage {
  const [kind, dtype, key, , elements] = id instanceof PickleTuple ? id.items : [];
  const known = Object.values(STORAGES).find((each) => each === dtype);
  if (kind !== 'storage' || known === undefined || typeof key !== 'string' || !Number.isSafeInteger(elements) || (elements as number) < 0) {
    throw damaged('a storage is not described as one');
  }
  return new Storage(known, key, elements as number);
}

const RULES: PickleRules = {
  globals: GLOBALS,
  persistent: readStorage,
  // An OrderedDict's attributes (torch's `_metadata`) hold no weights.
  setState: (made) => (made instanceof Map ? made : undefined),
  oldString: (bytes) => new TextDecoder().decode(bytes),
  damaged: (what) =>
    new CheckpointError(
      `The pickle inside the file is damaged: ${what}. Download the file again, or save model.state_dict() with torch.save.`,
    ),
  refused: (name) =>
    new CheckpointError(
      `The file asks for the Python object "${name}". Nothing in a file is executed here: only tensors and plain containers are read. Save the weights alone: torch.save(model.state_dict(), "model.pth"), or as safetensors.`,
    ),
};

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

function toRaw(name: string, reference: TensorReference, bytesOf: (storage: Storage) => Uint8Array): RawTensor {
  const { storage, offset, shape, strides } = reference;
  const size = DTYPE_BYTES[storage.dtype];
  const count = checkedSize(shape);
  // A tensor of more elements than its storage repeats them; weights never do, and a few bytes could claim gigabytes.
  if (count === null || count > storage.elements) {
    throw new CheckpointError(
      `Tensor "${name}" of shape [${shape.join(', ')}] claims more elements than the ${storage.elements} that its storage holds. The file is damaged; download it again.`,
      name,
    );
  }
  const last = count === 0 ? -1 : shape.reduce((at, side, axis) => at + (side - 1) * (strides[axis] ?? 0), offset);
  if (last >= storage.elements)
    throw new CheckpointError(`Tensor "${name}" reaches beyond its storage. The file is damaged; download it again.`, name);
  const bytes = bytesOf(storage);
  const from = offset * size;
  if (isDense(reference)) return { dtype: storage.dtype, shape, bytes: bytes.subarray(from, from + count * size) };
  return { dtype: storage.dtype, shape, bytes: gather(reference, bytes, size) };
}

/** A transposed or cut tensor, copied into rows. */
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

/** Dicts inside dicts: `teacher.backbone.…`, `model.…`; lists and numbers are left aside. */
function collectTensors(root: unknown): Map<string, TensorReference> {
  const found = new Map<string, TensorReference>();
  const open = new Set<unknown>();
  const visit = (value: unknown, path: string, depth: number): void => {
    if (value instanceof TensorReference) {
      if (found.size >= 100_000) throw damaged('it holds more than 100,000 tensors');
      found.set(path, value);
      return;
    }
    // A dict that contains itself, or the same dict in many places, is walked once.
    if (!(value instanceof Map) || open.has(value) || depth > MAX_NESTING) return;
    open.add(value);
    for (const [key, inner] of value) if (typeof key === 'string') visit(inner, path === '' ? key : `${path}.${key}`, depth + 1);
  };
  visit(root, '', 0);
  return found;
}

function memberNamed(members: ReadonlyMap<string, ZipMember>, ending: string): ZipMember | undefined {
  return [...members.values()].find(({ name }) => name.endsWith(`/${ending}`) && name.split('/').length === 2);
}

/** Whether a zip archive is one of torch.save. */
export function isTorchArchive(members: ReadonlyMap<string, ZipMember>): boolean {
  return memberNamed(members, 'data.pkl') !== undefined;
}

/**
 * Reads a torch.save archive without executing anything. Tensors of dicts within dicts get dotted names.
 * Throws CheckpointError on globals other than tensors and plain containers, on damage and on TorchScript archives.
 */
export function readTorchFile(bytes: Uint8Array): TensorFile {
  const members = readZip(bytes);
  const pickle = memberNamed(members, 'data.pkl');
  if (pickle === undefined) throw damaged('it has no data.pkl');
  const root = pickle.name.slice(0, -'data.pkl'.length);
  if (members.has(`${root}constants.pkl`)) {
    throw new CheckpointError(
      'This is a TorchScript archive (torch.jit.save): it holds code. Save model.state_dict() with torch.save instead.',
    );
  }
  const order = members.get(`${root}byteorder`);
  if (order !== undefined && new TextDecoder().decode(order.read()) !== 'little') {
    throw new CheckpointError('The weights were saved on a big-endian machine, which is not read here. Save them as safetensors there.');
  }
  const storages = new Map<string, Uint8Array>();
  const bytesOf = ({ key, dtype, elements }: Storage): Uint8Array => {
    const known = storages.get(key);
    if (known !== undefined) return known;
    const member = members.get(`${root}data/${key}`);
    if (member === undefined) throw damaged(`storage "${key}" is missing`);
    if (member.size !== elements * DTYPE_BYTES[dtype]) throw damaged(`storage "${key}" has ${member.size} bytes, not ${elements} elements`);
    const content = member.read();
    storages.set(key, content);
    return content;
  };
  const found = collectTensors(readPickle(pickle.read(), RULES));
  if (found.size === 0) {
    throw new CheckpointError('The file holds no tensors in a dict. Save model.state_dict() with torch.save, or as safetensors.');
  }
  const tensors = new Map<string, RawTensor>();
  for (const [name, reference] of found) tensors.set(name, toRaw(name, reference, bytesOf));
  return { metadata: {}, tensors };
}
