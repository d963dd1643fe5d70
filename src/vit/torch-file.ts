/** PyTorch's zip archives (torch.save since 1.6): a pickle of containers, and one member per storage. */
import { said } from '../common/said';
import { DTYPE_BYTES } from './dtype';
import { CheckpointError } from './errors';
import { readPickle } from './pickle';
import type { TensorFile } from './safetensors';
import { tensorsOf, TORCH_RULES } from './torch-contents';
import { damaged, type Storage } from './torch-tensors';
import { readZip, type ZipMember } from './zip';

function memberNamed(members: ReadonlyMap<string, ZipMember>, ending: string): ZipMember | undefined {
  return [...members.values()].find(({ name }) => name.endsWith(`/${ending}`) && name.split('/').length === 2);
}

/** Whether a zip archive is one of torch.save. */
export function isTorchArchive(members: ReadonlyMap<string, ZipMember>): boolean {
  return memberNamed(members, 'data.pkl') !== undefined;
}

/**
 * Reads a torch.save archive without executing anything. Tensors of dicts within dicts get dotted names; objects of Python
 * classes stay as they are written, and tensors in other forms than dense ones are opaque.
 * Throws CheckpointError on damage and on TorchScript archives.
 */
export function readTorchFile(bytes: Uint8Array): TensorFile {
  const members = readZip(bytes);
  const pickle = memberNamed(members, 'data.pkl');
  if (pickle === undefined) throw damaged(said`it has no data.pkl`);
  const root = pickle.name.slice(0, -'data.pkl'.length);
  if (members.has(`${root}constants.pkl`)) {
    throw new CheckpointError(
      said`This is a TorchScript archive (torch.jit.save): it holds code. Save model.state_dict() with torch.save instead.`,
    );
  }
  const order = members.get(`${root}byteorder`);
  if (order !== undefined && new TextDecoder().decode(order.read()) !== 'little') {
    throw new CheckpointError(
      said`The weights were saved on a big-endian machine, which is not read here. Save them as safetensors there.`,
    );
  }
  const storages = new Map<string, Uint8Array>();
  const bytesOf = ({ key, dtype, elements }: Storage): (() => Uint8Array) => {
    const member = members.get(`${root}data/${key}`);
    if (member === undefined) throw damaged(said`storage "${key}" is missing`);
    const size = dtype === null ? member.size : elements * DTYPE_BYTES[dtype];
    if (member.size !== size) throw damaged(said`storage "${key}" has ${member.size} bytes, not ${elements} elements`);
    return () => {
      const content = storages.get(key) ?? member.read();
      storages.set(key, content);
      return content;
    };
  };
  return tensorsOf(readPickle(pickle.read(), TORCH_RULES), bytesOf);
}
