/** From dropped files to a checkpoint: container, then layout, then facts and answers. A new format is one more entry. */
import { said, listed, type Said, type Sentence } from '../common/said';
import { applyAnswers, type VitAnswers } from './config-override';
import { CheckpointError } from './errors';
import { readFacts, type Sidecar } from './facts';
import { readVit } from './layouts';
import { isNpz, readNpz } from './npz';
import { readSafetensors, type TensorFile } from './safetensors';
import { isShardIndex, joinShards } from './shards';
import type { LoadedVit } from './timm';
import { isTorchArchive, readTorchFile } from './torch-file';
import { isTorchStream, readTorchStream } from './torch-stream';
import { readZip } from './zip';

/** A container of named tensors. */
interface WeightFormat {
  readonly title: Said;
  /** Names by which a damaged file is still taken for one of these. */
  readonly extensions: readonly string[];
  /** By content, so that a wrong file name does no harm. */
  matches(bytes: Uint8Array): boolean;
  read(bytes: Uint8Array): TensorFile;
}

const startsWith = (bytes: Uint8Array, signature: readonly number[]) => signature.every((byte, i) => bytes[i] === byte);

const isZip = (bytes: Uint8Array): boolean => startsWith(bytes, [0x50, 0x4b, 3, 4]) || startsWith(bytes, [0x50, 0x4b, 5, 6]);

/** PyTorch and NumPy both write zip archives; their members tell which. */
function readArchive(bytes: Uint8Array): TensorFile {
  const members = readZip(bytes);
  if (isTorchArchive(members)) return readTorchFile(bytes);
  if (isNpz(members)) return readNpz(bytes);
  if ([...members.keys()].some((name) => /(^|\/)(archive_format|serialized_exported_program\.json)$/.test(name))) {
    throw new CheckpointError(
      said`This is an exported program (torch.export.save): it holds a graph of operations, not a model by its parts. Save model.state_dict() with torch.save instead.`,
    );
  }
  const [first] = members.keys();
  throw new CheckpointError(
    said`This zip archive holds ${first === undefined ? said`nothing` : `"${first}"`}, not weights: neither torch.save nor NumPy wrote it. Unpack it and drop the weights file itself.`,
  );
}

const FORMATS: readonly WeightFormat[] = [
  // Nine bytes in stands the header's opening brace.
  { title: 'safetensors', extensions: ['.safetensors'], matches: (bytes) => bytes[8] === 0x7b, read: readSafetensors },
  { title: said`PyTorch (.pth, .pt, .bin; zip archives)`, extensions: [], matches: isZip, read: readArchive },
  { title: said`PyTorch before 1.6`, extensions: [], matches: isTorchStream, read: readTorchStream },
  { title: 'NumPy (.npz)', extensions: ['.pth', '.pt', '.bin', '.npz'], matches: isZip, read: readArchive },
];

/** Files that people bring instead, by their first bytes or by their names. */
const ELSEWHERE: readonly { readonly signature?: readonly number[]; readonly name?: RegExp; readonly what: Sentence }[] = [
  { signature: [0x47, 0x47, 0x55, 0x46], what: said`a GGUF file (quantised, for llama.cpp and its kin)` },
  { name: /\.onnx$/i, what: said`an ONNX graph: operations, not a model by its parts. Take the checkpoint that it was exported from` },
  { name: /\.msgpack$/i, what: said`a file of Flax. Load it in transformers with from_flax=True and call save_pretrained` },
  { name: /\.(keras|tflite|pb)$/i, what: said`a file of TensorFlow or Keras` },
  {
    signature: [0x80],
    what: said`a Python pickle that torch.save did not write. Load it in Python and save its dict of tensors with torch.save, or as safetensors`,
  },
  { signature: [0x1f, 0x8b], what: said`a gzip file. Unpack it first` },
  { signature: [0x89, 0x48, 0x44, 0x46], what: said`an HDF5 file (Keras)` },
  { signature: [0x3c], what: said`a web page (the download was probably an error or a login page)` },
  { signature: [0x76, 0x65, 0x72, 0x73, 0x69, 0x6f, 0x6e, 0x20], what: said`a Git LFS pointer, not the weights themselves` },
];

function readTensorFile(name: string, bytes: Uint8Array): TensorFile {
  const known = ELSEWHERE.find((each) => (each.signature ? startsWith(bytes, each.signature) : each.name?.test(name)));
  const format =
    FORMATS.find((candidate) => candidate.matches(bytes) && known?.name === undefined) ??
    // Damaged beyond recognition, but by its name one of ours: its reader says best what is wrong.
    (known === undefined
      ? FORMATS.find(({ extensions }) => extensions.some((extension) => name.toLowerCase().endsWith(extension)))
      : undefined);
  if (format !== undefined) return format.read(bytes);
  throw new CheckpointError(
    said`"${name}" is ${known?.what ?? said`not a weights file that is known here`}. Formats read: ${listed(FORMATS.map(({ title }) => title))}. In timm: safetensors.torch.save_file(model.state_dict(), "model.safetensors").`,
  );
}

/** A weights file with the JSON files found beside it. */
export interface VitFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** config.json, preprocessor_config.json, an index of shards; earlier ones win where two state the same. */
  readonly sidecars?: readonly Sidecar[];
  /** The other files of a checkpoint in several. */
  readonly shards?: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** A PEFT adapter to merge: its weights and the text of its adapter_config.json. */
  readonly adapter?: { readonly name: string; readonly bytes: Uint8Array; readonly config: string } | null;
}

const baseName = (path: string): string => path.split('/').at(-1) ?? path;

function readAll({ name, bytes, sidecars = [], shards = [] }: VitFile): TensorFile {
  const index = sidecars.find((sidecar) => isShardIndex(sidecar.name));
  if (shards.length === 0 && index === undefined) return readTensorFile(name, bytes);
  const files = [{ name, bytes }, ...shards];
  const read = new Map(files.map((file) => [baseName(file.name), readTensorFile(file.name, file.bytes)] as const));
  return joinShards(read, index?.text ?? null);
}

/**
 * Reads, validates and completes a ViT. Throws CheckpointError, whose message names the tensor or field and the remedy.
 */
export function loadVit(file: VitFile, answers: VitAnswers = {}): LoadedVit {
  const { metadata, tensors } = readAll(file);
  const described = (file.sidecars ?? []).filter(({ name }) => !isShardIndex(name));
  const adapter = file.adapter ? { file: readTensorFile(file.adapter.name, file.adapter.bytes), config: file.adapter.config } : null;
  return applyAnswers(readVit(tensors, { facts: () => readFacts(described, metadata), adapter, copy: answers.copy }), answers);
}
