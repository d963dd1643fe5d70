/**
 * Zip archives, entry by entry: the directory is read first, and each file is inflated from its own slice of the
 * Blob when it is wanted, so that an archive of any size costs no more memory than its largest file.
 */
import { said, type Sentence } from '../../common/said';
import { formatBytes } from '../../common/bytes';
import { Inflate, inflateSync } from 'fflate';
import { crc32 } from '../../common/crc32';
import { readZipDirectoryFrom, type ZipEntry } from '../../common/zip-directory';
import { DataError } from '../errors';
import type { FileEntry, FileTree, Skipped } from '../file-tree';
import { encodingNamed, encodingNote, readTexts } from '../text/decode-texts';
import type { Understood } from '../understood';
import { entryPaths, noPath } from './entry-paths';
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

/** Ways of packing that are not read, by what packers call them. */
const METHODS: Readonly<Record<number, string>> = {
  1: 'Shrink',
  6: 'Implode',
  9: 'Deflate64',
  12: 'bzip2',
  14: 'LZMA',
  93: 'Zstandard',
  95: 'XZ',
  96: 'JPEG',
  98: 'PPMd',
  99: 'AES encryption',
};

/** General purpose bits: encrypted; the name is in UTF-8. */
const ENCRYPTED = 1;
const UTF8 = 0x800;

type Named = Omit<ZipEntry, 'name' | 'unicodeName'> & { readonly name: string };

const damaged = (what: Sentence) => new DataError(said`The archive is cut off or damaged: ${what}. Download or pack it again.`);

/** All names in one encoding: those that the archive calls UTF-8 as such, the rest in the likeliest. */
function withNames(entries: readonly ZipEntry[], given: string | undefined): { readonly named: Named[]; readonly note: Understood | null } {
  const utf8 = entries.map(({ name, flags, unicodeName }) => unicodeName ?? ((flags & UTF8) !== 0 ? name : null));
  const told = readTexts(utf8.filter((name) => name !== null));
  // A flag that lies tells nothing.
  const isTold = (i: number) => told.encoding === 'utf-8' && utf8[i] !== null;
  const read = readTexts(
    entries.flatMap(({ name }, i) => (isTold(i) ? [] : [name])),
    encodingNamed(given),
  );
  let [nextTold, nextRead] = [0, 0];
  // Field by field, without the bytes of the names: they would keep the whole directory in memory.
  const named = entries.map(({ flags, method, symlink, crc, compressedSize, size, headerOffset }, i): Named => {
    const name = (isTold(i) ? told.texts[nextTold++] : read.texts[nextRead++]) ?? '';
    return { name, flags, method, symlink, crc, compressedSize, size, headerOffset };
  });
  return { named, note: encodingNote(said`Names in the archive are read`, 'nameEncoding', read) };
}

const damagedEntry = (entry: Named, cause?: unknown) =>
  new DataError(said`"${entry.name}" in the archive is damaged, or not as large as declared. Pack the archive again.`, null, { cause });

/** An archive and the way to read small parts of it. */
interface Archive {
  readonly blob: Blob;
  readonly read: ReadBytes;
}

/** Where the packed bytes of an entry lie: its local header, unlike the directory, says how long it is itself. */
async function packedRange({ blob, read }: Archive, entry: Named): Promise<readonly [from: number, to: number]> {
  const header = await read(entry.headerOffset, entry.headerOffset + 30);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (header.length < 30 || view.getUint32(0, true) !== 0x04034b50) throw damagedEntry(entry);
  const start = entry.headerOffset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
  if (start + entry.compressedSize > blob.size) throw damagedEntry(entry);
  return [start, start + entry.compressedSize];
}

async function readEntry(archive: Archive, entry: Named): Promise<Uint8Array> {
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

/** Whether a file that begins as something else ends as a zip archive: a program that unpacks itself. */
export async function endsAsZip(blob: Blob): Promise<boolean> {
  return readZipDirectoryFrom(blob.size, readInBlocks(blob), damaged).then(
    () => true,
    () => false,
  );
}

/** Why an entry is left out; null where it can be read. */
function objection(entry: Named, path: string, seen: ReadonlySet<string>, limits: ArchiveLimits): Sentence | null {
  if (entry.symlink) return said`it is a link, not a file`;
  if (seen.has(path)) return said`another entry has the same name`;
  if (entry.method !== 0 && entry.method !== 8) {
    const name = METHODS[entry.method];
    const how = name === undefined ? said`method ${entry.method}` : said`${name} (method ${entry.method})`;
    return said`it is packed by ${how}, which is not read: unpack the archive and drop the folder, or pack it again with "deflate"`;
  }
  if (entry.size > limits.entryBytes) return said`it unpacks to ${formatBytes(entry.size)}, more than ${formatBytes(limits.entryBytes)}`;
  if (entry.size > limits.ratioFloor && entry.size > entry.compressedSize * limits.ratio) {
    return said`it unpacks to ${Math.round(entry.size / Math.max(1, entry.compressedSize))} times its size, as only a zip bomb does`;
  }
  return null;
}

/**
 * Opens a zip archive. Unsafe, duplicate and oversized entries are left out and listed.
 * Throws DataError on an archive that is cut off, encrypted, or beyond the limits as a whole.
 */
export async function openZip(blob: Blob, limits: ArchiveLimits = ARCHIVE_LIMITS, nameEncoding?: string): Promise<FileTree> {
  const read = readInBlocks(blob);
  const { named, note } = withNames(await readZipDirectoryFrom(blob.size, read, damaged), nameEncoding);
  const entries = named.filter(({ name }) => !/[/\\]$/.test(name));
  if (entries.length > limits.entries) {
    throw new DataError(said`The archive has ${entries.length} files; at most ${limits.entries} are read. Split it.`);
  }
  if (entries.some(({ flags }) => (flags & ENCRYPTED) !== 0)) {
    throw new DataError(said`The archive is encrypted. Unpack it with its password and pack it again without one.`);
  }
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > limits.totalBytes) {
    throw new DataError(said`The archive unpacks to ${formatBytes(total)}; at most ${formatBytes(limits.totalBytes)} are read. Split it.`);
  }
  const archive = { blob, read };
  const files: FileEntry[] = [];
  const skipped: Skipped[] = [];
  const seen = new Set<string>();
  const paths = entryPaths(entries.map(({ name }) => name));
  entries.forEach((entry, i) => {
    const path = paths[i] ?? null;
    const reason = path === null ? noPath(entry.name) : objection(entry, path, seen, limits);
    if (reason !== null || path === null) {
      skipped.push({ name: entry.name, reason: reason ?? '' });
      return;
    }
    seen.add(path);
    const stored = entry.method === 0 && entry.compressedSize === entry.size;
    files.push({
      path,
      size: entry.size,
      bytes: () => readEntry(archive, entry),
      ...(stored ? { blob: async () => blob.slice(...(await packedRange(archive, entry))) } : {}),
    });
  });
  return { files, skipped, understood: note === null ? [] : [note] };
}
