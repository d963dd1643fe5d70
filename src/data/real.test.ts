/** Archives that nobody on this project made. */
import { inEnglish } from '../common/testing/in-english';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadStream } from './load-stream';
import type { ImageListing } from './labelled-images';
import { listImages } from './source';
import { decodePng } from './testing/decode-node';
import { folderFromDisk, fromDisk } from './testing/sources';

const root = '../shared/real/images';
const options = { testFraction: 0.25, seed: 0 };
const counts = ({ classNames, images }: ImageListing) => [
  classNames.length,
  images.filter(({ split }) => split === 'train').length,
  images.filter(({ split }) => split === 'test').length,
];

describe.skipIf(!existsSync(root))('real archives', () => {
  it('CIFAR-100: 100 classes of 60 + 20', async () => {
    const listing = await listImages(fromDisk(`${root}/cifar100.zip`), options);
    expect(counts(listing)).toEqual([100, 6000, 2000]);
    expect(listing.classNames.slice(0, 5)).toEqual(['apple', 'aquarium_fish', 'baby', 'bear', 'beaver']);
    expect(inEnglish(listing.skipped)).toEqual([]);
  });

  it('MNIST: 10 classes of 100 + 40', async () => {
    const listing = await listImages(fromDisk(`${root}/mnist_png.zip`), options);
    expect(counts(listing)).toEqual([10, 1000, 400]);
    expect(listing.classNames.join('')).toBe('0123456789');
  });

  it('flower_photos: 5 classes of 40 + 20, the licence left aside', async () => {
    const listing = await listImages(fromDisk(`${root}/flower_photos.zip`), options);
    expect(counts(listing)).toEqual([5, 200, 100]);
    expect(inEnglish(listing.skipped)).toEqual([{ name: 'LICENSE.txt', reason: 'it is not an image' }]);
  });

  it('trashnet, a folder: 6 classes of 30 + 10, cardboard 26 + 9', async () => {
    const listing = await listImages(folderFromDisk(`${root}/trashnet`), options);
    expect(counts(listing)).toEqual([6, 176, 59]);
    expect(listing.title).toBe('trashnet');
    expect(listing.classNames).toEqual(['cardboard', 'glass', 'metal', 'paper', 'plastic', 'trash']);
  });

  it.each([
    ['images_background_small1.zip', 136],
    ['images_background_small2.zip', 156],
  ])('Omniglot %s: %i characters of 20 drawings, divided 15 + 5, five alphabets as tasks', async (name, characters) => {
    const listing = await listImages(fromDisk(`${root}/omniglot/${name}`), options);
    expect(listing.dividedHere).toBe(true);
    expect(counts(listing)).toEqual([characters, characters * 15, characters * 5]);
    expect(listing.givenTasks?.length).toBe(5);
    expect(listing.givenTasks?.flatMap(({ classes }) => classes)).toEqual(listing.classNames.map((_, index) => index));
  });

  it("the yardstick's stream: the first 20 classes of CIFAR-100 as 5 tasks of 4, 30 training images each", async () => {
    const { images, stream } = await loadStream(fromDisk(`${root}/cifar100.zip`), decodePng, {
      ...options,
      imageSize: 32,
      resize: 'bicubic',
      order: 'natural',
      split: { kind: 'equal', classesPerTask: 4 },
      maxClasses: 20,
      trainPerClass: 30,
    });
    expect(stream.tasks.map(({ train, test }) => [train.count, test.count])).toEqual(Array(5).fill([120, 80]));
    expect(stream.classNames.slice(0, 4)).toEqual(['apple', 'aquarium_fish', 'baby', 'bear']);
    expect(images.skipped).toEqual([]);
    expect(new Set(images.train.pixels.subarray(0, 3072)).size).toBeGreaterThan(50);
  });
});

describe.skipIf(!existsSync('public/streams/styles/stream.zip'))('bundled packs', () => {
  it.each(['materials', 'ten', 'alphabets', 'styles', 'things'])('%s opens, and its own tasks make a stream', async (id) => {
    const { images, stream } = await loadStream(fromDisk(`public/streams/${id}/stream.zip`), decodePng, {
      ...options,
      imageSize: 32,
      resize: 'bicubic',
      order: 'natural',
      split: { kind: 'as-given' },
      trainPerClass: 2,
      testPerClass: 1,
    });
    expect(images.skipped).toEqual([]);
    expect(stream.tasks.length).toBeGreaterThan(2);
    if (stream.kind === 'domain-incremental') expect(new Set(stream.tasks.map(({ classes }) => classes.to)).size).toBe(1);
    else expect(stream.tasks.at(-1)?.classes.to).toBe(stream.classNames.length);
  });
});
