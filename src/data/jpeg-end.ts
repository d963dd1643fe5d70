/**
 * JPEG without its end marker. Decoders fill what is missing with grey, which nobody would notice among thousands of
 * images; so the blocks are counted, and only a picture that has all of them is given its marker.
 */
import { said } from '../common/said';
import { DataError } from './errors';

interface Component {
  readonly id: number;
  readonly h: number;
  readonly v: number;
}

/** Canonical Huffman code: for each length the first code, its place among the symbols, and the number of codes. */
interface Code {
  readonly counts: Uint8Array;
  readonly symbols: Uint8Array;
}

class BreaksOff extends Error {}

/** Bits of entropy-coded data; the zero behind each FF is stuffing. */
class Bits {
  private held = 0;
  private left = 0;
  constructor(
    private readonly bytes: Uint8Array,
    public at: number,
  ) {}

  bit(): number {
    if (this.left === 0) {
      const byte = this.bytes[this.at];
      if (byte === undefined) throw new BreaksOff();
      if (byte === 0xff) {
        if (this.bytes[this.at + 1] !== 0) throw new BreaksOff();
        this.at++;
      }
      this.at++;
      this.held = byte;
      this.left = 8;
    }
    this.left--;
    return (this.held >> this.left) & 1;
  }

  skip(count: number): void {
    for (let i = 0; i < count; i++) this.bit();
  }

  symbol({ counts, symbols }: Code): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 0; length < 16; length++) {
      code |= this.bit();
      const count = counts[length] ?? 0;
      if (code - first < count) return symbols[index + code - first] ?? 0;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new BreaksOff();
  }

  /** Past the marker that begins anew after so many blocks. */
  restart(): void {
    this.left = 0;
    const marker = this.bytes[this.at + 1] ?? 0;
    if (this.bytes[this.at] !== 0xff || marker < 0xd0 || marker > 0xd7) throw new BreaksOff();
    this.at += 2;
  }
}

function passBlock(bits: Bits, dc: Code, ac: Code): void {
  bits.skip(bits.symbol(dc) & 15);
  for (let k = 1; k < 64; k++) {
    const symbol = bits.symbol(ac);
    const size = symbol & 15;
    const run = symbol >> 4;
    if (size === 0 && run !== 15) return;
    k += run;
    bits.skip(size);
  }
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly components: readonly Component[];
}

/** The blocks of one scan, all of which have to be there. */
function passScan(bytes: Uint8Array, at: number, frame: Frame, codes: ReadonlyMap<number, Code>, interval: number): number {
  const count = bytes[at + 4] ?? 0;
  const most = (side: 'h' | 'v') => Math.max(...frame.components.map((component) => component[side]));
  const units = Array.from({ length: count }, (_, i) => {
    const component = frame.components.find(({ id }) => id === bytes[at + 5 + 2 * i]);
    const tables = bytes[at + 6 + 2 * i] ?? 0;
    const [dc, ac] = [codes.get(tables >> 4), codes.get(16 + (tables & 15))];
    if (component === undefined || dc === undefined || ac === undefined) throw new BreaksOff();
    return { component, dc, ac };
  });
  const [only] = units;
  const scaled = (side: number, part: number, whole: number) => Math.ceil(Math.ceil((side * part) / whole) / 8);
  const single = count === 1 && only !== undefined;
  const wide = single ? scaled(frame.width, only.component.h, most('h')) : Math.ceil(frame.width / (8 * most('h')));
  const high = single ? scaled(frame.height, only.component.v, most('v')) : Math.ceil(frame.height / (8 * most('v')));
  const bits = new Bits(bytes, at + 2 + ((bytes[at + 2] ?? 0) << 8) + (bytes[at + 3] ?? 0));
  for (let unit = 0; unit < wide * high; unit++) {
    if (interval > 0 && unit > 0 && unit % interval === 0) bits.restart();
    for (const { component, dc, ac } of units) {
      const blocks = single ? 1 : component.h * component.v;
      for (let block = 0; block < blocks; block++) passBlock(bits, dc, ac);
    }
  }
  return bits.at;
}

/** Components whose blocks are all there, of a sequential Huffman JPEG; throws BreaksOff where one is not. */
function passAll(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const codes = new Map<number, Code>();
  const done = new Set<number>();
  let frame: Frame | null = null;
  let interval = 0;
  for (let at = 2; at + 4 <= bytes.length;) {
    if (bytes[at] !== 0xff) throw new BreaksOff();
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const end = at + 2 + view.getUint16(at + 2);
    if (end > bytes.length) throw new BreaksOff();
    if (marker === 0xc0 || marker === 0xc1) {
      const components = Array.from({ length: bytes[at + 9] ?? 0 }, (_, i) => {
        const sampling = bytes[at + 11 + 3 * i] ?? 0;
        return { id: bytes[at + 10 + 3 * i] ?? 0, h: sampling >> 4, v: sampling & 15 };
      });
      if (components.some(({ h, v }) => h < 1 || h > 4 || v < 1 || v > 4)) throw new BreaksOff();
      frame = { height: view.getUint16(at + 5), width: view.getUint16(at + 7), components };
    } else if (marker === 0xc4) {
      for (let table = at + 4; table + 17 <= end;) {
        const counts = bytes.subarray(table + 1, table + 17);
        const total = counts.reduce((sum, count) => sum + count, 0);
        codes.set(bytes[table] ?? 0, { counts, symbols: bytes.subarray(table + 17, table + 17 + total) });
        table += 17 + total;
      }
    } else if (marker === 0xdd) interval = view.getUint16(at + 4);
    else if (marker === 0xda) {
      if (frame === null) throw new BreaksOff();
      const count = bytes[at + 4] ?? 0;
      const next = passScan(bytes, at, frame, codes, interval);
      for (let i = 0; i < count; i++) done.add(bytes[at + 5 + 2 * i] ?? 0);
      if (frame.components.every(({ id }) => done.has(id))) return;
      at = next;
      continue;
    } else if (marker >= 0xc2 && marker <= 0xcf && marker !== 0xc8) throw new BreaksOff();
    at = end;
  }
  throw new BreaksOff();
}

/** The end marker stands at the very end, or before bytes that some cameras append. */
function ends(bytes: Uint8Array): boolean {
  const last = bytes.length - 2;
  if (bytes[last] === 0xff && bytes[last + 1] === 0xd9) return true;
  // A thumbnail inside has an end of its own, so only what follows the picture's scans counts.
  let scan = -1;
  for (let at = last; at > 1 && scan < 0; at--) if (bytes[at] === 0xff && bytes[at + 1] === 0xda) scan = at;
  for (let at = Math.max(2, scan); at <= last; at++) if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return true;
  return false;
}

/** The bytes with their end marker. Throws DataError where blocks are missing, or cannot be counted (progressive JPEG). */
export function endedJpeg(bytes: Uint8Array): Uint8Array {
  if (ends(bytes)) return bytes;
  try {
    passAll(bytes);
  } catch (error) {
    if (error instanceof BreaksOff) throw new DataError(said`its JPEG data breaks off before the end. Download or copy it again`);
    throw error;
  }
  const length = bytes.at(-1) === 0xff ? bytes.length - 1 : bytes.length;
  const ended = new Uint8Array(length + 2);
  ended.set(bytes.subarray(0, length));
  ended.set([0xff, 0xd9], length);
  return ended;
}
