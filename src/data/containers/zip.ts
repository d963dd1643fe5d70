/**
 * Zip archives, entry by entry: the directory is read first, and each file is inflated from its own slice of the
 * Blob when it is wanted, so that an archive of any size costs no more memory than its largest file.
 */
import { formatBytes } from '../../common/bytes';
import { Inflate, inflateSync } from 'fflate';
import { decodeName, readZipDirectoryFrom, type ZipEntry as RawEntry } from '../../common/zip-directory';
import { crc32 } from '../crc32';
import { DataError } from '../errors';
import type { FileEntry, FileTree, Skipped } from '../file-tree';
import { cleanPath } from '../names';
import { readInBlocks, type ReadBytes } from './blocks';
import { ARCHIVE_LIMITS, type ArchiveLimits } from './limits';

/** Compressed bytes given to the inflater at once; a bomb can blow a piece up to about a thousand times this. */
const PIECE = 16384;

/** Inflates raw deflate data that should be `size` bytes long; stops as soon as more comes out. */
function inflateExactly(packed: Uint8Array, size: number): Uint8Array | null {
  if (packed.length <= 4 * PIECE) {
    // One byte more than declared, so that an overflow shows; fflate drops what lies beyond.
    const out = inflateSync(packed, { out: new Uint8Array(size + 1) });
    return out.length === size ? out : null;
  }
  const out = new Uint8Array(size);
  let filled = 0;
  let overflow = false;
  const inflate = new Inflate((chunk) => {
    if (filled + chunk.length > size) overflow = true;
    else out.set(chunk, filled);
    filled += chunk.length;
  });
  for (let at = 0; at < packed.length && !overflow; at += PIECE) {
    inflate.push(packed.subarray(at, at + PIECE), at + PIECE >= packed.length);
  }
  return !overflow && filled === size ? out : null;
}

type ZipEntry = Omit<RawEntry, 'name'> & { readonly name: string };

const damaged = (what: string) => new DataError(`The archive is cut off or damaged: ${what}. Download or pack it again.`);

const damagedEntry = (entry: ZipEntry, cause?: unknown) =>
  new DataError(`"${entry.name}" in the archive is damaged, or not as large as declared. Pack the archive again.`, null, { cause });

/** An archive and the way to read small parts of it. */
interface Archive {
  readonly blob: Blob;
  readonly read: ReadBytes;
}

/** Where the packed bytes of an entry lie: its local header, unlike the directory, says how long it is itself. */
async function packedRange({ blob, read }: Archive, entry: ZipEntry): Promise<readonly [from: number, to: number]> {
  const header = await read(entry.headerOffset, entry.headerOffset + 30);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (header.length < 30 || view.getUint32(0, true) !== 0x04034b50) throw damagedEntry(entry);
  const start = entry.headerOffset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
  if (start + entry.compressedSize > blob.size) throw damagedEntry(entry);
  return [start, start + entry.compressedSize];
}

async function readEntry(archive: Archive, entry: ZipEntry): Promise<Uint8Array> {
  const packed = await archive.read(...(await packedRange(archive, entry)));
  let bytes: Uint8Array | null;
  try {
    bytes = entry.method === 0 ? packed : inflateExactly(packed, entry.size);
  } catch (cause) {
    throw damagedEntry(entry, cause);
  }
  if (bytes === null || bytes.length !== entry.size || crc32(bytes) !== entry.crc) throw damagedEntry(entry);
  return bytes;
}

/** Why an entry is left out; null where it can be read. */
function objection(entry: ZipEntry, path: string | null, seen: ReadonlySet<string>, limits: ArchiveLimits): string | null {
  if (path === null) return 'its path leads out of the archive';
  if (entry.symlink) return 'it is a link, not a file';
  if (seen.has(path)) return 'another entry has the same name';
  if (entry.method !== 0 && entry.method !== 8) return `it is packed by method ${entry.method}; only "deflate" and "store" are read`;
  if (entry.size > limits.entryBytes) return `it unpacks to ${formatBytes(entry.size)}, more than ${formatBytes(limits.entryBytes)}`;
  if (entry.size > limits.ratioFloor && entry.size > entry.compressedSize * limits.ratio) {
    return `it unpacks to ${Math.round(entry.size / Math.max(1, entry.compressedSize))} times its size, as only a zip bomb does`;
  }
  return null;
}

/**
 * Opens a zip archive. Unsafe, duplicate and oversized entries are left out and listed.
 * Throws DataError on an archive that is cut off, encrypted, or beyond the limits as a whole.
 */
export async function openZip(blob: Blob, limits: ArchiveLimits = ARCHIVE_LIMITS): Promise<FileTree> {
  const read = readInBlocks(blob);
  const entries = (await readZipDirectoryFrom(blob.size, read, damaged))
    .map((entry): ZipEntry => ({ ...entry, name: decodeName(entry) }))
    .filter(({ name }) => !/[/\\]$/.test(name));
  if (entries.length > limits.entries) {
    throw new DataError(`The archive has ${entries.length} files; at most ${limits.entries} are read. Split it.`);
  }
  if (entries.some(({ flags }) => flags & 1)) {
    throw new DataError('The archive is encrypted. Unpack it with its password and pack it again without one.');
  }
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > limits.totalBytes) {
    throw new DataError(`The archive unpacks to ${formatBytes(total)}; at most ${formatBytes(limits.totalBytes)} are read. Split it.`);
  }
  const archive = { blob, read };
  const files: FileEntry[] = [];
  const skipped: Skipped[] = [];
  const seen = new Set<string>();
  for (const entry of entries) {
    const path = cleanPath(entry.name);
    const reason = objection(entry, path, seen, limits);
    if (reason !== null || path === null) {
      skipped.push({ name: entry.name, reason: reason ?? '' });
      continue;
    }
    seen.add(path);
    const stored = entry.method === 0 && entry.compressedSize === entry.size;
    files.push({
      path,
      size: entry.size,
      bytes: () => readEntry(archive, entry),
      ...(stored ? { blob: async () => blob.slice(...(await packedRange(archive, entry))) } : {}),
    });
  }
  return { files, skipped };
}
