/** Broken and malicious containers: a named error or a counted skip, quickly, and never a crash. */
import { inEnglish } from '../common/testing/in-english';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { loadImages } from './dataset';
import { DataError } from './errors';
import type { NamedBlob } from './file-tree';
import { listImages } from './source';
import { decodePng } from './testing/decode-node';
import {
  cifarTar,
  concat,
  cut,
  fixture,
  goodFiles,
  goodTar,
  gz,
  hugePng,
  idx,
  named,
  npy,
  npyHeader,
  patch,
  tar,
  zipped,
} from './testing/hostile';
import { plain } from './testing/sources';

const options = { testFraction: 0.5, seed: 0 };
/** Each takes well under a second alone; the machine may be busy. */
const MOST_SECONDS = 5;
/** About one second alone; a search through all files for each class took a minute. */
const MOST_SECONDS_FOR_MANY = 15;
const text = strToU8;

/** Lists and loads as a drop does. */
async function load(files: readonly NamedBlob[]) {
  const listing = await listImages(files, options);
  return loadImages(listing, decodePng, { imageSize: 4, resize: 'bilinear', sha256: '' });
}

type Files = () => readonly NamedBlob[];
const one =
  (name: string, bytes: () => Uint8Array): Files =>
  () => [named(name, bytes())];

const refused: readonly (readonly [what: string, files: Files, says: RegExp])[] = [
  ['no file at all', () => [], /no files/],
  ['an empty file', one('x.zip', () => new Uint8Array()), /"x\.zip" is not an archive/],
  ['a text called zip', one('x.zip', () => text('hello, I am a letter')), /"x\.zip" is not an archive/],
  ['a zip cut inside its first header', one('x.zip', () => cut(zipped({}), 20)), /directory.*missing/],
  ['a zip cut inside its data', one('x.zip', () => cut(zipped({}), 200)), /directory.*missing/],
  ['a zip cut inside its directory', one('x.zip', () => cut(zipped({}), -60)), /directory.*missing/],
  ['a zip cut inside its end record', one('x.zip', () => cut(zipped({}), -5)), /directory.*missing/],
  ['a zip whose directory lies outside of it', one('x.zip', () => patch(zipped({}), -6, [255, 255, 255, 127])), /cut off or damaged/],
  ['a zip whose directory is larger than it', one('x.zip', () => patch(zipped({}), -10, [255, 255, 255, 15])), /cut off or damaged/],
  ['an encrypted zip', one('x.zip', () => encrypted()), /encrypted/],
  ['a zip of texts', one('x.zip', () => zipSync({ 'a.txt': text('a') })), /No images found.*a\.txt/],
  ['a zip of zips', one('x.zip', () => zipSync({ 'a.zip': zipped({}) })), /No images found.*a\.zip/],
  ['one class only', one('x.zip', () => zipSync({ 'a/1.png': plain(1), 'a/2.png': plain(2) })), /only the class "a"/],
  ['a tar cut inside a header', one('x.tar', () => cut(tar(goodTar), 1024 + 300)), /cut off or damaged|two or more classes/],
  ['a tar cut inside a file', one('x.tar', () => cut(tar(goodTar), 512 + 40)), /cut off or damaged/],
  ['a tar with a damaged checksum', one('x.tar', () => patch(tar(goodTar), 1024 + 3, [7])), /cut off or damaged/],
  [
    'a tar entry longer than the archive',
    one('x.tar', () => tar([...goodTar, { name: 'c/1.png', size: '77777777777\0' }])),
    /cut off or damaged/,
  ],
  [
    'a tar entry of a size that is no number',
    one('x.tar', () => tar([{ name: 'c/1.png', size: 'many\0' }, ...goodTar])),
    /cut off or damaged|not an archive/,
  ],
  [
    'a tar entry of 2^87 bytes',
    one('x.tar', () => tar([{ name: 'c/1.png', size: '\x80' + '\x7f'.repeat(11) }, ...goodTar])),
    /cut off or damaged|not an archive/,
  ],
  [
    'a pax record longer than its header',
    one('x.tar', () => tar([{ name: 'p', type: 'x', data: text('999 path=x\n') }, ...goodTar])),
    /cut off or damaged/,
  ],
  [
    'a pax record without a length',
    one('x.tar', () => tar([{ name: 'p', type: 'x', data: text('path=x\n') }, ...goodTar])),
    /cut off or damaged/,
  ],
  ['a tar.gz cut in the middle', one('x.tar.gz', () => cut(fixture('folders.tar.gz'), 300)), /gzip file is cut off or damaged/],
  ['a tar.gz cut inside its end', one('x.tar.gz', () => cut(fixture('folders.tar.gz'), -3)), /gzip file is cut off or damaged/],
  [
    'a tar.gz with a wrong checksum',
    one('x.tar.gz', () => patch(fixture('folders.tar.gz'), -8, [1, 2, 3, 4])),
    /gzip file is cut off or damaged/,
  ],
  ['a gzip bomb', one('x.tar.gz', () => gz(new Uint8Array(64 * 2 ** 20))), /times its size, as only a bomb/],
  ['a gzip of a text', one('x.gz', () => gz(text('hello'))), /No images found/],
  ['a pickle with os.system', one('x.tar', () => cifarTar(text("cos\nsystem\n(S'echo hi'\ntR."))), /"os\.system", which is refused/],
  [
    'a pickle with builtins.eval',
    one('x.tar', () =>
      cifarTar(
        concat(
          Uint8Array.from([0x80, 4, 0x8c, 8]),
          text('builtins'),
          Uint8Array.from([0x8c, 4]),
          text('eval'),
          Uint8Array.from([0x93, 0x2e]),
        ),
      ),
    ),
    /"builtins\.eval", which is refused/,
  ],
  ['a pickle cut off', one('x.tar', () => cifarTar(text('\x80\x02}q\x01(U'))), /no pickle|cut off/],
  [
    'a pickle that declares 4 GB of bytes',
    one('x.tar', () => cifarTar(Uint8Array.from([0x80, 3, 0x42, 255, 255, 255, 255, 0x2e]))),
    /no pickle|cut off/,
  ],
  ['a pickle of no batch', one('x.tar', () => cifarTar(Uint8Array.from([0x80, 2, 0x7d, 0x2e]))), /no "data" and "labels"/],
  [
    'CIFAR records of a wrong length',
    one('x.tar', () => tar(['data_batch_1.bin', 'test_batch.bin'].map((name) => ({ name, data: new Uint8Array(5000) })))),
    /no multiple of CIFAR/,
  ],
  ['IDX images without labels', one('train-images-idx3-ubyte', () => idx([2, 4, 4], new Uint8Array(32))), /without its labels/],
  [
    'IDX that declares 2^96 bytes',
    () => idxPair(idx([2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], new Uint8Array(9)), idx([3], new Uint8Array(3))),
    /declares .* but holds 9/,
  ],
  ['IDX of floats', () => idxPair(idx([2, 4, 4], new Uint8Array(128), 13), idx([2], new Uint8Array(2))), /type 13/],
  [
    'IDX with fewer labels than images',
    () => idxPair(idx([2, 4, 4], new Uint8Array(32)), idx([1], new Uint8Array(1))),
    /1 labels for the 2 images/,
  ],
  [
    'IDX gzip that claims 4 GB',
    () => idxPair(patch(gz(idx([2, 4, 4], new Uint8Array(32))), -4, [255, 255, 255, 255]), idx([2], new Uint8Array(2))),
    /does not bear out/,
  ],
  [
    'an npz of Python objects',
    one('x.npz', () =>
      npz(
        npy("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }\n", text('cos\nsystem')),
        npy(npyHeader('|u1', '(2,)'), new Uint8Array(2)),
      ),
    ),
    /Python objects/,
  ],
  [
    'an npz that declares 10^18 images',
    one('x.npz', () =>
      npz(npy(npyHeader('|u1', '(1000000000000, 1000, 1000)'), new Uint8Array(9)), npy(npyHeader('|u1', '(2,)'), new Uint8Array(2))),
    ),
    /declares .* but holds 9/,
  ],
  ['an npz without labels', one('x.npz', () => npz(npy(npyHeader('|u1', '(2, 4, 4)'), new Uint8Array(32)))), /no labels beside/],
  [
    'an npz of unnamed arrays',
    one('x.npz', () => zipSync({ 'arr_0.npy': npy(npyHeader('|u1', '(2, 4, 4)'), new Uint8Array(32)) })),
    /named as images.*|Name them/,
  ],
  [
    'an npz of strings as images',
    one('x.npz', () => npz(npy(npyHeader('<U1', '(2, 2, 1)'), new Uint8Array(16)), npy(npyHeader('|u1', '(2,)'), new Uint8Array(2)))),
    /pixels are numbers/,
  ],
  ['a Parquet file cut in the middle', one('x.parquet', () => cut(fixture('one.parquet'), 2000)), /no Parquet file, or is cut off/],
  [
    'a Parquet footer longer than the file',
    one('x.parquet', () => patch(fixture('one.parquet'), -8, [255, 255, 255, 127])),
    /no Parquet file, or is cut off/,
  ],
  ['a Parquet file without labels', one('x.parquet', () => fixture('no-labels.parquet')), /no column of labels/],
  ['a text called Parquet', one('x.parquet', () => text('PAR1 I am none, PAR1')), /no Parquet file/],
  [
    'a table that lists images which are not there',
    one('x.csv', () => text('path,label\na.png,cat\nb.png,dog\n')),
    /none of which came with it/,
  ],
  [
    'a table with an unknown split',
    () => [named('d/x.csv', text('path,label,split\na.png,cat,someday\n')), named('d/a.png', plain(1))],
    /the split "someday"/,
  ],
  ['a pack from the future', one('x.zip', () => zipSync({ 'stream.json': text('{"schema": 99}') })), /newer version/],
];

function idxPair(images: Uint8Array, labels: Uint8Array): readonly NamedBlob[] {
  return [named('m/train-images-idx3-ubyte.gz', images), named('m/train-labels-idx1-ubyte.gz', labels)];
}
const npz = (x: Uint8Array, y?: Uint8Array) => zipSync({ 'x_train.npy': x, ...(y === undefined ? {} : { 'y_train.npy': y }) });

/** The first entry's flag in local header and directory. */
function encrypted(): Uint8Array {
  const bytes = zipped({});
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 4 < bytes.length; at++) if (view.getUint32(at, true) === 0x02014b50) bytes[at + 8] = 1;
  return bytes;
}

const TEN_THOUSAND = 10_000;

const skipped: readonly (readonly [what: string, files: Files, name: RegExp, reason: RegExp])[] = [
  ['a zip entry that climbs out', one('x.zip', () => zipped({ '../../etc/cron.png': plain(1) })), /cron/, /leads out/],
  ['a zip entry with an absolute path', one('x.zip', () => zipped({ '/etc/passwd.png': plain(1) })), /passwd/, /leads out/],
  ['a zip entry with a drive', one('x.zip', () => zipped({ 'C:\\a\\1.png': plain(1) })), /C:/, /leads out/],
  ['a tar entry that climbs out', one('x.tar', () => tar([...goodTar, { name: 'a/../../x.png', data: plain(1) }])), /\.\./, /leads out/],
  ['a tar link', one('x.tar', () => tar([...goodTar, { name: 'a/link.png', type: '2' }])), /link/, /a link/],
  ['a tar device', one('x.tar', () => tar([...goodTar, { name: 'a/disk.png', type: '4' }])), /disk/, /no plain file/],
  ['a tar entry twice', one('x.tar', () => tar([...goodTar, { name: 'a/0.png', data: plain(9) }])), /a\/0/, /same name/],
  ['a tar without its end mark', one('x.tar', () => tar(goodTar, false)), /end of the archive/, /may have been cut off/],
  ['a zip bomb beside images', one('x.zip', () => zipped({ 'a/bomb.png': new Uint8Array(16 * 2 ** 20) })), /bomb/, /zip bomb/],
  ['an archive inside', one('x.zip', () => zipped({ 'a/more.zip': zipped({}) })), /more\.zip/, /archive inside/],
  ['a JPEG that is a text', one('x.zip', () => zipped({ 'a/t.jpg': text('I am a text') })), /t\.jpg/, /not a PNG, JPEG/],
  ['an image of 0 bytes', one('x.zip', () => zipped({ 'a/e.png': new Uint8Array() })), /e\.png/, /not a PNG/],
  ['an image of 20,000 x 20,000', one('x.zip', () => zipped({ 'a/h.png': hugePng(20_000, 20_000) })), /h\.png/, /more than 100 million/],
  [
    'an image of 2^32 x 2^32',
    one('x.zip', () => zipped({ 'a/h.png': hugePng(2 ** 32 - 1, 2 ** 32 - 1) })),
    /h\.png/,
    /more than 100 million/,
  ],
  ['an image of 0 x 4', one('x.zip', () => zipped({ 'a/z.png': hugePng(0, 4) })), /z\.png/, /size of 0 x 4/],
  ['a PNG cut off', one('x.zip', () => zipped({ 'a/c.png': cut(plain(3), 60) })), /c\.png/, /cannot be decoded/],
  ['a class of one image', one('x.zip', () => zipped({ 'lonely/1.png': plain(1) })), /lonely/, /one image/],
  [
    'rows of a table that lead out',
    () => [
      ...Object.entries(goodFiles).map(([name, bytes]) => named(`d/${name}`, bytes)),
      named(
        'd/l.csv',
        text(
          `path,label\n../x.png,a\n${Object.keys(goodFiles)
            .map((name) => `${name},${name[0]}`)
            .join('\n')}\n`,
        ),
      ),
    ],
    /\.\.\/x/,
    /leads out/,
  ],
];

const accepted: readonly (readonly [what: string, files: Files, classes: readonly string[]])[] = [
  [
    'images of 1 x 1',
    one('x.zip', () => zipSync({ 'a/1.png': plain(1, 1), 'a/2.png': plain(2, 1), 'b/1.png': plain(3, 1), 'b/2.png': plain(4, 1) })),
    ['a', 'b'],
  ],
  [
    'names right to left, with markup and emoji',
    one('x.zip', () =>
      zipSync(
        Object.fromEntries(
          ['שלום', '<b onclick=x>', '\u202Egnp', '😀'].flatMap((name) => [0, 1].map((i) => [`${name}/${i}.png`, plain(i)])),
        ),
      ),
    ),
    ['<b onclick=x>', 'שלום', '\u202Egnp', '😀'],
  ],
  [
    'names that JavaScript knows',
    one('x.zip', () =>
      zipSync(
        Object.fromEntries(['__proto__x', 'constructor', 'toString'].flatMap((name) => [0, 1].map((i) => [`${name}/${i}.png`, plain(i)]))),
      ),
    ),
    ['__proto__x', 'constructor', 'toString'],
  ],
  [
    'labels that JavaScript knows, in a table',
    () => [
      ...['0', '1', '2', '3'].map((name) => named(`d/${name}.png`, plain(Number(name)))),
      named('d/l.csv', text('path,label\n0.png,__proto__\n1.png,__proto__\n2.png,hasOwnProperty\n3.png,hasOwnProperty\n')),
    ],
    ['__proto__', 'hasOwnProperty'],
  ],
];

async function quickly<T>(work: () => Promise<T>, most = MOST_SECONDS): Promise<T> {
  const started = performance.now();
  try {
    return await work();
  } finally {
    expect((performance.now() - started) / 1000).toBeLessThan(most);
  }
}

describe('hostile containers', () => {
  it.each(refused)('%s: refused by name', async (_, files, says) => {
    const given = files();
    const error = await quickly(() =>
      load(given).then(
        () => null,
        (reason: unknown) => reason,
      ),
    );
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).message).toMatch(says);
  });

  it.each(skipped)('%s: skipped and counted', async (_, files, name, reason) => {
    const given = files();
    const { skipped: list, classNames } = await quickly(() => load(given));
    expect(classNames).toEqual(['a', 'b']);
    expect(list.length).toBe(1);
    expect(inEnglish(list[0]?.name)).toMatch(name);
    expect(inEnglish(list[0]?.reason)).toMatch(reason);
  });

  it.each(accepted)('%s: taken as text', async (_, files, classes) => {
    const given = files();
    const { skipped: list, classNames } = await quickly(() => load(given));
    expect(classNames).toEqual(classes);
    expect(list).toEqual([]);
  });

  it('ten thousand classes are listed quickly', async () => {
    const image = plain(1);
    const contents = Object.fromEntries(
      Array.from({ length: 2 * TEN_THOUSAND }, (_, i) => [`c${i % TEN_THOUSAND}/${i}.png`, [image, { level: 0 as const }] as const]),
    );
    const blob = named('x.zip', zipSync(contents as never));
    const listing = await quickly(() => listImages([blob], options), MOST_SECONDS_FOR_MANY);
    expect(listing.classNames.length).toBe(TEN_THOUSAND);
  });

  it('has at least as many cases as were promised', () => {
    expect(refused.length + skipped.length + accepted.length + 1).toBeGreaterThanOrEqual(60);
  });
});
