/** Valid containers with bytes changed, cut or moved: whatever comes out, it is a listing or a named error, and soon. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { change, mutateAll } from '../vit/testing/mutate';
import { DataError } from './errors';
import { listImages } from './source';
import { decodePng } from './testing/decode-node';
import { fixture, named, rawZip, tar } from './testing/hostile';
import { plain } from './testing/sources';

const text = (content: string): Uint8Array => Uint8Array.from(content, (letter) => letter.charCodeAt(0));

/** What strangers have: names and tables in old encodings, splits in words, links and holes in tars. */
const strange: readonly { readonly name: string; readonly bytes: Uint8Array }[] = [
  {
    name: 'old-names.zip',
    bytes: rawZip(['\x8epfel', '\x99l', '\x84hre'].flatMap((name) => [0, 1, 2].map((i) => [text(`${name}/${i}.png`), plain(i)] as const))),
  },
  {
    name: 'table.zip',
    bytes: rawZip([
      [text('labels.csv'), text('sep=;\nDatei;Klasse;split\n0.png;B\xe4r;train\n1.png;B\xf6r;train\n2.png;B\xe4r;val\n3.png;B\xf6r;val\n')],
      [text('metadata.jsonl'), text('{"file_name":"0.png","label":["B"]}\n{"file_name":"1.png","label":7}\n')],
      ...[0, 1, 2, 3].map((i) => [text(`images/${i}.png`), plain(i)] as const),
    ]),
  },
  {
    name: 'splits.zip',
    bytes: rawZip(
      ['seg_train/seg_train/a', 'seg_train/seg_train/b', 'seg_test/seg_test/a', 'seg_test/seg_test/b', 'seg_pred/seg_pred'].flatMap(
        (folder) => [0, 1].map((i) => [text(`${folder}/${i}.png`), plain(i)] as const),
      ),
    ),
  },
  {
    name: 'links.tar',
    bytes: tar([
      ...['a', 'b'].flatMap((name) => [0, 1].map((i) => ({ name: `${name}/${i}.png`, data: plain(i) }))),
      { name: 'b/2.png', type: '1', link: 'a/0.png' },
      { name: 'p', type: 'x', data: text('31 GNU.sparse.map=0,2,40,1,60,1\n23 GNU.sparse.size=68\n') },
      { name: 'a/3.png', data: plain(1).subarray(0, 4) },
      {
        name: 'a/4.png',
        type: 'S',
        data: text('abc'),
        more: [
          [`00000000003 00000000002 `, 386],
          ['00000000012 ', 483],
        ],
      },
    ]),
  },
];

const seeds = [
  'deflated.zip',
  'ustar.tar',
  'pax.tar',
  'folders.tar.gz',
  'cifar-10-python.tar.gz',
  'keras.npz',
  'medmnist.npz',
  'one.parquet',
  'domains.parquet',
  'manifest.zip',
  'standardised.npz',
  'sixteen-bits.npz',
]
  .map((name): { name: string; bytes: Uint8Array } => ({ name, bytes: fixture(name) }))
  .concat(strange);

/** Seconds in all; `FUZZ_SECONDS` for a longer look, as `npm run test:all` takes. */
const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 4);

describe('fuzz', () => {
  it(
    'mutated containers give a listing or a DataError within seconds, and their images bytes or an error',
    async () => {
      let slowest = 0;
      let tried = 0;
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...seeds), fc.array(change, { minLength: 1, maxLength: 4 }), async ({ name, bytes }, changes) => {
          const started = performance.now();
          tried++;
          const mutated = mutateAll(bytes, changes);
          try {
            const listing = await listImages([named(name, mutated)], { testFraction: 0.4, seed: 0 });
            for (const image of listing.images) {
              const rgb = await image.read(decodePng).catch(() => null);
              if (rgb !== null) expect(rgb.rgb.length).toBe(rgb.width * rgb.height * 3);
            }
          } catch (error) {
            if (!(error instanceof DataError)) throw error;
          }
          slowest = Math.max(slowest, performance.now() - started);
        }),
        { numRuns: 1e6, interruptAfterTimeLimit: SECONDS * 1000, markInterruptAsFailure: false },
      );
      expect(tried).toBeGreaterThan(50);
      expect(slowest).toBeLessThan(5000);
    },
    (SECONDS + 30) * 1000,
  );
});
