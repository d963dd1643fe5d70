/** Sets of images as strangers have them (../shared/foreign), each with what should come of it. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadImages } from './dataset';
import { DataError } from './errors';
import { listImages } from './source';
import { decodePng } from './testing/decode-node';
import { folderFromDisk, fromDisk } from './testing/sources';

const root = '../shared/foreign/inputs/image-sets';

interface Row {
  readonly classes: readonly string[];
  readonly train: number | null;
  readonly test: number | null;
  readonly want: string;
}
const rows = existsSync(root) ? (JSON.parse(readFileSync(`${root}/expected.json`, 'utf8')) as Readonly<Record<string, Row>>) : {};

/** What a refusal has to say: what is wrong and why. Everything else is read. */
const refused: Readonly<Record<string, RegExp>> = {
  'zip-dotdot-sibling.zip': /leads? out of the archive.*\.\./,
  'zip-bzip2.zip': /bzip2/,
  'zip-deflate64.zip': /Deflate64/,
  'zip-mixed-methods.zip': /class b: it has no training images.*LZMA/,
  'csv-pixels': /train\.csv.*pixel0.*not read.*PNG/,
  'pq-label-list.parquet': /several labels/,
  'pq-path-only.parquet': /no image bytes/,
  'npz-standardised.npz': /from -2\.11\d* to 2\.64.*valueRange.*"imagenet"/,
};

async function load(name: string, answers: Readonly<Record<string, string>> = {}) {
  const path = `${root}/${name}`;
  const files = statSync(path).isDirectory() ? folderFromDisk(path) : fromDisk(path);
  const listing = await listImages(files, { testFraction: 0.25, seed: 0, ...answers });
  return loadImages(listing, decodePng, { imageSize: 8, resize: 'bilinear', sha256: '' });
}

describe.skipIf(!existsSync(root))('sets of strangers', () => {
  it.each(Object.keys(rows))('%s', async (name) => {
    const row = rows[name];
    if (refused[name] !== undefined) {
      const error = await load(name).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(DataError);
      expect((error as DataError).message).toMatch(refused[name]);
      return;
    }
    const images = await load(name);
    expect([...images.classNames].sort()).toEqual([...(row?.classes ?? [])].sort());
    expect([images.train.count, images.test.count]).toEqual([row?.train, row?.test]);
    expect(images.understood.length).toBeGreaterThan(0);
  });
});
