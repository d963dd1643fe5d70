/** Damaged and malicious containers, made from valid ones. */
import { readFileSync } from 'node:fs';
import { gzipSync, strToU8, zipSync } from 'fflate';
import { crc32 } from '../../common/crc32';
import type { NamedBlob } from '../file-tree';
import { plain } from './sources';

export const fixture = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(`src/data/fixtures/containers/${name}`));
export const named = (name: string, bytes: Uint8Array): NamedBlob => ({ name, file: new Blob([new Uint8Array(bytes)]) });
export const concat = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
export const cut = (bytes: Uint8Array, to: number): Uint8Array => bytes.slice(0, to < 0 ? bytes.length + to : to);

/** A copy with bytes overwritten. */
export function patch(bytes: Uint8Array, at: number, values: ArrayLike<number>): Uint8Array {
  const copy = bytes.slice();
  copy.set(Array.from(values), at < 0 ? copy.length + at : at);
  return copy;
}

export interface TarEntry {
  readonly name: string;
  readonly data?: Uint8Array;
  readonly type?: string;
  /** What a link leads to. */
  readonly link?: string;
  /** Fields of a header beyond the usual ones: text at a place. */
  readonly more?: readonly (readonly [text: string, at: number])[];
  /** Bytes, where no UTF-8 makes them. */
  readonly rawName?: Uint8Array;
  /** What the header says, where that is a lie. */
  readonly size?: string;
}

/** A ustar archive (or one older than that) with whatever headers are asked for. */
export function tar(entries: readonly TarEntry[], ended = true, magic = 'ustar\x0000'): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (const { name, data = new Uint8Array(), type = '0', size, link = '', more = [], rawName } of entries) {
    const header = new Uint8Array(512);
    const put = (text: string, at: number) => header.set(strToU8(text), at);
    header.set(rawName ?? strToU8(name.slice(0, 100)), 0);
    put('0000644\0', 100);
    put(size ?? `${data.length.toString(8).padStart(11, '0')}\0`, 124);
    put('00000000000\0', 136);
    put(type, 156);
    put(link, 157);
    put(magic, 257);
    for (const [text, at] of more) put(text, at);
    header.fill(32, 148, 156);
    put(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    );
    blocks.push(header, data, new Uint8Array((512 - (data.length % 512)) % 512));
  }
  if (ended) blocks.push(new Uint8Array(1024));
  return concat(...blocks);
}

/** Two classes of four images, so that what else is in the archive is all that can go wrong. */
export const goodTar: readonly TarEntry[] = ['a', 'b'].flatMap((name, i) =>
  [0, 1, 2, 3].map((j) => ({ name: `${name}/${j}.png`, data: plain(40 * i + j) })),
);
export const goodFiles: Readonly<Record<string, Uint8Array>> = Object.fromEntries(
  goodTar.map(({ name, data = new Uint8Array() }) => [name, data]),
);
export const zipped = (extra: Readonly<Record<string, Uint8Array>>): Uint8Array => zipSync({ ...goodFiles, ...extra });
export const gz = (bytes: Uint8Array): Uint8Array => gzipSync(bytes);

/** A `.npy` file with this header and these bytes. */
export function npy(header: string, data: Uint8Array): Uint8Array {
  const text = strToU8(header);
  return concat(Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 255, text.length >> 8]), text, data);
}

export const npyHeader = (dtype: string, shape: string) => `{'descr': '${dtype}', 'fortran_order': False, 'shape': ${shape}, }\n`;

/** An IDX file that declares these sides. */
export function idx(dims: readonly number[], data: Uint8Array, type = 8): Uint8Array {
  const header = new Uint8Array(4 + 4 * dims.length);
  const view = new DataView(header.buffer);
  header.set([0, 0, type, dims.length]);
  dims.forEach((side, i) => view.setUint32(4 + 4 * i, side));
  return concat(header, data);
}

/** The folder of a pickled CIFAR-10 whose first batch is this. */
export function cifarTar(batch: Uint8Array): Uint8Array {
  return tar([
    { name: 'cifar-10-batches-py/data_batch_1', data: batch },
    { name: 'cifar-10-batches-py/test_batch', data: batch },
  ]);
}

/** A PNG that declares this size and holds nothing. */
export function hugePng(width: number, height: number): Uint8Array {
  const bytes = plain(1).slice();
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return bytes;
}

/** A stored zip whose names are these bytes, with no flag that says how to read them. */
export function rawZip(
  entries: readonly (readonly [name: Uint8Array, data: Uint8Array])[],
  extra: Uint8Array = new Uint8Array(),
): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  const le = (...fields: readonly (readonly [value: number, bytes: number])[]) =>
    Uint8Array.from(fields.flatMap(([value, bytes]) => Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) & 255)));
  for (const [name, data] of entries) {
    const common = le(
      [20, 2],
      [0, 2],
      [0, 2],
      [0, 4],
      [crc32(data), 4],
      [data.length, 4],
      [data.length, 4],
      [name.length, 2],
      [extra.length, 2],
    );
    parts.push(le([0x04034b50, 4]), common, name, extra, data);
    directory.push(le([0x02014b50, 4], [20, 2]), common, le([0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]), name, extra);
    offset += 4 + common.length + name.length + extra.length + data.length;
  }
  const whole = concat(...directory);
  return concat(
    ...parts,
    whole,
    le([0x06054b50, 4], [0, 4], [entries.length, 2], [entries.length, 2], [whole.length, 4], [offset, 4], [0, 2]),
  );
}
