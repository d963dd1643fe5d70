/** The central directory of a zip archive, read from its end without touching the rest (zip64 included). */
import { crc32 } from '../crc32';
import { DataError } from '../errors';
import { sliceBytes } from '../slice';

/** One entry as the directory declares it; nothing of it has been checked against the data yet. */
export interface ZipEntry {
  /** UTF-8 where the archive says so; else in whatever encoding the packer's machine had. */
  readonly name: { readonly bytes: Uint8Array; readonly utf8: boolean };
  readonly method: number;
  readonly encrypted: boolean;
  readonly symlink: boolean;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly headerOffset: number;
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LARGE = 0xffffffff;
/** A directory of two million entries takes about this much. */
const MAX_DIRECTORY = 256 * 2 ** 20;

const DAMAGED = 'The archive is cut off or damaged. Download or pack it again.';

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A 64-bit field as a number; offsets beyond 2^53 cannot be real. */
function readUint64(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new DataError(DAMAGED);
  return Number(value);
}

interface Directory {
  readonly offset: number;
  readonly length: number;
  /** Bytes before the archive that its own offsets do not count: a self-extracting program. */
  readonly before: number;
}

/** A directory that ends at `end`, wherever it says that it begins. */
async function located(blob: Blob, offset: number, length: number, end: number): Promise<Directory> {
  const before = end - length - offset;
  if (before <= 0 || length === 0) return { offset, length, before: 0 };
  const there = viewOf(await sliceBytes(blob, offset, offset + 4));
  const isThere = there.byteLength === 4 && there.getUint32(0, true) === ENTRY;
  return isThere ? { offset, length, before: 0 } : { offset: offset + before, length, before };
}

/** The end record is 22 bytes and may be followed by a comment of up to 65,535; null where there is none. */
async function findEnd(blob: Blob): Promise<{ readonly tail: Uint8Array; readonly tailStart: number; readonly at: number } | null> {
  const tailStart = Math.max(0, blob.size - 22 - 65535);
  const tail = await sliceBytes(blob, tailStart, blob.size);
  const view = viewOf(tail);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (view.getUint32(at, true) === END && at + 22 + view.getUint16(at + 20, true) <= tail.length) return { tail, tailStart, at };
  }
  return null;
}

/** Whether a file that begins as something else ends as a zip archive. */
export const endsAsZip = async (blob: Blob): Promise<boolean> => (await findEnd(blob)) !== null;

async function findDirectory(blob: Blob): Promise<Directory> {
  const found = await findEnd(blob);
  if (found === null) {
    throw new DataError(`This is not a complete zip archive: its directory, at the end of the file, is missing. ${DAMAGED}`);
  }
  const { tail, tailStart, at } = found;
  const view = viewOf(tail);
  const hasLocator = at >= 20 && view.getUint32(at - 20, true) === LOCATOR64;
  if (hasLocator) return findDirectory64(blob, readUint64(view, at - 20 + 8), tailStart + at - 20);
  return located(blob, view.getUint32(at + 16, true), view.getUint32(at + 12, true), tailStart + at);
}

async function findDirectory64(blob: Blob, declared: number, locator: number): Promise<Directory> {
  for (const offset of [declared, locator - 56]) {
    const record = await sliceBytes(blob, offset, offset + 56);
    const view = viewOf(record);
    if (record.length === 56 && view.getUint32(0, true) === END64) {
      return located(blob, readUint64(view, 48), readUint64(view, 40), offset);
    }
  }
  throw new DataError(DAMAGED);
}

const UNICODE_PATH = 0x7075;

/** The name in UTF-8 that Info-ZIP keeps beside one in another encoding, where it belongs to this name. */
function unicodePath(extra: Uint8Array, name: Uint8Array): Uint8Array | null {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    const length = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) !== UNICODE_PATH || length < 5 || at + 4 + length > extra.length) continue;
    if (extra[at + 4] === 1 && view.getUint32(at + 5, true) === crc32(name)) return extra.subarray(at + 9, at + 4 + length);
  }
  return null;
}

/** Sizes and offset from the zip64 extra field, where the 32-bit fields are saturated. */
function readSizes(
  view: DataView,
  at: number,
  nameLength: number,
  extraLength: number,
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
      if (field + 8 > fieldEnd) throw new DataError(DAMAGED);
      values[i] = readUint64(view, field);
      field += 8;
    }
    return values;
  }
  throw new DataError(DAMAGED);
}

/** All entries, directories included. Throws DataError on anything that does not fit the file. */
export async function readZipDirectory(blob: Blob): Promise<ZipEntry[]> {
  const { offset, length, before } = await findDirectory(blob);
  if (length > MAX_DIRECTORY || offset + length > blob.size) throw new DataError(DAMAGED);
  const bytes = await sliceBytes(blob, offset, offset + length);
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== ENTRY) throw new DataError(DAMAGED);
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true);
    if (next > bytes.length) throw new DataError(DAMAGED);
    const [size, compressedSize, headerOffset] = readSizes(view, at, nameLength, extraLength);
    const raw = bytes.subarray(at + 46, at + 46 + nameLength);
    const better = extraLength === 0 ? null : unicodePath(bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength), raw);
    const flags = view.getUint16(at + 8, true);
    entries.push({
      name: { bytes: better ?? raw, utf8: better !== null || (flags & 0x800) !== 0 },
      method: view.getUint16(at + 10, true),
      encrypted: (flags & 1) !== 0,
      // Unix modes stand in the upper half of the external attributes; 0xA000 is a symbolic link.
      symlink: (view.getUint16(at + 40, true) & 0xf000) === 0xa000,
      crc: view.getUint32(at + 16, true),
      compressedSize,
      size,
      headerOffset: headerOffset + before,
    });
    at = next;
  }
  return entries;
}
