import { inEnglish } from '../../common/testing/in-english';
import { strFromU8, strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../common/crc32';
import { DataError } from '../errors';
import { zip } from '../testing/sources';
import { ARCHIVE_LIMITS } from './limits';
import { openZip } from './zip';

/** Written by Python's zipfile with ZIP64_LIMIT lowered to 10 bytes: sizes, offsets and end record are all 64-bit. */
const ZIP64 =
  'UEsDBC0AAAAAAAAAIQAoeIvI//////////8HABQAYS9iLnR4dAEAEAD0AQAAAAAAAPQBAAAAAAAAaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9oZWxsb2hlbGxvaGVsbG9QSwMELQAAAAgAAAAhAI/Ft/H//////////wUAFABjLnR4dAEAEAD0AQAAAAAAAAwAAAAAAAAAK88vykkpHyVGEgEAUEsBAi0DLQAAAAAAAAAhACh4i8j//////////wcAFAAAAAAAAAAAAIABAAAAAGEvYi50eHQBABAA9AEAAAAAAAD0AQAAAAAAAFBLAQItAy0AAAAIAAAAIQCPxbfx//////////8FABwAAAAAAAAAAACAAf////9jLnR4dAEAGAD0AQAAAAAAAAwAAAAAAAAALQIAAAAAAABQSwYGLAAAAAAAAAAtAC0AAAAAAAAAAAACAAAAAAAAAAIAAAAAAAAAmAAAAAAAAABwAgAAAAAAAFBLBgcAAAAACAMAAAAAAAABAAAAUEsFBgAAAAACAAIAmAAAAHACAAAAAA==';

const blobOf = (bytes: Uint8Array) => new Blob([new Uint8Array(bytes)]);
const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());
/** `toEqual` takes minutes on megabytes. */
const same = (a: Uint8Array | undefined, b: Uint8Array) => a !== undefined && Buffer.compare(a, b) === 0;
const noise = (length: number) => {
  let state = 1;
  return Uint8Array.from({ length }, () => (state = Math.imul(state, 1664525) + 1013904223) >>> 24);
};

/** Overwrites fields of the first central directory entry (and nothing else). */
async function lie(blob: Blob, edit: (view: DataView, entry: number) => void): Promise<Blob> {
  const bytes = await bytesOf(blob);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 4 <= bytes.length; at++) {
    if (view.getUint32(at, true) === 0x02014b50) {
      edit(view, at);
      return blobOf(bytes);
    }
  }
  throw new Error('no directory');
}

describe('openZip', () => {
  it('reads stored and deflated entries, small and large', async () => {
    const large = noise(300_000);
    const blob = blobOf(
      zipSync({ 'a/x.txt': strToU8('hello'), 'b.bin': large, 'c.bin': [large, { level: 0 }], 'empty/': new Uint8Array(0) }),
    );
    const { files, skipped } = await openZip(blob);
    expect(files.map(({ path, size }) => [path, size])).toEqual([
      ['a/x.txt', 5],
      ['b.bin', 300_000],
      ['c.bin', 300_000],
    ]);
    expect(skipped).toEqual([]);
    expect(strFromU8((await files[0]?.bytes()) ?? new Uint8Array())).toBe('hello');
    expect(same(await files[1]?.bytes(), large)).toBe(true);
    expect(same(await files[2]?.bytes(), large)).toBe(true);
  });

  it('reads compressible entries far larger than their packed form', async () => {
    const long = new Uint8Array(3_000_000).map((_, i) => (i >> 8) & 255);
    const { files } = await openZip(zip({ 'long.bmp': long }));
    expect(same(await files[0]?.bytes(), long)).toBe(true);
  });

  it('reads names in Unicode, right to left and with markup as plain text', async () => {
    const names = ['猫/1.png', 'חתול/1.png', '<img src=x onerror=alert(1)>/1.png', 'cafe\u0301/1.png'];
    const { files } = await openZip(zip(Object.fromEntries(names.map((name) => [name, 'x']))));
    expect(files.map(({ path }) => path)).toEqual([...names.slice(0, 3), 'caf\u00e9/1.png']);
  });

  it('leaves out names that climb, absolute paths and duplicates', async () => {
    const bytes = zipSync({
      '../evil.png': strToU8('1'),
      '/etc/x.png': strToU8('2'),
      'C:\\x.png': strToU8('3'),
      './ok.png': strToU8('4'),
      'ok.png': strToU8('5'),
    });
    const { files, skipped } = await openZip(blobOf(bytes));
    expect(files.map(({ path }) => path)).toEqual(['ok.png']);
    expect(inEnglish(skipped.map(({ reason }) => reason))).toEqual([
      'its path leads out of the archive: it climbs with ".."',
      'its path leads out of the archive: it begins at the root of a disk',
      'its path leads out of the archive: it begins at the root of a disk',
      'another entry has the same name',
    ]);
  });

  it('refuses every truncation by name, without a crash', async () => {
    const whole = await bytesOf(zip({ 'a.txt': 'hello', 'b.txt': 'world' }));
    for (let length = 0; length < whole.length; length++) {
      await expect(openZip(blobOf(whole.slice(0, length))), `cut at ${length}`).rejects.toThrow(DataError);
    }
  });

  it('notices flipped bits', async () => {
    const bytes = await bytesOf(zip({ 'a.txt': 'hello hello hello' }));
    bytes[36] = (bytes[36] ?? 0) ^ 1;
    const { files } = await openZip(blobOf(bytes));
    await expect(files[0]?.bytes()).rejects.toThrow('"a.txt" in the archive is damaged');
  });

  it('notices an entry that unpacks to more than declared', async () => {
    for (const length of [2000, 1_000_000]) {
      const blob = await lie(zip({ 'x.bin': noise(length) }), (view, at) => view.setUint32(at + 24, 100, true));
      const { files } = await openZip(blob);
      await expect(files[0]?.bytes()).rejects.toThrow(/not as large as declared/);
    }
  });

  it('leaves out a zip bomb by its ratio, and one that hides its size stops at it', async () => {
    const bomb = zip({ 'bomb.bmp': new Uint8Array(30_000_000) });
    const { skipped } = await openZip(bomb);
    expect(inEnglish(skipped[0]?.reason)).toMatch(/times its size, as only a zip bomb does/);
    const hiding = await openZip(await lie(bomb, (view, at) => view.setUint32(at + 24, 1_000_000, true)));
    await expect(hiding.files[0]?.bytes()).rejects.toThrow(/not as large as declared/);
  });

  it('holds to its limits', async () => {
    const blob = zip({ 'a.bin': noise(500), 'b.bin': noise(500) });
    await expect(openZip(blob, { ...ARCHIVE_LIMITS, entries: 1 })).rejects.toThrow('2 files; at most 1');
    await expect(openZip(blob, { ...ARCHIVE_LIMITS, totalBytes: 900 })).rejects.toThrow(/unpacks to/);
    expect((await openZip(blob, { ...ARCHIVE_LIMITS, entryBytes: 400 })).files).toEqual([]);
  });

  it('names encryption and unknown methods', async () => {
    const blob = zip({ 'a.txt': 'hello' });
    await expect(openZip(await lie(blob, (view, at) => view.setUint16(at + 8, 1, true)))).rejects.toThrow(/encrypted.*without one/);
    const { skipped } = await openZip(await lie(blob, (view, at) => view.setUint16(at + 10, 12, true)));
    expect(inEnglish(skipped[0]?.reason)).toContain('method 12');
  });

  it('refuses a directory that points outside the file', async () => {
    const bytes = await bytesOf(zip({ 'a.txt': 'hello' }));
    new DataView(bytes.buffer).setUint32(bytes.length - 6, 0xfffffff0, true);
    await expect(openZip(blobOf(bytes))).rejects.toThrow(/cut off or damaged/);
    const away = await openZip(await lie(zip({ 'a.txt': 'x' }), (view, at) => view.setUint32(at + 42, 1_000_000, true)));
    await expect(away.files[0]?.bytes()).rejects.toThrow(/damaged/);
  });

  it('reads all entries where the end record counts too few, as 16 bits do of 65,537; refuses one that counts too many', async () => {
    const counting = async (entries: number) => {
      const bytes = await bytesOf(zip({ 'a.txt': 'hello', 'b.txt': 'world' }));
      new DataView(bytes.buffer).setUint16(bytes.length - 12, entries, true);
      return openZip(blobOf(bytes));
    };
    expect((await counting(1)).files).toHaveLength(2);
    await expect(counting(3)).rejects.toThrow(/cut off or damaged: its directory is shorter/);
  });

  it('reads zip64 directories', async () => {
    const { files } = await openZip(blobOf(Uint8Array.from(atob(ZIP64), (character) => character.charCodeAt(0))));
    expect(files.map(({ path, size }) => [path, size])).toEqual([
      ['a/b.txt', 500],
      ['c.txt', 500],
    ]);
    const texts = await Promise.all(files.map(async (file) => strFromU8(await file.bytes())));
    expect(texts).toEqual(['hello'.repeat(100), 'world'.repeat(100)]);
  });
});

describe('crc32', () => {
  it('gives the check value of the catalogue of CRCs', () => {
    expect(crc32(strToU8('123456789'))).toBe(0xcbf43926);
  });
});
