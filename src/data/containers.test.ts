/** One set of images in every container, written by scripts/fixtures/containers.py with Python's own libraries. */
import { inEnglish } from '../common/testing/in-english';
import { describe, expect, it } from 'vitest';
import type { ImageListing } from './labelled-images';
import { listImages } from './source';
import { decodePng } from './testing/decode-node';
import { folderFromDisk, fromDisk } from './testing/sources';
import { DataQuestion } from './understood';

const root = 'src/data/fixtures/containers';
const options = { testFraction: 0.4, seed: 0 };
const NAMES = ['ape', '猫', 'קוף'];
const NUMBERS = ['0', '1', '2'];

/** Class, split and first pixel of every image, as the script coloured them: red tells class, number and split. */
async function reds({ images, classNames }: ImageListing): Promise<[string, string, number][]> {
  const seen: [string, string, number][] = [];
  for (const image of images) {
    const { rgb } = await image.read(decodePng);
    seen.push([classNames[image.classIndex] ?? '', image.split, rgb[0] ?? -1]);
  }
  return seen.sort((a, b) => a[2] - b[2]);
}

const expectedReds = (names: readonly string[]) =>
  names
    .flatMap((name, label) => [
      ...[0, 1, 2].map((number): [string, string, number] => [name, 'train', 60 * label + 10 * number]),
      ...[0, 1].map((number): [string, string, number] => [name, 'test', 60 * label + 10 * number + 5]),
    ])
    .sort((a, b) => a[2] - b[2]);

/** Numbers that are no bytes are asked for, the right reading among the offered ones, with a picture of each. */
async function asksForRange(file: string, right: string): Promise<void> {
  const question = await listImages(fromDisk(file), options).then(
    () => null,
    (error: unknown) => error,
  );
  expect(question).toBeInstanceOf(DataQuestion);
  const { choice } = question as DataQuestion;
  expect(choice).toMatchObject({ field: 'valueRange', chosen: null });
  expect(choice.readings.map(({ value }) => value)).toContain(right);
  expect(choice.readings.every(({ picture }) => picture?.rgb.length === 48)).toBe(true);
}

describe('one set in every container: 3 classes of 3 + 2', () => {
  it.each([
    ['deflated.zip', NAMES],
    ['stored.zip', NAMES],
    ['ustar.tar', NAMES],
    ['gnu-long-names.tar', NAMES],
    ['pax.tar', NAMES],
    ['folders.tar.gz', NAMES],
    ['cifar-10-python.tar.gz', NAMES],
    ['cifar-100-python2.tar.gz', NAMES],
    ['cifar-100-python4.tar.gz', NAMES],
    ['cifar-10-binary.tar.gz', NAMES],
    ['cifar-100-binary.tar.gz', NAMES],
    ['keras.npz', NUMBERS],
    ['medmnist.npz', NUMBERS],
  ])('%s', async (file, names) => {
    const listing = await listImages(fromDisk(`${root}/${file}`), options);
    // By code point, as Python sorts: "ape", Hebrew, Chinese; by number in data sets of numbered classes.
    const inOrder = /cifar|npz/.test(file) ? names : [...names].sort();
    expect(listing.classNames).toEqual(inOrder);
    expect(listing.dividedHere).toBe(false);
    expect(await reds(listing)).toEqual(expectedReds(names));
  });

  it.each([
    ['idx', NUMBERS],
    ['parquet', NAMES],
  ])('the folder %s', async (folder, names) => {
    const listing = await listImages(folderFromDisk(`${root}/${folder}`), options);
    expect(listing.classNames).toEqual(names);
    expect(await reds(listing)).toEqual(expectedReds(names));
  });

  it.each([
    ['one.parquet', NAMES, undefined],
    ['floats.npz', NAMES, '0..1'],
    ['standardised.npz', NUMBERS, 'imagenet'],
    ['half.npz', NUMBERS, '-1..1'],
    ['sixteen-bits.npz', NUMBERS, '0..65535'],
  ])('%s, divided here because it names no split', async (file, names, valueRange) => {
    if (valueRange !== undefined) await asksForRange(`${root}/${file}`, valueRange);
    const listing = await listImages(fromDisk(`${root}/${file}`), { ...options, valueRange });
    expect(listing).toMatchObject({ classNames: names, dividedHere: true, kind: 'class-incremental' });
    const seen = await reds(listing);
    expect(seen.map(([name, , red]) => [name, red])).toEqual(expectedReds(names).map(([name, , red]) => [name, red]));
    expect(seen.filter(([, split]) => split === 'test').length).toBe(6);
  });
});

describe('what a container says beyond classes', () => {
  it('a CSV manifest gives labels, splits and tasks in its own order; what it lists in vain is counted', async () => {
    const listing = await listImages(fromDisk(`${root}/manifest.zip`), options);
    expect(listing.classNames).toEqual(['a "quoted", name', 'ape', 'קוף', '猫']);
    expect(listing.givenTasks?.map(({ name, classes }) => [name, classes.map((i) => listing.classNames[i])])).toEqual([
      ['second', ['ape', 'קוף']],
      ['first', ['a "quoted", name', '猫']],
    ]);
    expect(listing.images.length).toBe(20);
    expect(inEnglish(listing.skipped)).toEqual([{ name: 'flat/gone.png', reason: 'it is listed, but not there' }]);
  });

  it('outer folders that hold the same classes are domains, each with its own test images', async () => {
    const listing = await listImages(fromDisk(`${root}/domains.zip`), options);
    expect(listing).toMatchObject({ kind: 'domain-incremental', domainNames: ['photo', 'sketch'], classNames: ['ape', '猫'] });
    const tests = listing.images.filter(({ split }) => split === 'test');
    expect(tests.map(({ classIndex, domain }) => `${classIndex}${domain}`).sort()).toEqual([
      '00',
      '00',
      '01',
      '01',
      '10',
      '10',
      '11',
      '11',
    ]);
  });

  it('the same folders can be read as groups of classes instead', async () => {
    const listing = await listImages(fromDisk(`${root}/domains.zip`), { ...options, outerFolder: 'group' });
    expect(listing).toMatchObject({ kind: 'class-incremental', domainNames: [] });
    expect(listing.classNames.length).toBe(4);
  });

  it('a column "domain" of a Parquet file is one', async () => {
    const listing = await listImages(fromDisk(`${root}/domains.parquet`), options);
    expect(listing).toMatchObject({ kind: 'domain-incremental', domainNames: ['photo', 'sketch'] });
  });

  it('a Parquet file without labels is refused with the columns that it has', async () => {
    await expect(listImages(fromDisk(`${root}/no-labels.parquet`), options)).rejects.toThrow(/no column of labels.*It has: image/);
  });
});
