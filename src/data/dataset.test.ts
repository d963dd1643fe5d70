import { inEnglish } from '../common/testing/in-english';
import { createHash } from 'node:crypto';
import { strToU8 } from 'fflate';
import { describe, expect, it } from 'vitest';
import { loadImages, selectImages, summariseSkipped } from './dataset';
import { compositeOnWhite, decodeChecked, limitPixelsInFlight, type DecodeImage } from './decode';
import { digestBlob, digestSource } from './digest';
import { DataError } from './errors';
import { readImageHeader } from './image-header';
import { loadStream, type StreamRequest } from './load-stream';
import { Sha256 } from './sha256';
import { listImages } from './source';
import { decodePng } from './testing/decode-node';
import { folder, plain, png, trainTest, zip, type Contents } from './testing/sources';

const request: StreamRequest = {
  imageSize: 4,
  resize: 'bicubic',
  testFraction: 0.25,
  split: { kind: 'as-given' },
  order: 'natural',
  seed: 0,
};
const asZip = (contents: Contents) => [{ name: 'pets.zip', file: zip(contents) }];
const load = (contents: Contents, options: Partial<StreamRequest> = {}, decode: DecodeImage = decodePng) =>
  loadStream(asZip(contents), decode, { ...request, ...options });

describe('loadStream', () => {
  it('reads a zip and the same folder alike', async () => {
    const contents = trainTest(['cat', 'dog', 'eel', 'fox'], 3, 2);
    const { images, stream } = await load(contents);
    expect(images).toMatchObject({ title: 'pets', classNames: ['cat', 'dog', 'eel', 'fox'], imageSize: 4, skipped: [] });
    expect(images.train.names.slice(0, 4)).toEqual(['train/cat/0.png', 'train/cat/1.png', 'train/cat/2.png', 'train/dog/0.png']);
    const firstPixels = Array.from({ length: images.train.count }, (_, row) => images.train.pixels.subarray(row * 48, row * 48 + 48)[0]);
    expect(firstPixels).toEqual([0, 1, 2, 20, 21, 22, 40, 41, 42, 60, 61, 62]);
    expect([...images.test.classes]).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    expect(stream.tasks.length).toBe(2);
    const dropped = await loadStream(folder(contents), decodePng, request);
    expect(dropped.images.train).toEqual(images.train);
    expect(dropped.images.test).toEqual(images.test);
  });

  it('does not depend on the order in which decoding ends', async () => {
    const contents = trainTest(['a', 'b'], 6, 3);
    const slow: DecodeImage = async (bytes, mime) => {
      const image = await decodePng(bytes, mime);
      await new Promise((resume) => setTimeout(resume, ((image.rgba[0] ?? 0) * 7) % 5));
      return image;
    };
    expect((await load(contents, {}, slow)).images).toEqual((await load(contents)).images);
  });

  it('decodes only what is asked for', async () => {
    let decoded = 0;
    const counting: DecodeImage = (bytes, mime) => {
      decoded++;
      return decodePng(bytes, mime);
    };
    const { images } = await load(trainTest(['a', 'b', 'c', 'd'], 5, 4), { maxClasses: 3, trainPerClass: 2, testPerClass: 1 }, counting);
    expect(decoded).toBe(9);
    expect([images.train.count, images.test.count]).toEqual([6, 3]);
    expect(images.classNames).toEqual(['a', 'b', 'c']);
  });

  it('skips, counts and explains what cannot be decoded', async () => {
    const contents = trainTest(['a', 'b', 'c'], 2, 1);
    contents['train/a/text.jpg'] = 'this is a text, not a JPEG';
    contents['train/a/cut.png'] = plain(1).slice(0, 50);
    contents['train/b/empty.png'] = '';
    contents['test/c/0.png'] = 'gone';
    const { images } = await load(contents);
    expect(images.classNames).toEqual(['a', 'b']);
    expect([images.train.count, images.test.count]).toEqual([4, 2]);
    expect(inEnglish(images.skipped)).toEqual([
      { name: 'train/a/cut.png', reason: 'its PNG data cannot be decoded' },
      { name: 'train/a/text.jpg', reason: 'not a PNG, JPEG, WebP, GIF, BMP, AVIF or PPM image, or cut off' },
      { name: 'train/b/empty.png', reason: 'not a PNG, JPEG, WebP, GIF, BMP, AVIF or PPM image, or cut off' },
      { name: 'test/c/0.png', reason: 'not a PNG, JPEG, WebP, GIF, BMP, AVIF or PPM image, or cut off' },
      { name: 'class c', reason: 'none of its test images could be read' },
    ]);
    expect([...images.train.classes]).toEqual([0, 0, 1, 1]);
    expect([...images.train.names]).toEqual(['train/a/0.png', 'train/a/1.png', 'train/b/0.png', 'train/b/1.png']);
    expect([0, 48, 96, 144].map((at) => images.train.pixels.subarray(at, at + 1)[0])).toEqual([0, 1, 20, 21]);
  });

  it('says so where nothing can be decoded', async () => {
    const contents = Object.fromEntries(Object.keys(trainTest(['a', 'b'], 2, 1)).map((path) => [path, 'x']));
    await expect(load(contents)).rejects.toThrow(/Of 2 classes, 0 could be read/);
  });

  it('reports progress and stops when told to', async () => {
    const seen: [number, number][] = [];
    const contents = asZip(trainTest(['a', 'b'], 2, 1));
    await loadStream(contents, decodePng, request, { onProgress: (done, total) => seen.push([done, total]) });
    expect(seen.at(-1)).toEqual([6, 6]);
    const controller = new AbortController();
    controller.abort(new Error('stopped'));
    await expect(loadStream(contents, decodePng, request, { signal: controller.signal })).rejects.toThrow('stopped');
  });

  it('names the field when memory does not suffice', async () => {
    const listing = await listImages(asZip(trainTest(['a', 'b'], 2, 1)), request);
    await expect(loadImages(listing, decodePng, { imageSize: 1e6, resize: 'bicubic', sha256: '' })).rejects.toMatchObject({
      name: 'DataError',
      field: 'stream.trainPerClass',
    });
  });

  it('refuses what is no archive, and nothing at all', async () => {
    await expect(loadStream([{ name: 'cat.png', file: new Blob([new Uint8Array(plain(1))]) }], decodePng, request)).rejects.toThrow(
      /"cat.png" is not an archive/,
    );
    await expect(loadStream([], decodePng, request)).rejects.toThrow(DataError);
    await expect(loadStream([{ name: 'empty.zip', file: zip({}) }], decodePng, request)).rejects.toThrow(/No images found/);
  });
});

describe('packs', () => {
  const tile = 2;
  const sheet = (shades: readonly number[], columns: number) =>
    png(columns * tile, Math.ceil(shades.length / columns) * tile, (x, y) => {
      const shade = shades[Math.floor(y / tile) * columns + Math.floor(x / tile)] ?? 0;
      return [shade, shade, shade];
    });
  const manifest = {
    schema: 1,
    id: 'p',
    title: 'Packed',
    description: '',
    kind: 'class-incremental',
    imageSize: tile,
    classes: [{ name: 'z' }, { name: 'a', glyph: 'A' }],
    tasks: [{ name: 'both', classes: [1, 0], domain: null }],
    domains: [],
    sheets: [
      { file: 'test/1.png', split: 'test', class: 1, domain: null, count: 1, columns: 1 },
      { file: 'train/1.png', split: 'train', class: 1, domain: null, count: 3, columns: 2 },
      { file: 'train/0.png', split: 'train', class: 0, domain: null, count: 2, columns: 2 },
      { file: 'test/0.png', split: 'test', class: 0, domain: null, count: 1, columns: 1 },
    ],
  };
  const contents = (changed: object = {}): Contents => ({
    'stream.json': JSON.stringify({ ...manifest, ...changed }),
    'train/0.png': sheet([1, 2], 2),
    'train/1.png': sheet([11, 12, 13], 2),
    'test/0.png': sheet([5], 1),
    'test/1.png': sheet([15], 1),
  });

  it("cuts sheets into tiles, classes and tasks in the pack's own order", async () => {
    let decoded = 0;
    const counting: DecodeImage = (bytes, mime) => {
      decoded++;
      return decodePng(bytes, mime);
    };
    const { images, stream } = await load(contents(), { imageSize: tile }, counting);
    expect(images).toMatchObject({ title: 'Packed', classNames: ['z', 'a'] });
    expect([0, 1, 2, 3, 4].map((row) => images.train.pixels.subarray(row * 12, row * 12 + 1)[0])).toEqual([1, 2, 11, 12, 13]);
    expect(images.train.names[2]).toBe('train/1.png#0');
    expect(stream.classNames).toEqual(['a', 'z']);
    expect([...(stream.tasks[0]?.train.labels ?? [])]).toEqual([1, 1, 0, 0, 0]);
    expect(decoded).toBe(4);
  });

  const wrong: [string, object, RegExp][] = [
    ['a newer schema', { schema: 2 }, /newer version \(schema 2/],
    ['a missing field', { classes: undefined }, /stream.json: field "classes"/],
    ['a class that is not there', { tasks: [{ name: 't', classes: [2], domain: null }] }, /field "tasks.0.classes": 2, but there are 2/],
    ['a domain that is not there', { tasks: [{ name: 't', classes: [0, 1], domain: 0 }] }, /field "tasks.0.domain": 0, but there are 0/],
    [
      'a missing sheet',
      { sheets: [{ file: 'train/9.png', split: 'train', class: 0, count: 1, columns: 1 }] },
      /names the sheet "train\/9.png", which is missing/,
    ],
  ];
  it.each(wrong)('refuses %s', async (_, changed, message) => {
    await expect(load(contents(changed))).rejects.toThrow(message);
  });

  it('skips the tiles of a sheet that is too small', async () => {
    const sheets = manifest.sheets.map((entry) => (entry.file === 'train/1.png' ? { ...entry, count: 9 } : entry));
    await expect(load(contents({ sheets }))).rejects.toThrow(/class a: none of its training images/);
  });
});

describe('decodeChecked', () => {
  it('refuses more than 100 million declared pixels without calling the decoder', async () => {
    const huge = plain(0);
    new DataView(huge.buffer).setUint32(16, 20_000);
    new DataView(huge.buffer).setUint32(20, 20_000);
    let called = false;
    const decode: DecodeImage = async () => {
      called = true;
      throw new Error();
    };
    await expect(decodeChecked(huge, decode)).rejects.toThrow('20000 x 20000 pixels are more than 100 million');
    expect(called).toBe(false);
  });

  it('composites alpha on white', () => {
    const rgba = Uint8ClampedArray.of(10, 20, 30, 255, 0, 0, 0, 0, 100, 200, 0, 128);
    // Third pixel: (value * 128 + 255 * 127) / 255, rounded.
    expect([...compositeOnWhite({ width: 3, height: 1, rgba }).rgb]).toEqual([10, 20, 30, 255, 255, 255, 177, 227, 127]);
  });

  it('keeps the pixels in flight within the budget', async () => {
    let inFlight = 0;
    let most = 0;
    const decode = limitPixelsInFlight(async (bytes, mime) => {
      most = Math.max(most, ++inFlight);
      await new Promise((resume) => setTimeout(resume, 2));
      inFlight--;
      return decodePng(bytes, mime);
    }, 40);
    await Promise.all(Array.from({ length: 9 }, () => decode(plain(1), 'image/png')));
    expect(most).toBe(2);
    expect((await decode(plain(1, 30), 'image/png')).width).toBe(30);
  });
});

describe('readImageHeader', () => {
  const bytes = (...parts: (string | number[])[]) =>
    Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...strToU8(part)] : part)));
  const zeros = (count: number) => Array<number>(count).fill(0);
  const cases: [string, Uint8Array, [string, number, number] | null][] = [
    ['PNG', plain(0, 7), ['image/png', 7, 7]],
    [
      'JPEG with a leading APP0',
      bytes([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc2, 0, 11, 8, 1, 2, 0, 200, 3]),
      ['image/jpeg', 200, 258],
    ],
    ['GIF', bytes('GIF89a', [5, 0, 6, 1, 0, 0]), ['image/gif', 5, 262]],
    ['BMP, top-down', bytes('BM', zeros(16), [3, 0, 0, 0, 0xfc, 0xff, 0xff, 0xff]), ['image/bmp', 3, 4]],
    ['WebP, lossy', bytes('RIFF', zeros(4), 'WEBPVP8 ', zeros(10), [9, 0, 8, 0]), ['image/webp', 9, 8]],
    ['WebP, lossless', bytes('RIFF', zeros(4), 'WEBPVP8L', zeros(4), [0x2f, 0x04, 0xc0, 0x01, 0], zeros(5)), ['image/webp', 5, 8]],
    ['WebP, extended', bytes('RIFF', zeros(4), 'WEBPVP8X', zeros(8), [4, 0, 0, 7, 0, 0]), ['image/webp', 5, 8]],
    ['text', strToU8('hello hello hello hello'), null],
    ['a JPEG without a frame', bytes([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0, 0, 0, 0]), null],
    ['nothing', new Uint8Array(0), null],
  ];
  it.each(cases)('%s', (_, encoded, expected) => {
    const header = readImageHeader(encoded);
    expect(header === null ? null : [header.mime, header.width, header.height]).toEqual(expected);
  });
});

describe('digests', () => {
  it('agree with OpenSSL at every length around the block size, fed in pieces', () => {
    const bytes = Uint8Array.from({ length: 200 }, (_, i) => (i * 31) & 255);
    for (let length = 0; length <= 200; length++) {
      const part = bytes.subarray(0, length);
      const hash = new Sha256().update(part.subarray(0, length >> 1)).update(part.subarray(length >> 1));
      expect(hash.hex()).toBe(createHash('sha256').update(part).digest('hex'));
    }
  });

  it('of one file is its sha256sum; of a folder, that of its sorted listing', async () => {
    expect(await digestBlob(new Blob(['abc']))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    const hash = (text: string) => createHash('sha256').update(text).digest('hex');
    const files = folder({ 'd/b': '2', 'd/a': '1' });
    expect(await digestSource(files)).toBe(hash(`${hash('1')}  d/a\n${hash('2')}  d/b\n`));
    expect(await digestSource([...files].reverse())).toBe(await digestSource(files));
  });
});

describe('selectImages and summariseSkipped', () => {
  it('counts per class, split and domain', async () => {
    const listing = await listImages(asZip(trainTest(['a', 'b'], 4, 3)), request);
    expect(selectImages(listing, { trainPerClass: 2 }).length).toBe(4 + 6);
  });

  it('shortens a long list', () => {
    const skipped = Array.from({ length: 130 }, (_, i) => ({ name: `${i}`, reason: 'r' }));
    expect(inEnglish(summariseSkipped(skipped).at(-1))).toEqual({ name: '30 more', reason: 'not listed one by one' });
    expect(summariseSkipped(skipped.slice(0, 100)).length).toBe(100);
  });
});
