/** The headers of a tar archive (v7, ustar, GNU, pax), walked once without touching what they stand for. */
import { said } from '../../common/said';
import { DataError } from '../errors';
import { readInBlocks, type ReadBytes } from './blocks';
import { isSparse, oldSparseHeader, type SparseHeader } from './tar-sparse';

export const BLOCK = 512;
/** A pax header or long name beyond this is no name. */
const MAX_META = 2 ** 20;

export const DAMAGED = said`The tar archive is cut off or damaged. Download or pack it again.`;

/** One entry as its headers declare it. */
export interface TarEntry {
  readonly type: string;
  /** In UTF-8 where pax says so; else in whatever encoding the packer's machine had. */
  readonly name: Uint8Array;
  readonly link: Uint8Array;
  /** Where its bytes lie. */
  readonly from: number;
  readonly size: number;
  readonly sparse: SparseHeader | null;
}

export interface TarWalk {
  readonly entries: readonly TarEntry[];
  /** False where the archive ends without saying so. */
  readonly ended: boolean;
  readonly read: ReadBytes;
}

/** The sum of all bytes, the checksum's own eight counted as blanks. */
function checksumHolds(header: Uint8Array): boolean {
  let sum = 8 * 32;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += header[i] ?? 0;
  return numberField(header, 148, 8) === sum;
}

/** Archives older than ustar have nothing but a header whose sum is right, with a name and a size. */
export const isTar = (head: Uint8Array): boolean =>
  head.length >= BLOCK && head[0] !== 0 && checksumHolds(head.subarray(0, BLOCK)) && !Number.isNaN(numberField(head, 124, 12));

function field(bytes: Uint8Array, from: number, length: number): Uint8Array {
  const whole = bytes.subarray(from, from + length);
  const end = whole.indexOf(0);
  return end < 0 ? whole : whole.subarray(0, end);
}

const ascii = (bytes: Uint8Array) => String.fromCharCode(...bytes);

/** Octal digits, or a big-endian number where the first bit is set (GNU, beyond 8 GB). NaN where it is neither. */
export function numberField(bytes: Uint8Array, from: number, length: number): number {
  if (((bytes[from] ?? 0) & 0x80) !== 0) {
    let value = (bytes[from] ?? 0) & 0x7f;
    for (let i = 1; i < length; i++) value = value * 256 + (bytes[from + i] ?? 0);
    return Number.isSafeInteger(value) ? value : NaN;
  }
  const digits = ascii(field(bytes, from, length)).trim();
  return digits === '' ? 0 : /^[0-7]+$/.test(digits) ? parseInt(digits, 8) : NaN;
}

/** "27 path=some/name\n": the length counts the whole record. */
function paxFields(bytes: Uint8Array): Map<string, Uint8Array> {
  const fields = new Map<string, Uint8Array>();
  let at = 0;
  while (at < bytes.length) {
    const blank = bytes.indexOf(32, at);
    const length = blank < 0 ? NaN : Number(ascii(bytes.subarray(at, Math.min(blank, at + 20))));
    if (!Number.isInteger(length) || length <= blank - at || at + length > bytes.length) throw new DataError(DAMAGED);
    const record = bytes.subarray(blank + 1, at + length - 1);
    const equals = record.indexOf(61);
    if (equals > 0) fields.set(ascii(record.subarray(0, Math.min(equals, 100))), record.subarray(equals + 1));
    at += length;
  }
  return fields;
}

const concat = (a: Uint8Array, b: Uint8Array) => {
  const both = new Uint8Array(a.length + 1 + b.length);
  both.set(a);
  both[a.length] = 47;
  both.set(b, a.length + 1);
  return both;
};

/** ustar parts long names; GNU tar keeps times where it has the prefix, and its magic ends in blanks. */
function nameIn(header: Uint8Array): Uint8Array {
  const short = field(header, 0, 100);
  const prefix = ascii(header.subarray(257, 262)) === 'ustar' && header[262] === 0 ? field(header, 345, 155) : new Uint8Array();
  return (prefix.length > 0 ? concat(prefix, short) : short).slice();
}

/** Throws DataError on an archive that is cut off inside an entry or damaged. */
export async function walkTar(blob: Blob, signal?: AbortSignal): Promise<TarWalk> {
  const read = readInBlocks(blob);
  const entries: TarEntry[] = [];
  let long = new Map<string, Uint8Array>();
  let pax = new Map<string, Uint8Array>();
  let at = 0;
  while (at + BLOCK <= blob.size) {
    const header = await read(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return { entries, ended: true, read };
    if (!checksumHolds(header)) throw new DataError(DAMAGED);
    const type = ascii(header.subarray(156, 157));
    const meta = type === 'x' || type === 'g' || type === 'L' || type === 'K';
    const declared = meta ? undefined : pax.get('size');
    const size = declared === undefined ? numberField(header, 124, 12) : Number(ascii(declared));
    const old = type === 'S' ? await oldSparseHeader(header, at + BLOCK, read) : null;
    const from = at + BLOCK + (old?.extended ?? 0);
    // A link has no bytes of its own, whatever some packers write there.
    const length = type === '1' || type === '2' ? 0 : size;
    if (!Number.isSafeInteger(size) || size < 0 || from + length > blob.size) throw new DataError(DAMAGED);
    at = from + Math.ceil(length / BLOCK) * BLOCK;
    if (meta) {
      if (size > MAX_META) throw new DataError(DAMAGED);
      if (type === 'g') continue;
      // Kept while other blocks are read.
      const bytes = (await read(from, from + size)).slice();
      if (type === 'x') pax = paxFields(bytes);
      else long.set(type, field(bytes, 0, size));
      continue;
    }
    const sparse = old ?? (isSparse(pax) ? { pax, extended: 0 } : null);
    entries.push({
      type,
      name: pax.get('GNU.sparse.name') ?? pax.get('path') ?? long.get('L') ?? nameIn(header),
      link: pax.get('linkpath') ?? long.get('K') ?? field(header, 157, 100).slice(),
      from,
      size: length,
      sparse,
    });
    pax = new Map();
    long = new Map();
    if (entries.length % 1000 === 0) signal?.throwIfAborted();
  }
  if (entries.length === 0) throw new DataError(DAMAGED);
  return { entries, ended: false, read };
}
