/** Members of a zip archive that is in memory, as PyTorch and NumPy write them. Sizes are checked before memory is set aside. */
import { inflateSync } from 'fflate';
import { CheckpointError } from './errors';

const AGAIN = 'Download the file again.';
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const MAX_MEMBERS = 100_000;
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

function damaged(what: string): CheckpointError {
  return new CheckpointError(`The zip archive is damaged: ${what}. ${AGAIN}`);
}

/** Numbers of an archive; reading beyond its end is an error with a name. */
class Cursor {
  private readonly view: DataView;
  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u16(at: number): number {
    this.need(at, 2);
    return this.view.getUint16(at, true);
  }

  u32(at: number): number {
    this.need(at, 4);
    return this.view.getUint32(at, true);
  }

  u64(at: number): number {
    this.need(at, 8);
    return this.view.getUint32(at, true) + this.view.getUint32(at + 4, true) * 2 ** 32;
  }

  slice(at: number, length: number): Uint8Array {
    this.need(at, length);
    return this.bytes.subarray(at, at + length);
  }

  private need(at: number, length: number): void {
    if (!Number.isSafeInteger(at) || at < 0 || at + length > this.bytes.byteLength) throw damaged('it is cut off');
  }
}

interface Directory {
  readonly at: number;
  readonly members: number;
}

function findDirectory(cursor: Cursor): Directory {
  const { byteLength } = cursor.bytes;
  // A comment of at most 65,535 bytes may follow the end record.
  for (let at = byteLength - END_BYTES; at >= Math.max(0, byteLength - END_BYTES - 0xffff); at--) {
    if (cursor.u32(at) !== END) continue;
    const plain = { at: cursor.u32(at + 16), members: cursor.u16(at + 10) };
    if (plain.at !== 0xffffffff && plain.members !== 0xffff) return plain;
    if (at < 20 || cursor.u32(at - 20) !== LOCATOR_64) return plain;
    const end = cursor.u64(at - 12);
    if (cursor.u32(end) !== END_64) throw damaged('its 64-bit end record is missing');
    return { at: cursor.u64(end + 48), members: cursor.u64(end + 32) };
  }
  throw damaged('its directory, which stands at the end, is missing: the file is cut off');
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly local: number;
}

/** Sizes that do not fit 32 bits stand in an extra field, in a fixed order. */
function wideSizes(cursor: Cursor, at: number, length: number, narrow: readonly [size: number, packed: number, local: number]) {
  const wide = [...narrow] as [number, number, number];
  for (let field = at; field + 4 <= at + length; field += 4 + cursor.u16(field + 2)) {
    if (cursor.u16(field) !== 1) continue;
    let next = field + 4;
    narrow.forEach((value, i) => {
      if (value !== 0xffffffff) return;
      wide[i] = cursor.u64(next);
      next += 8;
    });
  }
  return wide;
}

function readMember(cursor: Cursor, { name, method, packed, size, local }: Entry): Uint8Array {
  if (cursor.u32(local) !== LOCAL) throw damaged(`member "${name}" does not begin where the directory says`);
  const content = cursor.slice(local + 30 + cursor.u16(local + 26) + cursor.u16(local + 28), packed);
  if (method === 0) return content;
  let unpacked: Uint8Array;
  try {
    unpacked = inflateSync(content, { out: new Uint8Array(size) });
  } catch (cause) {
    throw new CheckpointError(`The zip archive is damaged: member "${name}" does not unpack. ${AGAIN}`, null, { cause });
  }
  if (unpacked.byteLength !== size) throw damaged(`member "${name}" unpacks to ${unpacked.byteLength} bytes instead of ${size}`);
  return unpacked;
}

function checkEntry({ name, method, packed, size }: Entry, flags: number): void {
  if (flags & 1) throw new CheckpointError(`Member "${name}" of the archive is encrypted. Save the file without a password.`);
  if (method !== 0 && method !== 8) {
    throw new CheckpointError(
      `Member "${name}" is packed by method ${method}; stored and deflated members are read here. Save the file again.`,
    );
  }
  if (method === 0 && packed !== size) throw damaged(`member "${name}" has two sizes`);
  if (size > packed * DEFLATE_LIMIT || (size > LARGE && size > packed * LARGE_RATIO)) {
    throw new CheckpointError(
      `Member "${name}" would unpack from ${packed} to ${size} bytes, as no weights do: this is a zip bomb or a damaged file. Get the file from its source.`,
    );
  }
}

/**
 * Reads the directory. Throws CheckpointError on archives that are cut off, encrypted, hold a name twice or would unpack
 * to more than weights can take.
 */
export function readZip(bytes: Uint8Array): Map<string, ZipMember> {
  const cursor = new Cursor(bytes);
  const directory = findDirectory(cursor);
  if (directory.members > MAX_MEMBERS) throw damaged(`it claims ${directory.members} members`);
  const members = new Map<string, ZipMember>();
  let at = directory.at;
  let total = 0;
  for (let i = 0; i < directory.members; i++) {
    if (cursor.u32(at) !== ENTRY) throw damaged('its directory is shorter than its end record says');
    const [nameLength, extraLength, commentLength] = [cursor.u16(at + 28), cursor.u16(at + 30), cursor.u16(at + 32)];
    const name = new TextDecoder().decode(cursor.slice(at + 46, nameLength));
    const narrow = [cursor.u32(at + 24), cursor.u32(at + 20), cursor.u32(at + 42)] as const;
    const [size, packed, local] = wideSizes(cursor, at + 46 + nameLength, extraLength, narrow);
    const entry: Entry = { name, method: cursor.u16(at + 10), packed, size, local };
    checkEntry(entry, cursor.u16(at + 8));
    total += size;
    if (total > MAX_UNPACKED) {
      throw new CheckpointError(`The archive would unpack to more than ${MAX_UNPACKED / 2 ** 30} GB, which no model here needs.`);
    }
    if (members.has(name)) throw damaged(`it holds "${name}" twice`);
    members.set(name, { name, size, read: () => readMember(cursor, entry) });
    at += 46 + nameLength + extraLength + commentLength;
  }
  return members;
}
