import { inEnglish } from '../../common/testing/in-english';
import { describe, expect, it } from 'vitest';
import { DataError } from '../errors';
import type { ImageListing } from '../labelled-images';
import { listImageFiles } from './image-files';
import { plain, trainTest, tree, type Contents } from '../testing/sources';

const list = (contents: Contents, options: { testFraction?: number; seed?: number } = {}) =>
  listImageFiles(tree(contents), { title: 'set', testFraction: 0.25, seed: 0, ...options });

const one = plain(9);
const many = (path: (i: number) => string, count: number): Contents =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [path(i), one]));
const namesOf = (listing: ImageListing, split: 'train' | 'test', className: string) =>
  listing.images.filter((image) => image.split === split && listing.classNames[image.classIndex] === className).map(({ name }) => name);

describe('listImageFiles', () => {
  it('takes train/ and test/ as they are', async () => {
    const listing = await list(trainTest(['dog', 'cat'], 3, 2));
    expect(listing.classNames).toEqual(['cat', 'dog']);
    expect(namesOf(listing, 'train', 'cat')).toEqual(['train/cat/0.png', 'train/cat/1.png', 'train/cat/2.png']);
    expect(namesOf(listing, 'test', 'dog')).toEqual(['test/dog/0.png', 'test/dog/1.png']);
    expect(listing).toMatchObject({ dividedHere: false, givenTasks: null, skipped: [] });
  });

  it('sorts classes by code point, as Python does', async () => {
    const names = ['b', 'B', 'a10', 'a2', 'é', '\u{1f600}', '\uff5e'];
    expect((await list(trainTest(names, 1, 1))).classNames).toEqual(['B', 'a10', 'a2', 'b', 'é', '\uff5e', '\u{1f600}']);
  });

  it('sees through a wrapping folder, clutter, and other spellings of the splits', async () => {
    const wrapped: Contents = {
      'pets/README.md': 'hi',
      '__MACOSX/pets/train/cat/._1.png': one,
      'pets/.DS_Store': 'x',
      'pets/Training/cat/.hidden.png': one,
    };
    for (const [path, content] of Object.entries(trainTest(['cat', 'dog'], 2, 1))) {
      wrapped[`pets/${path.replace('train/', 'Training/').replace('test/', 'val/')}`] = content;
    }
    const listing = await list(wrapped);
    expect(listing.classNames).toEqual(['cat', 'dog']);
    expect(listing.images.length).toBe(6);
    expect(inEnglish(listing.skipped)).toEqual([{ name: 'pets/README.md', reason: 'it is not an image' }]);
  });

  it('leaves the validation split alone where there is a test split', async () => {
    const listing = await list({ ...trainTest(['a', 'b'], 1, 1), 'val/a/v.png': one });
    expect(inEnglish(listing.skipped)).toEqual([
      { name: 'val/a/v.png', reason: 'the validation split is not used where there is a test split' },
    ]);
  });

  it('divides classes without a split: seeded, stratified, one at least and never all', async () => {
    const contents = { ...many((i) => `a/${i}.png`, 20), ...many((i) => `b/${i}.png`, 2), ...many((i) => `c/${i}.png`, 7) };
    const listing = await list(contents);
    expect(listing.dividedHere).toBe(true);
    const counts = ['a', 'b', 'c'].map((name) => [namesOf(listing, 'train', name).length, namesOf(listing, 'test', name).length]);
    expect(counts).toEqual([
      [15, 5],
      [1, 1],
      [5, 2],
    ]);
    expect(namesOf(await list(contents), 'test', 'a')).toEqual(namesOf(listing, 'test', 'a'));
    expect(namesOf(await list(contents, { seed: 1 }), 'test', 'a')).not.toEqual(namesOf(listing, 'test', 'a'));
    // Another class more or less changes nothing for those that stay.
    const withoutB = Object.fromEntries(Object.entries(contents).filter(([path]) => !path.startsWith('b/')));
    expect(namesOf(await list(withoutB), 'test', 'c')).toEqual(namesOf(listing, 'test', 'c'));
    const together = [...namesOf(listing, 'train', 'a'), ...namesOf(listing, 'test', 'a')];
    expect(new Set(together).size).toBe(20);
  });

  it('keeps nested classes apart and proposes their groups as tasks', async () => {
    const contents: Contents = {};
    for (const [alphabet, characters] of [
      ['Greek', 3],
      ['Latin', 2],
    ] as const) {
      for (let c = 1; c <= characters; c++)
        Object.assign(
          contents,
          many((i) => `root/${alphabet}/character0${c}/${i}.png`, 4),
        );
    }
    const listing = await list(contents);
    expect(listing.classNames).toEqual([
      'Greek/character01',
      'Greek/character02',
      'Greek/character03',
      'Latin/character01',
      'Latin/character02',
    ]);
    expect(listing.givenTasks).toEqual([
      { name: 'Greek', classes: [0, 1, 2], domain: null },
      { name: 'Latin', classes: [3, 4], domain: null },
    ]);
  });

  it('drops a last folder that every class has', async () => {
    expect((await list({ ...many((i) => `n01/images/${i}.png`, 2), ...many((i) => `n02/images/${i}.png`, 2) })).classNames).toEqual([
      'n01',
      'n02',
    ]);
  });

  it('leaves out, by name, classes that cannot be trained and tested', async () => {
    const listing = await list({
      ...trainTest(['a', 'b'], 2, 1),
      'train/only/1.png': one,
      'test/never/1.png': one,
      'loose.png': one,
      'train/top.png': one,
    });
    expect(listing.classNames).toEqual(['a', 'b']);
    expect(inEnglish(listing.skipped)).toEqual([
      { name: 'loose.png', reason: 'it lies in no class folder' },
      { name: 'train/top.png', reason: 'it lies in no class folder' },
      { name: 'class never', reason: 'it has no training images' },
      { name: 'class only', reason: 'it has no test images' },
    ]);
    const alone = await list({ ...many((i) => `a/${i}.png`, 2), ...many((i) => `b/${i}.png`, 2), 'lonely/1.png': one });
    expect(inEnglish(alone.skipped)).toEqual([{ name: 'class lonely', reason: 'it has one image, and training and test need one each' }]);
  });

  it('copes with 10,000 classes', async () => {
    const contents = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`class${i >> 1}/${i}.png`, one]));
    expect((await list(contents)).classNames.length).toBe(10_000);
  });

  const refused: [string, Contents, RegExp][] = [
    ['nothing', {}, /No images found: there is nothing/],
    ['no images', { 'a/notes.txt': 'x', 'b.pdf': 'y' }, /2 other files, such as "a\/notes.txt".*one folder per class/],
    ['images without folders', { '1.png': one, '2.png': one }, /two or more classes, but there is no class/],
    ['one class', many((i) => `cats/${i}.png`, 5), /only the class "cats"/],
    ['one usable class', { ...many((i) => `cats/${i}.png`, 5), 'dogs/1.png': one }, /only the class "cats" \(class dogs: it has one image/],
    ['a test folder alone', { 'test/a/1.png': one, 'test/b/1.png': one }, /no train folder/],
  ];
  it.each(refused)('refuses %s', async (_, contents, message) => {
    await expect(list(contents)).rejects.toThrow(DataError);
    await expect(list(contents)).rejects.toThrow(message);
  });
});
