/** From dropped files to a checkpoint: container, then layout, then facts and answers. A new format is one more entry. */
import { applyAnswers, type VitAnswers } from './config-override';
import { CheckpointError } from './errors';
import { readFacts, type Sidecar } from './facts';
import { readSafetensors, type TensorFile } from './safetensors';
import { readTimmVit, type LoadedVit } from './timm';

/** A container of named tensors. */
interface WeightFormat {
  readonly title: string;
  readonly extension: string;
  /** By content, so that a wrong file name does no harm. */
  matches(bytes: Uint8Array): boolean;
  read(bytes: Uint8Array): TensorFile;
}

const startsWith = (bytes: Uint8Array, signature: readonly number[]) => signature.every((byte, i) => bytes[i] === byte);

const FORMATS: readonly WeightFormat[] = [
  // Nine bytes in stands the header's opening brace.
  { title: 'safetensors', extension: '.safetensors', matches: (bytes) => bytes[8] === 0x7b, read: readSafetensors },
];

/** Files that people bring instead, by their first bytes. */
const ELSEWHERE: readonly { readonly signature: readonly number[]; readonly what: string }[] = [
  { signature: [0x50, 0x4b], what: 'a zip archive (a PyTorch .pth or .bin, or an .npz)' },
  { signature: [0x80], what: 'a Python pickle (an old PyTorch .pth)' },
  { signature: [0x89, 0x48, 0x44, 0x46], what: 'an HDF5 file (Keras)' },
  { signature: [0x3c], what: 'a web page (the download was probably an error or a login page)' },
  { signature: [0x76, 0x65, 0x72, 0x73, 0x69, 0x6f, 0x6e, 0x20], what: 'a Git LFS pointer, not the weights themselves' },
];

function readTensorFile(name: string, bytes: Uint8Array): TensorFile {
  const known = ELSEWHERE.find(({ signature }) => startsWith(bytes, signature));
  const format =
    FORMATS.find((candidate) => candidate.matches(bytes)) ??
    // Damaged beyond recognition, but by its name one of ours: its reader says best what is wrong.
    (known === undefined ? FORMATS.find(({ extension }) => name.toLowerCase().endsWith(extension)) : undefined);
  if (format !== undefined) return format.read(bytes);
  throw new CheckpointError(
    `"${name}" is ${known?.what ?? 'not a weights file that is known here'}. Formats read: ${FORMATS.map(({ title }) => title).join(', ')}. In timm: safetensors.torch.save_file(model.state_dict(), "model.safetensors").`,
  );
}

/** A weights file with the JSON files found beside it. */
export interface VitFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** config.json, preprocessor_config.json; earlier ones win where two state the same. */
  readonly sidecars?: readonly Sidecar[];
}

/**
 * Reads, validates and completes a ViT. Throws CheckpointError, whose message names the tensor or field and the remedy.
 */
export function loadVit(file: VitFile, answers: VitAnswers = {}): LoadedVit {
  const { metadata, tensors } = readTensorFile(file.name, file.bytes);
  return applyAnswers(readTimmVit(tensors, readFacts(file.sidecars ?? [], metadata)), answers);
}
