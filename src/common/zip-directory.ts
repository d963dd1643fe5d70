/** The central directory of a zip archive, read from its end without touching the rest (zip64 included). */
import { said, type Sentence } from './said';
import { crc32 } from './crc32';

/** One entry as the directory declares it; nothing of it has been checked against the data yet. */
export interface ZipEntry {
  /** As written; `decodeName` reads it. */
  readonly name: Uint8Array;
  /** The same name in UTF-8, where a packer that wrote it otherwise put it beside (Info-ZIP's Unicode path). */
  readonly unicodeName: Uint8Array | null;
  /** General purpose bits: 0 encrypted, 11 the name is UTF-8. */
  readonly flags: number;
  readonly method: number;
  readonly symlink: boolean;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly headerOffset: number;
}

/** The error that a reader throws, made of what is wrong: "its directory is missing". */
type Damaged = (what: Sentence) => Error;

/** Asks for bytes `from` up to `to`, short where the file ends, so that one reader serves files in memory and on disk. */
type Ranges<T> = Generator<readonly [from: number, to: number], T, Uint8Array>;

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LARGE = 0xffffffff;
/** A directory of two million entries takes about this much. */
const MAX_DIRECTORY = 256 * 2 ** 20;

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A 64-bit field as a number; offsets beyond 2^53 cannot be real. */
function readUint64(view: DataView, at: number, damaged: Damaged): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged(said`it holds impossible numbers`);
  return Number(value);
}

interface Directory {
  readonly offset: number;
  readonly length: number;
  readonly entries: number;
  /** Bytes before the archive that its own offsets do not count: a program that unpacks itself. */
  readonly before: number;
}

/** A directory that ends at `end`, wherever it says that it begins. */
function* located(entries: number, offset: number, length: number, end: number): Ranges<Directory> {
  const before = end - length - offset;
  const head = before > 0 && length > 0 ? viewOf(yield [offset, offset + 4]) : null;
  const elsewhere = head !== null && !(head.byteLength === 4 && head.getUint32(0, true) === ENTRY);
  return elsewhere ? { entries, length, offset: offset + before, before } : { entries, length, offset, before: 0 };
}

function* findDirectory(fileSize: number, damaged: Damaged): Ranges<Directory> {
  // The end record is 22 bytes and may be followed by a comment of up to 65,535.
  const start = Math.max(0, fileSize - 22 - 65535);
  const tail = yield [start, fileSize];
  const view = viewOf(tail);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (view.getUint32(at, true) !== END || at + 22 + view.getUint16(at + 20, true) > tail.length) continue;
    const hasLocator = at >= 20 && view.getUint32(at - 20, true) === LOCATOR64;
    if (hasLocator) return yield* findDirectory64(readUint64(view, at - 20 + 8, damaged), start + at - 20, damaged);
    const [length, offset] = [view.getUint32(at + 12, true), view.getUint32(at + 16, true)];
    return yield* located(view.getUint16(at + 10, true), offset, length, start + at);
  }
  throw damaged(said`its directory, which stands at the end, is missing: the file is cut off`);
}

/** The 64-bit end record, where it is declared or right before its locator. */
function* findDirectory64(declared: number, locator: number, damaged: Damaged): Ranges<Directory> {
  for (const at of [declared, Math.max(0, locator - 56)]) {
    const record = yield [at, at + 56];
    const view = viewOf(record);
    if (record.length < 56 || view.getUint32(0, true) !== END64) continue;
    const [entries = 0, length = 0, offset = 0] = [32, 40, 48].map((place) => readUint64(view, place, damaged));
    return yield* located(entries, offset, length, at);
  }
  throw damaged(said`its 64-bit end record is missing`);
}

const UNICODE_PATH = 0x7075;

/** Only where it belongs to this name: tools that know nothing of it rename the entry and leave the field. */
function unicodePath(extra: Uint8Array, name: Uint8Array): Uint8Array | null {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    const length = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) !== UNICODE_PATH || length < 5 || at + 4 + length > extra.length) continue;
    if (extra[at + 4] === 1 && view.getUint32(at + 5, true) === crc32(name)) return extra.subarray(at + 9, at + 4 + length);
  }
  return null;
}

/** UTF-8 where the archive says so or where it decodes as such; else Windows-1252, so that no name is lost. */
export function decodeName({ name }: Pick<ZipEntry, 'name' | 'flags'>): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(name);
  } catch {
    return new TextDecoder('windows-1252').decode(name);
  }
}

/** Sizes and offset from the zip64 extra field, where the 32-bit fields are saturated. */
function readSizes(
  view: DataView,
  at: number,
  nameLength: number,
  extraLength: number,
  damaged: Damaged,
): [size: number, compressed: number, offset: number] {
  const values: [number, number, number] = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
  if (!values.includes(LARGE)) return values;
  const end = at + 46 + nameLength + extraLength;
  for (let extra = at + 46 + nameLength; extra + 4 <= end; extra += 4 + view.getUint16(extra + 2, true)) {
    if (view.getUint16(extra, true) !== 1) continue;
    const fieldEnd = Math.min(end, extra + 4 + view.getUint16(extra + 2, true));
    let field = extra + 4;
    for (let i = 0; i < 3; i++) {
      if (values[i] !== LARGE) continue;
      if (field + 8 > fieldEnd) throw damaged(said`an entry lacks its 64-bit sizes`);
      values[i] = readUint64(view, field, damaged);
      field += 8;
    }
    return values;
  }
  throw damaged(said`an entry lacks its 64-bit sizes`);
}

/** All entries, folders included. Throws what `damaged` makes of anything that does not fit the file. */
function* zipDirectory(fileSize: number, damaged: Damaged): Ranges<ZipEntry[]> {
  const { offset, length, entries: declared, before } = yield* findDirectory(fileSize, damaged);
  if (length > MAX_DIRECTORY || offset + length > fileSize) throw damaged(said`it is cut off before its directory`);
  const bytes = yield [offset, offset + length];
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  const short = () => damaged(said`its directory is shorter than its end record says`);
  let at = 0;
  while (at < bytes.length) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== ENTRY) throw short();
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true);
    if (next > bytes.length) throw short();
    const [size, compressedSize, headerOffset] = readSizes(view, at, nameLength, extraLength, damaged);
    const name = bytes.subarray(at + 46, at + 46 + nameLength);
    entries.push({
      name,
      unicodeName: extraLength === 0 ? null : unicodePath(bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength), name),
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      // Unix modes stand in the upper half of the external attributes; 0xA000 is a symbolic link.
      symlink: (view.getUint16(at + 40, true) & 0xf000) === 0xa000,
      crc: view.getUint32(at + 16, true),
      compressedSize,
      size,
      headerOffset: headerOffset + before,
    });
    at = next;
  }
  // More than declared is no lie: 16 bits count modulo 65,536, and some packers leave it at that.
  if (entries.length < declared) throw short();
  return entries;
}

/** The directory of an archive in memory. */
export function readZipDirectory(archive: Uint8Array, damaged: Damaged): ZipEntry[] {
  const ranges = zipDirectory(archive.length, damaged);
  let next = ranges.next();
  while (!next.done) next = ranges.next(archive.subarray(...next.value));
  return next.value;
}

/** The directory of a file of `size` bytes, of which `read` gives bytes `from` up to `to`. */
export async function readZipDirectoryFrom(
  size: number,
  read: (from: number, to: number) => Promise<Uint8Array>,
  damaged: Damaged,
): Promise<ZipEntry[]> {
  const ranges = zipDirectory(size, damaged);
  let next = ranges.next();
  while (!next.done) next = ranges.next(await read(...next.value));
  return next.value;
}
