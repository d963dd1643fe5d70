/**
 * What torch.save wrote before 1.6, and still writes where it is told to: five pickles one after another (a number, a version, the
 * machine, the object, the order of its storages), then the storages.
 */
import { said } from '../common/said';
import { DTYPE_BYTES } from './dtype';
import { CheckpointError } from './errors';
import { PickleTuple, readPickleFrom } from './pickle';
import type { TensorFile } from './safetensors';
import { tensorsOf, TORCH_RULES } from './torch-contents';
import { damaged, readStorage, type Storage } from './torch-tensors';

/** The number 0x1950a86a20f9469cfc6c, which the first pickle is. */
const MAGIC = [0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
/** Protocol 2 writes it at byte 2, protocol 4 behind the size of a frame. */
const MAGIC_AT = [2, 11];

/** Bytes of an element of storages whose tensors are not read here. */
const OPAQUE_BYTES: Readonly<Record<string, number>> = {
  ...{ CharStorage: 1, QInt8Storage: 1, QUInt8Storage: 1, UntypedStorage: 1 },
  ...{ ShortStorage: 2, QInt32Storage: 4, ComplexFloatStorage: 8, ComplexDoubleStorage: 16 },
};

export const isTorchStream = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x80 && MAGIC_AT.some((at) => MAGIC.every((byte, i) => bytes[at + i] === byte));

function bytesAnElement({ dtype, type }: Storage): number {
  const size = dtype === null ? OPAQUE_BYTES[type.replace(/^.*\./, '')] : DTYPE_BYTES[dtype];
  if (size !== undefined) return size;
  throw new CheckpointError(
    said`The file holds numbers of the kind "${type}", whose size is not known here, so what follows cannot be found. Load it in PyTorch and save model.state_dict() again.`,
  );
}

/** Reads the older form of torch.save without executing anything. Throws CheckpointError on damage. */
export function readTorchStream(bytes: Uint8Array): TensorFile {
  const described = new Map<string, Storage>();
  const rules = {
    ...TORCH_RULES,
    persistent: (id: unknown): unknown => {
      const items = id instanceof PickleTuple ? id.items : [];
      // A class of a pickled model, with its source: stays a name.
      if (items[0] === 'module') return items[1];
      const storage = readStorage(id);
      if ((items[5] ?? null) !== null) {
        throw new CheckpointError(
          said`The file holds views of storages, as PyTorch before 0.4 wrote them, which are not read here. Load it in PyTorch and save model.state_dict() again.`,
        );
      }
      const known = described.get(storage.key);
      if (known !== undefined && (known.type !== storage.type || known.elements !== storage.elements))
        throw damaged(said`storage "${storage.key}" is described in two ways`);
      described.set(storage.key, storage);
      return storage;
    },
  };
  let at = 0;
  const next = (): unknown => {
    const { value, end } = readPickleFrom(bytes, at, rules);
    at = end;
    return value;
  };
  next();
  next();
  const machine = next();
  if (machine instanceof Map && machine.get('little_endian') === false) {
    throw new CheckpointError(
      said`The weights were saved on a big-endian machine, which is not read here. Save them as safetensors there.`,
    );
  }
  const root = next();
  const order = next();
  if (!Array.isArray(order)) throw damaged(said`it does not list its storages`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stored = new Map<string, Uint8Array>();
  for (const key of order as readonly unknown[]) {
    const storage = typeof key === 'string' ? described.get(key) : undefined;
    if (storage === undefined) throw damaged(said`it lists a storage that no tensor uses`);
    if (at + 8 > bytes.length) throw damaged(said`it is cut off`);
    const size = storage.elements * bytesAnElement(storage);
    if (view.getBigUint64(at, true) !== BigInt(storage.elements) || at + 8 + size > bytes.length)
      throw damaged(said`storage "${storage.key}" has not the ${storage.elements} elements that its tensors need`);
    stored.set(storage.key, bytes.subarray(at + 8, at + 8 + size));
    at += 8 + size;
  }
  return tensorsOf(root, ({ key }) => {
    const content = stored.get(key);
    if (content === undefined) throw damaged(said`storage "${key}" is missing`);
    return () => content;
  });
}
