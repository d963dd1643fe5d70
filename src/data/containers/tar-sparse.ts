/** Files of a tar archive whose long runs of zeros are left out (GNU's old format, and pax 0.0 to 1.0). */
import { said } from '../../common/said';
import { DataError } from '../errors';
import type { ReadBytes } from './blocks';

const BLOCK = 512;
/** A map beyond this describes no image. */
const MAX_PIECES = 65_536;

interface Piece {
  readonly offset: number;
  readonly length: number;
}

/** Where the map stands: in pax fields, or read already from an old header. */
export interface SparseHeader {
  /** Bytes of headers that follow the first one. */
  readonly extended: number;
  readonly pax?: ReadonlyMap<string, Uint8Array>;
  readonly pieces?: readonly Piece[];
  readonly realSize?: number;
}

export interface SparseFile {
  readonly size: number;
  bytes(): Promise<Uint8Array>;
}

const damaged = () => new DataError(said`its map of zeros is damaged`);
const ascii = (bytes: Uint8Array | undefined) => (bytes === undefined ? '' : new TextDecoder('latin1').decode(bytes));

export const isSparse = (pax: ReadonlyMap<string, Uint8Array>): boolean =>
  pax.has('GNU.sparse.major') || pax.has('GNU.sparse.map') || pax.has('GNU.sparse.size');

function octal(bytes: Uint8Array, at: number): number {
  const digits = ascii(bytes.subarray(at, at + 12))
    .replace(/\0.*$/s, '')
    .trim();
  return digits === '' ? NaN : /^[0-7]+$/.test(digits) ? parseInt(digits, 8) : NaN;
}

function piecesIn(block: Uint8Array, from: number, count: number): Piece[] {
  const pieces: Piece[] = [];
  for (let i = 0; i < count; i++) {
    const [offset, length] = [octal(block, from + 24 * i), octal(block, from + 24 * i + 12)];
    if (Number.isNaN(offset) || Number.isNaN(length)) break;
    pieces.push({ offset, length });
  }
  return pieces;
}

/** GNU's own header has room for four pieces; blocks of 21 follow while the last byte but seven says so. */
export async function oldSparseHeader(header: Uint8Array, after: number, read: ReadBytes): Promise<SparseHeader> {
  const pieces = piecesIn(header, 386, 4);
  const realSize = octal(header, 483);
  let more = header[482] === 1;
  let extended = 0;
  while (more && pieces.length < MAX_PIECES) {
    const block = await read(after + extended, after + extended + BLOCK);
    if (block.length < BLOCK) break;
    pieces.push(...piecesIn(block, 0, 21));
    more = block[504] === 1;
    extended += BLOCK;
  }
  return { extended, pieces, realSize };
}

const numbersIn = (text: string) => text.split(',').map(Number);

function paired(numbers: readonly number[]): Piece[] {
  return Array.from({ length: numbers.length >> 1 }, (_, i) => ({ offset: numbers[2 * i] ?? NaN, length: numbers[2 * i + 1] ?? NaN }));
}

/** pax 1.0 writes the map before the bytes: its count, then offset and length of each piece, a line each, filled up to blocks. */
async function leadingMap(from: number, size: number, read: ReadBytes): Promise<{ pieces: Piece[]; length: number }> {
  let text = '';
  for (let length = BLOCK; length <= Math.min(size, MAX_PIECES * 2 * BLOCK); length += BLOCK) {
    text += ascii(await read(from + length - BLOCK, from + length));
    const lines = text.split('\n');
    const count = Number(lines[0]);
    if (lines.length > 1 && (!Number.isInteger(count) || count < 0 || count > MAX_PIECES)) throw damaged();
    if (lines.length > 1 + 2 * count) return { pieces: paired(lines.slice(1, 1 + 2 * count).map(Number)), length };
  }
  throw damaged();
}

/** The file with its zeros. `most`: bytes that it may have; throws DataError beyond, and where the map does not fit the bytes. */
export async function openSparse(header: SparseHeader, from: number, size: number, most: number, read: ReadBytes): Promise<SparseFile> {
  const { pax } = header;
  const field = (name: string) => pax?.get(`GNU.sparse.${name}`);
  const real = header.realSize ?? Number(ascii(field('realsize') ?? field('size')));
  const map = field('map');
  const before = pax !== undefined && field('major') !== undefined ? await leadingMap(from, size, read) : null;
  const pieces = header.pieces ?? before?.pieces ?? (map === undefined ? null : paired(numbersIn(ascii(map))));
  const start = from + (before?.length ?? 0);
  if (pieces === null) throw damaged();
  if (!Number.isSafeInteger(real) || real < 0) throw damaged();
  if (real > most) throw new DataError(said`it unpacks to ${real} bytes, nearly all of them zeros, as only a bomb does`);
  let packed = start;
  for (const { offset, length } of pieces) {
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0 || offset + length > real)
      throw damaged();
    packed += length;
  }
  if (packed > from + size) throw damaged();
  return {
    size: real,
    async bytes() {
      const whole = new Uint8Array(real);
      let at = start;
      for (const { offset, length } of pieces) {
        whole.set(await read(at, at + length), offset);
        at += length;
      }
      return whole;
    },
  };
}
