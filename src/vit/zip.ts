/** Members of a zip archive that is in memory, as PyTorch and NumPy write them. Sizes are checked before memory is set aside. */
import { said, type Sentence } from '../common/said';
import { inflateSync } from 'fflate';
import { decodeName, readZipDirectory, type ZipEntry } from '../common/zip-directory';
import { CheckpointError } from './errors';

const AGAIN = said`Download the file again.`;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
/** Deflate cannot shrink further than this (a code of two bits for 258 bytes, twice over). */
const DEFLATE_LIMIT = 1032;
/** What all members together may unpack to, and how far large ones may have been shrunk: weights hardly compress. */
const MAX_UNPACKED = 4 * 2 ** 30;
const LARGE = 16 * 2 ** 20;
const LARGE_RATIO = 100;

export interface ZipMember {
  readonly name: string;
  /** Bytes as declared; `read` holds the member to it. */
  readonly size: number;
  /** A view into the archive where the member is stored, else unpacked. Throws CheckpointError. */
  read(): Uint8Array;
}

function damaged(what: Sentence): CheckpointError {
  return new CheckpointError(said`The zip archive is damaged: ${what}. ${AGAIN}`);
}

function readMember(archive: Uint8Array, name: string, { method, compressedSize, size, headerOffset }: ZipEntry): Uint8Array {
  const header = archive.subarray(headerOffset, headerOffset + LOCAL_BYTES);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (header.length < LOCAL_BYTES || view.getUint32(0, true) !== LOCAL) {
    throw damaged(said`member "${name}" does not begin where the directory says`);
  }
  const from = headerOffset + LOCAL_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
  if (from + compressedSize > archive.length) throw damaged(said`member "${name}" is cut off`);
  const content = archive.subarray(from, from + compressedSize);
  if (method === 0) return content;
  let unpacked: Uint8Array;
  try {
    unpacked = inflateSync(content, { out: new Uint8Array(size) });
  } catch (cause) {
    throw new CheckpointError(said`The zip archive is damaged: member "${name}" does not unpack. ${AGAIN}`, null, { cause });
  }
  if (unpacked.byteLength !== size) throw damaged(said`member "${name}" unpacks to ${unpacked.byteLength} bytes instead of ${size}`);
  return unpacked;
}

function checkEntry(name: string, { flags, method, compressedSize, size }: ZipEntry): void {
  if (flags & 1) throw new CheckpointError(said`Member "${name}" of the archive is encrypted. Save the file without a password.`);
  if (method !== 0 && method !== 8) {
    throw new CheckpointError(
      said`Member "${name}" is packed by method ${method}; stored and deflated members are read here. Save the file again.`,
    );
  }
  if (method === 0 && compressedSize !== size) throw damaged(said`member "${name}" has two sizes`);
  if (size > compressedSize * DEFLATE_LIMIT || (size > LARGE && size > compressedSize * LARGE_RATIO)) {
    throw new CheckpointError(
      said`Member "${name}" would unpack from ${compressedSize} to ${size} bytes, as no weights do: this is a zip bomb or a damaged file. Get the file from its source.`,
    );
  }
}

/**
 * Reads the directory. Throws CheckpointError on archives that are cut off, encrypted, hold a name twice or would unpack
 * to more than weights can take.
 */
export function readZip(bytes: Uint8Array): Map<string, ZipMember> {
  const members = new Map<string, ZipMember>();
  let total = 0;
  for (const entry of readZipDirectory(bytes, damaged)) {
    const name = decodeName(entry);
    checkEntry(name, entry);
    total += entry.size;
    if (total > MAX_UNPACKED) {
      throw new CheckpointError(said`The archive would unpack to more than ${MAX_UNPACKED / 2 ** 30} GB, which no model here needs.`);
    }
    if (members.has(name)) throw damaged(said`it holds "${name}" twice`);
    members.set(name, { name, size: entry.size, read: () => readMember(bytes, name, entry) });
  }
  return members;
}
