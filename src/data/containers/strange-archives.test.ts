/** Archives as strangers have them: names in the encodings of their machines, links, holes, older headers. */
import { inEnglish } from '../../common/testing/in-english';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../common/crc32';
import { DataError } from '../errors';
import type { FileTree } from '../file-tree';
import names from '../fixtures/names.json';
import { concat, goodTar, rawZip, tar, type TarEntry } from '../testing/hostile';
import { plain } from '../testing/sources';
import { ARCHIVE_LIMITS } from './limits';
import { isTar, openTar } from './tar';
import { endsAsZip, openZip } from './zip';

const hex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (byte) => parseInt(byte, 16));
const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const blob = (content: Uint8Array) => new Blob([new Uint8Array(content)]);
const paths = ({ files }: FileTree) => files.map(({ path }) => path);
const below = (name: Uint8Array) => new Uint8Array(concat(bytes('data/'), name, bytes('/0.png')));

/** One set of each encoding that the detection knows. */
const sets = names.known.filter(({ encoding }, i, all) => all.findIndex((other) => other.encoding === encoding) === i);

describe('names that do not say how they are written', () => {
  it.each(sets)('zip: $encoding', async ({ bytes: raw, names: right, encoding }) => {
    const tree = await openZip(blob(rawZip(raw.map((name) => [below(hex(name)), plain(1)] as const))));
    expect(paths(tree)).toEqual(right.map((name) => `data/${name}/0.png`));
    const [note] = tree.understood ?? [];
    expect(note?.choice).toMatchObject({ field: 'nameEncoding' });
    expect(note?.choice?.readings.length).toBeGreaterThan(1);
    const forced = await openZip(blob(rawZip(raw.map((name) => [below(hex(name)), plain(1)] as const))), ARCHIVE_LIMITS, encoding);
    expect(paths(forced)).toEqual(paths(tree));
  });

  it.each(sets)('tar: $encoding', async ({ bytes: raw, names: right }) => {
    const entries = raw.map((name): TarEntry => ({ name: '', rawName: below(hex(name)), data: plain(1) }));
    expect(paths(await openTar(blob(tar(entries))))).toEqual(right.map((name) => `data/${name}/0.png`));
  });

  it('a Unicode path beside the name is believed where it belongs to this name, and only there', async () => {
    const [raw, utf8] = [bytes('data/\x84/0.png'), new TextEncoder().encode('data/ä/0.png')];
    const field = (crc: number) =>
      concat(bytes('up'), Uint8Array.from([5 + utf8.length, 0, 1, crc & 255, (crc >> 8) & 255, (crc >> 16) & 255, crc >>> 24]), utf8);
    const good = await openZip(blob(rawZip([[raw, plain(1)]], field(crc32(raw)))));
    expect([paths(good), good.understood]).toEqual([['data/ä/0.png'], []]);
    const stale = await openZip(blob(rawZip([[raw, plain(1)]], field(crc32(raw) ^ 1))), ARCHIVE_LIMITS, 'windows-1252');
    expect(paths(stale)).toEqual(['data/„/0.png']);
    // A path that climbs stays one, however it is written.
    const evil = concat(
      bytes('up'),
      Uint8Array.from([5 + 8, 0, 1, ...Array.from({ length: 4 }, (_, i) => (crc32(raw) >>> (8 * i)) & 255)]),
      bytes('../x.png'),
    );
    expect(inEnglish((await openZip(blob(rawZip([[raw, plain(1)]], evil)))).skipped[0]?.reason)).toMatch(/climbs/);
  });

  it('what no encoding reads stays apart', async () => {
    const tree = await openZip(
      blob(rawZip([0x81, 0x82, 0x83].map((byte) => [concat(Uint8Array.from([byte]), bytes('/0.png')), plain(1)] as const))),
      ARCHIVE_LIMITS,
      'utf-8',
    );
    expect(paths(tree)).toEqual(['%81/0.png', '%82/0.png', '%83/0.png']);
  });
});

describe('paths', () => {
  it('that all begin at the root of a disk begin in the archive', async () => {
    for (const root of ['/', 'C:\\', 'C:/', '//server/share/'])
      expect(paths(await openZip(blob(rawZip([[bytes(`${root}a/0.png`), plain(1)]]))))).toEqual([
        root.includes('server') ? 'server/share/a/0.png' : 'a/0.png',
      ]);
  });
});

describe('zip', () => {
  it('behind a program that unpacks itself, whether its offsets count that or not', async () => {
    const archive = rawZip([[bytes('a/0.png'), plain(7)]]);
    const [file] = (await openZip(blob(concat(bytes('MZ program'), archive)))).files;
    expect(await file?.bytes()).toEqual(plain(7));
    expect(await endsAsZip(blob(concat(bytes('MZ program'), archive)))).toBe(true);
    expect(await endsAsZip(blob(bytes('MZ program')))).toBe(false);
  });

  it.each([
    [9, 'Deflate64'],
    [12, 'bzip2'],
    [14, 'LZMA'],
    [93, 'Zstandard'],
    [95, 'XZ'],
    [98, 'PPMd'],
    [77, 'method 77'],
  ])('method %i is refused as %s, with a way on', async (method, name) => {
    const archive = rawZip([[bytes('a/0.png'), plain(7)]]);
    const directory = archive.length - 22 - 46 - 7;
    const { skipped } = await openZip(blob(archive.with(directory + 10, method)));
    expect(inEnglish(skipped[0]?.reason)).toContain(name);
    expect(inEnglish(skipped[0]?.reason)).toMatch(/unpack the archive and drop the folder/);
  });
});

/** The fields of a pax header, each with the length of its whole line. */
const pax = (fields: Readonly<Record<string, string>>): TarEntry => {
  const lines = Object.entries(fields).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    let length = rest.length;
    while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
    return `${length}${rest}`;
  });
  return { name: 'pax', type: 'x', data: bytes(lines.join('')) };
};
const octal = (value: number) => `${value.toString(8).padStart(11, '0')} `;
const filled = (text: string) => concat(bytes(text), new Uint8Array((512 - (text.length % 512)) % 512));

describe('tar', () => {
  it('older than ustar', async () => {
    const old = tar(goodTar, true, '');
    expect(isTar(old.subarray(0, 512))).toBe(true);
    expect(paths(await openTar(blob(old)))).toEqual(goodTar.map(({ name }) => name));
    expect(isTar(new Uint8Array(512))).toBe(false);
    expect(isTar(plain(1, 64).subarray(0, 512))).toBe(false);
  });

  it('hard links are their targets, also through one another; what they lead to elsewhere is nothing', async () => {
    const { files, skipped } = await openTar(
      blob(
        tar([
          { name: 'a/0.png', data: plain(3) },
          { name: 'b/0.png', type: '1', link: 'a/0.png' },
          { name: 'c/0.png', type: '1', link: 'b/0.png' },
          { name: 'd/0.png', type: '1', link: '../../etc/passwd' },
          { name: 'e/0.png', type: '1', link: 'f/0.png' },
          { name: 'f/0.png', type: '1', link: 'f/0.png' },
        ]),
      ),
    );
    expect(files.map(({ path }) => path)).toEqual(['a/0.png', 'b/0.png', 'c/0.png']);
    for (const file of files) expect(await file.bytes()).toEqual(plain(3));
    expect(inEnglish(skipped.map(({ reason }) => reason))).toEqual(
      ['../../etc/passwd', 'f/0.png', 'f/0.png'].map((link) => `it is a link to "${link}", which is no earlier file of the archive`),
    );
  });

  // "ab" at 3 and "c" at 9 of ten bytes.
  const hollow = Uint8Array.from([0, 0, 0, 97, 98, 0, 0, 0, 0, 99]);
  it.each([
    [
      'pax 1.0',
      [
        pax({ 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.name': 'x.png', 'GNU.sparse.realsize': '10' }),
        { name: 'GNUSparseFile.0/x.png', data: concat(filled('2\n3\n2\n9\n1\n'), bytes('abc')) },
      ],
    ],
    [
      'pax 0.1',
      [
        pax({ 'GNU.sparse.map': '3,2,9,1', 'GNU.sparse.name': 'x.png', 'GNU.sparse.size': '10' }),
        { name: 'GNUSparseFile.0/x.png', data: bytes('abc') },
      ],
    ],
    [
      'GNU',
      [
        {
          name: 'x.png',
          type: 'S',
          data: bytes('abc'),
          more: [
            [octal(3) + octal(2) + octal(9) + octal(1), 386],
            [octal(10), 483],
          ],
        },
      ],
    ],
  ] as const)('sparse files, %s', async (_, entries) => {
    const { files, skipped } = await openTar(blob(tar([...entries, { name: 'y.png', data: plain(1) }], true, 'ustar  \0')));
    expect(skipped).toEqual([]);
    expect(files.map(({ path, size }) => [path, size])).toEqual([
      ['x.png', 10],
      ['y.png', plain(1).length],
    ]);
    expect(await files[0]?.bytes()).toEqual(hollow);
  });

  it.each([
    ['a terabyte of zeros', '3,2,9,1', '1099511627776', /as only a bomb does/],
    ['more than a hundred times its bytes', '3,2,9,1', '400000000', /as only a bomb does/],
    ['pieces outside of it', '3,2,99,1', '10', /map of zeros is damaged/],
    ['pieces that are not there', '0,5,5,5', '10', /map of zeros is damaged/],
    ['no numbers', 'a,b', '10', /map of zeros is damaged/],
    ['less than nothing', '3,-2', '10', /map of zeros is damaged/],
  ])('a sparse file of %s is left out', async (_, map, size, reason) => {
    const { files, skipped } = await openTar(
      blob(tar([pax({ 'GNU.sparse.map': map, 'GNU.sparse.size': size }), { name: 'x.png', data: bytes('abc') }])),
    );
    expect(files).toEqual([]);
    expect(inEnglish(skipped[0]?.reason)).toMatch(reason);
  });

  it('a map that never ends is refused, not read for ever', async () => {
    const entries = [pax({ 'GNU.sparse.major': '1', 'GNU.sparse.realsize': '10' }), { name: 'x.png', data: filled('999999999\n') }];
    expect(inEnglish((await openTar(blob(tar(entries)))).skipped[0]?.reason)).toMatch(/damaged/);
    const silent = [pax({ 'GNU.sparse.major': '1', 'GNU.sparse.realsize': '10' }), { name: 'x.png', data: new Uint8Array(4096).fill(49) }];
    expect(inEnglish((await openTar(blob(tar(silent)))).skipped[0]?.reason)).toMatch(/damaged/);
  });

  it('a damaged size is told', async () => {
    await expect(openTar(blob(tar([pax({ size: 'many' }), { name: 'x.png', data: plain(1) }])))).rejects.toThrow(DataError);
  });
});
