/** Tar archives (ustar, GNU, pax): headers are walked once, files are slices of the Blob. */
import { formatBytes } from '../../common/bytes';
import { DataError } from '../errors';
import type { FileEntry, FileTree, Skipped } from '../file-tree';
import { cleanPath } from '../names';
import { readInBlocks } from './blocks';
import { ARCHIVE_LIMITS, type ArchiveLimits } from './limits';

const BLOCK = 512;
/** A pax header or long name beyond this is no name. */
const MAX_META = 2 ** 20;

const DAMAGED = 'The tar archive is cut off or damaged. Download or pack it again.';

export function isTar(head: Uint8Array): boolean {
  return head.length >= BLOCK && String.fromCharCode(...head.subarray(257, 262)) === 'ustar' && checksumHolds(head.subarray(0, BLOCK));
}

/** The sum of all bytes, the checksum's own eight counted as blanks. */
function checksumHolds(header: Uint8Array): boolean {
  let sum = 8 * 32;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += header[i] ?? 0;
  return numberField(header, 148, 8) === sum;
}

function textField(bytes: Uint8Array, from: number, length: number): string {
  const field = bytes.subarray(from, from + length);
  const end = field.indexOf(0);
  return decodeText(end < 0 ? field : field.subarray(0, end));
}

/** UTF-8 where it decodes as such; else Windows-1252, so that no name is lost. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Octal digits, or a big-endian number where the first bit is set (GNU, beyond 8 GB). NaN where it is neither. */
function numberField(bytes: Uint8Array, from: number, length: number): number {
  if (((bytes[from] ?? 0) & 0x80) !== 0) {
    let value = (bytes[from] ?? 0) & 0x7f;
    for (let i = 1; i < length; i++) value = value * 256 + (bytes[from + i] ?? 0);
    return Number.isSafeInteger(value) ? value : NaN;
  }
  const digits = textField(bytes, from, length).trim();
  return digits === '' ? 0 : /^[0-7]+$/.test(digits) ? parseInt(digits, 8) : NaN;
}

/** "27 path=some/name\n": the length counts the whole record. */
function paxFields(bytes: Uint8Array): Map<string, string> {
  const fields = new Map<string, string>();
  let at = 0;
  while (at < bytes.length) {
    const blank = bytes.indexOf(32, at);
    const length = blank < 0 ? NaN : Number(decodeText(bytes.subarray(at, blank)));
    if (!Number.isInteger(length) || length <= blank - at || at + length > bytes.length) throw new DataError(DAMAGED);
    const record = decodeText(bytes.subarray(blank + 1, at + length - 1));
    const equals = record.indexOf('=');
    if (equals > 0) fields.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return fields;
}

const KINDS: Readonly<Record<string, string>> = {
  '1': 'it is a link, not a file',
  '2': 'it is a link, not a file',
  S: 'it is a sparse file',
};

/**
 * Opens a tar archive. Unsafe, duplicate and special entries are left out and listed. Throws DataError on an archive
 * that is cut off, damaged or beyond the limits.
 */
export async function openTar(blob: Blob, limits: ArchiveLimits = ARCHIVE_LIMITS, signal?: AbortSignal): Promise<FileTree> {
  const read = readInBlocks(blob);
  const files: FileEntry[] = [];
  const skipped: Skipped[] = [];
  const seen = new Set<string>();
  let longName: string | null = null;
  let pax = new Map<string, string>();
  let at = 0;
  while (at + BLOCK <= blob.size) {
    const header = await read(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return { files, skipped };
    if (!checksumHolds(header)) throw new DataError(DAMAGED);
    const type = String.fromCharCode(header[156] ?? 0);
    const size = pax.has('size') && type !== 'x' && type !== 'g' ? Number(pax.get('size')) : numberField(header, 124, 12);
    const from = at + BLOCK;
    if (!Number.isSafeInteger(size) || size < 0 || from + size > blob.size) throw new DataError(DAMAGED);
    at = from + Math.ceil(size / BLOCK) * BLOCK;
    if (type === 'L' || type === 'x') {
      if (size > MAX_META) throw new DataError(DAMAGED);
      const meta = await read(from, from + size);
      if (type === 'x') pax = paxFields(meta);
      else longName = textField(meta, 0, size);
      continue;
    }
    if (type === 'g' || type === 'K') continue;
    const prefix = textField(header, 345, 155);
    const short = textField(header, 0, 100);
    // GNU tar keeps times where ustar has the prefix; its magic ends in blanks.
    const joined = prefix !== '' && header[262] === 0 ? `${prefix}/${short}` : short;
    const name = pax.get('path') ?? longName ?? joined;
    pax = new Map();
    longName = null;
    if (type === '5' || name.endsWith('/')) continue;
    const path = cleanPath(name.replace(/^\.\//, ''));
    const reason =
      path === null
        ? 'its path leads out of the archive'
        : type !== '0' && type !== '\0' && type !== '7'
          ? (KINDS[type] ?? 'it is no plain file')
          : seen.has(path)
            ? 'another entry has the same name'
            : size > limits.entryBytes
              ? `it takes ${formatBytes(size)}, more than ${formatBytes(limits.entryBytes)}`
              : null;
    if (reason !== null || path === null) {
      skipped.push({ name, reason: reason ?? '' });
      continue;
    }
    seen.add(path);
    if (files.length >= limits.entries) throw new DataError(`The archive has more than ${limits.entries} files. Split it.`);
    files.push({ path, size, bytes: () => read(from, from + size), blob: async () => blob.slice(from, from + size) });
    if (files.length % 1000 === 0) signal?.throwIfAborted();
  }
  if (files.length === 0 && skipped.length === 0) throw new DataError(DAMAGED);
  skipped.push({ name: 'end of the archive', reason: 'its end mark is missing: it may have been cut off' });
  return { files, skipped };
}
