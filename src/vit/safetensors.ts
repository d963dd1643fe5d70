/**
 * The safetensors container: 8 bytes little-endian header length, a JSON header, then one byte buffer.
 * Reading checks everything that the header claims before any memory is set aside; tensors are views into the file.
 */
import { issueSaid } from '../common/issue';
import { said } from '../common/said';
import * as v from 'valibot';
import { checkedSize, DTYPE_BYTES, elementBytes, isDtype, type RawTensor } from './dtype';
import { CheckpointError } from './errors';

export { fromFloat32, toFloat32, type Dtype, type RawTensor } from './dtype';
export { CheckpointError } from './errors';

/** The format's own limit on the header (the reference implementation refuses longer ones). */
const MAX_HEADER = 100_000_000;
/** Element types of the format that no weights of a ViT have, where one element takes whole bytes. */
const INERT_BYTES: Readonly<Record<string, number>> = {
  ...{ BOOL: 1, I8: 1, I16: 2, U16: 2, U32: 4, U64: 8, F8_E4M3: 1, F8_E5M2: 1, F8_E8M0: 1, C64: 8 },
};
const AGAIN = said`Download the file again, or save it again with safetensors.`;

export interface TensorFile {
  /** The `__metadata__` strings; empty where there are none. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, RawTensor>;
}

const entrySchema = v.object({
  dtype: v.string(),
  shape: v.array(v.number()),
  data_offsets: v.tuple([v.number(), v.number()]),
});
const metadataSchema = v.record(v.string(), v.string());

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; start: number } {
  if (bytes.byteLength < 8) {
    throw new CheckpointError(said`This file has ${bytes.byteLength} bytes, too few for a safetensors file. ${AGAIN}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const low = view.getUint32(0, true);
  const high = view.getUint32(4, true);
  const length = high * 2 ** 32 + low;
  if (length > bytes.byteLength - 8) {
    throw new CheckpointError(
      said`The safetensors header claims ${length} bytes, but only ${bytes.byteLength - 8} follow: the file is cut off, or it is not a safetensors file. ${AGAIN}`,
    );
  }
  if (length > MAX_HEADER) {
    throw new CheckpointError(said`The safetensors header claims ${length} bytes; the format allows ${MAX_HEADER}. ${AGAIN}`);
  }
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch (cause) {
    throw new CheckpointError(
      said`The safetensors header is not valid JSON: the file is damaged or not a safetensors file. ${AGAIN}`,
      null,
      {
        cause,
      },
    );
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw new CheckpointError(said`The safetensors header is not a JSON object: the file is damaged or not a safetensors file. ${AGAIN}`);
  }
  return { header: { ...header }, start: 8 + length };
}

interface Extent {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Tensors must tile the buffer exactly: no overlap, no hole, no rest (as the format demands). */
function checkTiling(extents: Extent[], bufferLength: number): void {
  extents.sort((a, b) => a.from - b.from || a.to - b.to);
  let reached = 0;
  let previous = '';
  for (const { name, from, to } of extents) {
    if (from < reached) throw new CheckpointError(said`Tensors "${previous}" and "${name}" overlap in the file. ${AGAIN}`, name);
    if (from > reached) {
      throw new CheckpointError(
        said`${from - reached} bytes before tensor "${name}" belong to no tensor: its offsets do not fit the file. ${AGAIN}`,
        name,
      );
    }
    reached = to;
    previous = name;
  }
  if (reached !== bufferLength) {
    throw new CheckpointError(said`${bufferLength - reached} bytes at the end of the file belong to no tensor. ${AGAIN}`);
  }
}

function readEntry(name: string, entry: unknown, buffer: Uint8Array): { tensor: RawTensor; extent: Extent } {
  const parsed = v.safeParse(entrySchema, entry);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw new CheckpointError(
      said`The header entry of tensor "${name}" is wrong at "${v.getDotPath(issue) ?? '(root)'}": ${issueSaid(issue)}. ${AGAIN}`,
      name,
    );
  }
  const { dtype, shape, data_offsets: offsets } = parsed.output;
  const [from, to] = offsets;
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || to < from || to > buffer.byteLength) {
    throw new CheckpointError(
      said`Tensor "${name}" is said to lie at bytes ${from} to ${to} of a buffer of ${buffer.byteLength}: the file is cut off or damaged. ${AGAIN}`,
      name,
    );
  }
  const count = checkedSize(shape);
  const size = isDtype(dtype) ? DTYPE_BYTES[dtype] : Object.hasOwn(INERT_BYTES, dtype) ? INERT_BYTES[dtype] : undefined;
  if (count === null || (size !== undefined && count * size !== to - from)) {
    throw new CheckpointError(
      said`Tensor "${name}" declares shape [${shape.join(', ')}] in ${dtype}, but its ${to - from} bytes hold something else. ${AGAIN}`,
      name,
    );
  }
  const bytes = buffer.subarray(from, to);
  const tensor: RawTensor = isDtype(dtype) ? { dtype, shape, bytes } : { dtype: 'opaque', stored: dtype, shape, bytes };
  return { tensor, extent: { name, from, to } };
}

/**
 * Reads a whole safetensors file. Tensors are views into `bytes`; nothing is copied or converted.
 * Throws CheckpointError on a header that is too long, not JSON or at odds with the file, and on
 * offsets that are out of range, overlap or leave holes.
 */
export function readSafetensors(bytes: Uint8Array): TensorFile {
  const { header, start } = readHeader(bytes);
  const buffer = bytes.subarray(start);
  const tensors = new Map<string, RawTensor>();
  const extents: Extent[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') {
      const parsed = v.safeParse(metadataSchema, entry);
      if (!parsed.success) throw new CheckpointError(said`The header's "__metadata__" is not a map of strings. ${AGAIN}`);
      metadata = parsed.output;
      continue;
    }
    const { tensor, extent } = readEntry(name, entry, buffer);
    tensors.set(name, tensor);
    extents.push(extent);
  }
  checkTiling(extents, buffer.byteLength);
  return { metadata, tensors };
}

/**
 * A safetensors file: tensors in map order, the buffer aligned to 8 bytes by spaces after the header.
 * Throws CheckpointError where a tensor's bytes do not match its shape.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, RawTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const entries: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) entries.push(['__metadata__', metadata]);
  let offset = 0;
  for (const [name, tensor] of tensors) {
    const { dtype, shape, bytes } = tensor;
    if (name === '__metadata__') throw new CheckpointError(said`"__metadata__" is reserved by the format and cannot name a tensor.`, name);
    const count = checkedSize(shape);
    if (count === null || count * elementBytes(tensor, name) !== bytes.byteLength) {
      throw new CheckpointError(
        said`Tensor "${name}": ${bytes.byteLength} bytes do not match shape [${shape.join(', ')}] in ${dtype}.`,
        name,
      );
    }
    entries.push([name, { dtype, shape, data_offsets: [offset, offset + bytes.byteLength] }]);
    offset += bytes.byteLength;
  }
  let json = JSON.stringify(Object.fromEntries(entries));
  let header = new TextEncoder().encode(json);
  const padding = (8 - (header.byteLength % 8)) % 8;
  if (padding > 0) {
    json += ' '.repeat(padding);
    header = new TextEncoder().encode(json);
  }
  const out = new Uint8Array(8 + header.byteLength + offset);
  new DataView(out.buffer).setBigUint64(0, BigInt(header.byteLength), true);
  out.set(header, 8);
  let at = 8 + header.byteLength;
  for (const { bytes } of tensors.values()) {
    out.set(bytes, at);
    at += bytes.byteLength;
  }
  return out;
}
