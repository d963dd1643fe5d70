/** The central directory of a zip archive, read from its end without touching the rest (zip64 included). */
import { DataError } from '../errors';
import { sliceBytes } from '../slice';

/** One entry as the directory declares it; nothing of it has been checked against the data yet. */
export interface ZipEntry {
  readonly name: string;
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
}

async function findDirectory(blob: Blob): Promise<Directory> {
  // The end record is 22 bytes and may be followed by a comment of up to 65,535.
  const tailStart = Math.max(0, blob.size - 22 - 65535);
  const tail = await sliceBytes(blob, tailStart, blob.size);
  const view = viewOf(tail);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (view.getUint32(at, true) !== END || at + 22 + view.getUint16(at + 20, true) > tail.length) continue;
    const length = view.getUint32(at + 12, true);
    const offset = view.getUint32(at + 16, true);
    const hasLocator = at >= 20 && view.getUint32(at - 20, true) === LOCATOR64;
    return hasLocator ? findDirectory64(blob, readUint64(view, at - 20 + 8)) : { offset, length };
  }
  throw new DataError(`This is not a complete zip archive: its directory, at the end of the file, is missing. ${DAMAGED}`);
}

async function findDirectory64(blob: Blob, offset: number): Promise<Directory> {
  const record = await sliceBytes(blob, offset, offset + 56);
  const view = viewOf(record);
  if (record.length < 56 || view.getUint32(0, true) !== END64) throw new DataError(DAMAGED);
  return { length: readUint64(view, 40), offset: readUint64(view, 48) };
}

/** UTF-8 where the archive says so or where it decodes as such; else Windows-1252, so that no name is lost. */
function decodeName(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
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
  const { offset, length } = await findDirectory(blob);
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
    entries.push({
      name: decodeName(bytes.subarray(at + 46, at + 46 + nameLength)),
      method: view.getUint16(at + 10, true),
      encrypted: (view.getUint16(at + 8, true) & 1) !== 0,
      // Unix modes stand in the upper half of the external attributes; 0xA000 is a symbolic link.
      symlink: (view.getUint16(at + 40, true) & 0xf000) === 0xa000,
      crc: view.getUint32(at + 16, true),
      compressedSize,
      size,
      headerOffset,
    });
    at = next;
  }
  return entries;
}
