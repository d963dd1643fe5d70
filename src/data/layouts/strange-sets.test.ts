/** Sets of images as strangers lay them out: what is understood, what is asked, what is refused. */
import { inEnglish } from '../../common/testing/in-english';
import { describe, expect, it } from 'vitest';
import { DataError } from '../errors';
import { listImages } from '../source';
import { folder, plain, zip, type Contents } from '../testing/sources';
import { DataQuestion, type Answers } from '../understood';

const one = plain(9);
const list = (contents: Contents, answers: Answers = {}) => listImages(folder(contents), { testFraction: 0.25, seed: 0, ...answers });

/** Images under these paths, numbered from 0. */
function images(counts: Readonly<Record<string, number>>): Contents {
  const contents: Contents = {};
  for (const [path, count] of Object.entries(counts)) for (let i = 0; i < count; i++) contents[path.replace('#', String(i))] = one;
  return contents;
}
const flat = images({ 'd/#.png': 8 });
const rows = (columns: string, line: (i: number) => string, from = 0, to = 8) =>
  [columns, ...Array.from({ length: to - from }, (_, i) => line(from + i))].filter((text) => text !== '').join('\n');
const animal = (i: number) => (i % 2 === 0 ? 'cat' : 'dog');

/** Four training and two test images of each of two classes. */
const FOUR_TWO = { classes: ['cat', 'dog'], train: 8, test: 4, divided: false };
const SIX_TWO = { classes: ['cat', 'dog'], train: 6, test: 2, divided: true };

const layouts: readonly (readonly [what: string, Contents, typeof FOUR_TWO])[] = [
  ['suffixes', images({ 'train_set/cat/#.png': 4, 'train_set/dog/#.png': 4, 'test_set/cat/#.png': 2, 'test_set/dog/#.png': 2 }), FOUR_TWO],
  [
    'prefixes of the set',
    images({ 'pets_train/cat/#.png': 4, 'pets_train/dog/#.png': 4, 'pets_test/cat/#.png': 2, 'pets_test/dog/#.png': 2 }),
    FOUR_TWO,
  ],
  [
    'nested twice, with pictures nobody labelled',
    images({
      'x/seg_train/seg_train/cat/#.png': 4,
      'x/seg_train/seg_train/dog/#.png': 4,
      'x/seg_test/seg_test/cat/#.png': 2,
      'x/seg_test/seg_test/dog/#.png': 2,
      'x/seg_pred/seg_pred/#.png': 3,
    }),
    FOUR_TWO,
  ],
  ['below the class', images({ 'cat/train/#.png': 4, 'dog/train/#.png': 4, 'cat/test/#.png': 2, 'dog/test/#.png': 2 }), FOUR_TWO],
  [
    'images/ below the class',
    images({ 'train/cat/images/#.png': 4, 'train/dog/images/#.png': 4, 'test/cat/images/#.png': 2, 'test/dog/images/#.png': 2 }),
    FOUR_TWO,
  ],
  [
    'images/ above the class',
    images({ 'train/images/cat/#.png': 4, 'train/images/dog/#.png': 4, 'test/cat/#.png': 2, 'test/dog/#.png': 2 }),
    FOUR_TWO,
  ],
  [
    'validation as the test',
    images({ 'TrainData/cat/#.png': 4, 'TrainData/dog/#.png': 4, 'valid/cat/#.png': 2, 'valid/dog/#.png': 2 }),
    FOUR_TWO,
  ],
  [
    'validation beside a test',
    images({
      'train/cat/#.png': 4,
      'train/dog/#.png': 4,
      'val/cat/#.png': 3,
      'val/dog/#.png': 3,
      'test/cat/#.png': 2,
      'test/dog/#.png': 2,
    }),
    FOUR_TWO,
  ],
  [
    'validation where the test has no classes',
    images({ 'train/cat/#.png': 4, 'train/dog/#.png': 4, 'val/cat/#.png': 2, 'val/dog/#.png': 2, 'test/images/#.png': 9 }),
    FOUR_TWO,
  ],
  ['a test without classes and no validation', images({ 'train/cat/#.png': 4, 'train/dog/#.png': 4, 'test1/#.png': 9 }), SIX_TWO],
  [
    'a root that is called a split',
    images({ 'test/train/cat/#.png': 4, 'test/train/dog/#.png': 4, 'test/test/cat/#.png': 2, 'test/test/dog/#.png': 2 }),
    FOUR_TWO,
  ],
  [
    'training images beside their test folder',
    images({ 'cat/#.png': 4, 'dog/#.png': 4, 'test/cat/#.png': 2, 'test/dog/#.png': 2 }),
    FOUR_TWO,
  ],
  ['Chinese', images({ '训练集/cat/#.png': 4, '训练集/dog/#.png': 4, '测试集/cat/#.png': 2, '测试集/dog/#.png': 2 }), FOUR_TWO],
  [
    'a set that holds itself once more',
    images({
      'xray/train/cat/#.png': 4,
      'xray/train/dog/#.png': 4,
      'xray/test/cat/#.png': 2,
      'xray/test/dog/#.png': 2,
      'xray/xray/train/cat/#.png': 4,
      'xray/xray/train/dog/#.png': 4,
      'xray/xray/test/cat/#.png': 2,
      'xray/xray/test/dog/#.png': 2,
    }),
    FOUR_TWO,
  ],
  ['in the names of files', images({ 'cat/train_#.png': 4, 'dog/train_#.png': 4, 'cat/test_#.png': 2, 'dog/test_#.png': 2 }), FOUR_TWO],
  [
    'a pool outside of the splits',
    images({ 'pool/#.png': 9, 'set/train/cat/#.png': 4, 'set/train/dog/#.png': 4, 'set/test/cat/#.png': 2, 'set/test/dog/#.png': 2 }),
    FOUR_TWO,
  ],
];

const tables: readonly (readonly [what: string, Contents, typeof FOUR_TWO])[] = [
  ['paths below the table', { ...flat, 'd/l.csv': rows('filename,label', (i) => `${i}.png,${animal(i)}`) }, SIX_TWO],
  [
    'German Excel',
    {
      ...flat,
      'd/l.csv': Uint8Array.from(
        rows('Datei;Klasse', (i) => `${i}.png;${i % 2 === 0 ? 'B\xe4r' : 'B\xf6r'}`),
        (c) => c.charCodeAt(0),
      ),
    },
    { ...SIX_TWO, classes: ['Bär', 'Bör'] },
  ],
  ['JSON lines', { ...flat, 'd/metadata.jsonl': rows('', (i) => JSON.stringify({ file_name: `${i}.png`, label: animal(i) })) }, SIX_TWO],
  ['one column a class', { ...flat, 'd/_classes.csv': rows('filename, cat, dog', (i) => `${i}.png, ${1 - (i % 2)}, ${i % 2}`) }, SIX_TWO],
  [
    'one column a class, with decimal commas',
    { ...flat, 'd/l.csv': rows('image;cat;dog', (i) => `${i};${1 - (i % 2)},0;${i % 2},0`) },
    SIX_TWO,
  ],
  ['bare numbers', { ...images({ 'k/train/img_#.png': 8 }), 'k/train.csv': rows('id,breed', (i) => `img_${i},${animal(i)}`) }, SIX_TWO],
  [
    'numbers that labels share',
    { ...images({ 'k/train_images/#.png': 8 }), 'k/train.csv': rows('image_id,label', (i) => `${i}.png,${i % 2}`) },
    { ...SIX_TWO, classes: ['0', '1'] },
  ],
  [
    'addresses of another machine',
    {
      ...images({ 'd/pics/cat/#.png': 4, 'd/pics/dog/#.png': 4 }),
      'd/l.csv': rows('path,label', (i) => `C:\\Users\\me\\${animal(i)}\\${i >> 1}.png,${animal(i)}`),
    },
    SIX_TWO,
  ],
  [
    'paths that climb to a neighbour',
    { ...images({ 'd/pics/#.png': 8 }), 'd/tables/l.csv': rows('path,label', (i) => `../pics/${i}.png,${animal(i)}`) },
    SIX_TWO,
  ],
  [
    'GTSRB: a table in each class folder',
    {
      ...images({ 'g/Final_Training/Images/00000/0000#.png': 4, 'g/Final_Training/Images/00001/0000#.png': 4 }),
      'g/Final_Training/Images/00000/GT-00000.csv': rows('Filename;Width;Height;ClassId', (i) => `0000${i}.png;30;30;0`, 0, 4),
      'g/Final_Training/Images/00001/GT-00001.csv': rows('Filename;Width;Height;ClassId', (i) => `0000${i}.png;31;30;1`, 0, 4),
      ...images({ 'g/Final_Test/Images/0000#.png': 4 }),
      'g/Final_Test/Images/GT-final_test.csv': rows('Filename;Width;Height;ClassId', (i) => `0000${i}.png;30;30;${i % 2}`, 0, 4),
    },
    { ...FOUR_TWO, classes: ['0', '1'] },
  ],
  [
    'a table for each split',
    {
      ...images({ 'i/#.png': 12 }),
      'i/train.csv': rows('filename,label', (i) => `${i}.png,${animal(i)}`),
      'i/test.csv': rows('filename,label', (i) => `${i}.png,${animal(i)}`, 8, 12),
    },
    FOUR_TWO,
  ],
  [
    'a table in each split',
    {
      ...images({ 'h/train/#.png': 8, 'h/test/#.png': 4 }),
      'h/train/metadata.csv': rows('file_name,label', (i) => `${i}.png,${animal(i)}`),
      'h/test/metadata.csv': rows('file_name,label', (i) => `${i}.png,${animal(i)}`, 0, 4),
    },
    FOUR_TWO,
  ],
  [
    'a column of splits with blanks in it',
    {
      ...images({ 'd/#.png': 14 }),
      'd/l.csv': rows('filename,label,Usage', (i) => `${i}.png,${animal(i)},${i < 8 ? 'Training' : i < 12 ? 'PublicTest' : ''}`, 0, 14),
    },
    FOUR_TWO,
  ],
  [
    'a column of yes and no',
    { ...images({ 'd/#.png': 12 }), 'd/l.csv': rows('filename,label,is_train', (i) => `${i}.png,${animal(i)},${i < 8 ? 1 : 0}`, 0, 12) },
    FOUR_TWO,
  ],
  [
    'answers that were made up for a submission',
    {
      ...images({ 'k/train/#.png': 8, 'k/test/9#.png': 4 }),
      'k/train.csv': rows('id,label', (i) => `${i},${animal(i)}`),
      'k/sample_submission.csv': rows('id,label', (i) => `9${i},cat`, 0, 4),
    },
    SIX_TWO,
  ],
  [
    'lists of training and test images of class folders',
    {
      ...images({ 'f/images/cat/#.png': 6, 'f/images/dog/#.png': 6 }),
      'f/meta/train.txt': rows('', (i) => `${animal(i)}/${i >> 1}`),
      'f/meta/test.txt': rows('', (i) => `${animal(i)}/${i >> 1}`, 8, 12),
    },
    FOUR_TWO,
  ],
  [
    'CUB: images by number, and numbers for training',
    {
      ...images({ 'CUB/images/cat/#.png': 6, 'CUB/images/dog/#.png': 6 }),
      'CUB/images.txt': rows('', (i) => `${i + 1} ${animal(i)}/${i >> 1}.png`, 0, 12),
      'CUB/train_test_split.txt': rows('', (i) => `${i + 1} ${i < 8 ? 1 : 0}`, 0, 12),
      'CUB/image_class_labels.txt': rows('', (i) => `${i + 1} ${(i % 2) + 1}`, 0, 12),
      'CUB/classes.txt': '1 cat\n2 dog\n',
    },
    FOUR_TWO,
  ],
  [
    'addresses with what a server is told behind them',
    { ...flat, 'd/l.csv': rows('url,label', (i) => `https://example.org/pics/${i}.png?raw=1,${animal(i)}`) },
    SIX_TWO,
  ],
  [
    'a usage that is no split',
    { ...flat, 'd/l.csv': rows('filename,usage,label', (i) => `${i}.png,${i < 4 ? 'Casual' : 'Formal'},${animal(i)}`) },
    SIX_TWO,
  ],
  ['a list of paths and numbers', { ...flat, 'd/list.txt': rows('', (i) => `${i}.png ${i % 2}`) }, { ...SIX_TWO, classes: ['0', '1'] }],
  [
    'Tiny-ImageNet',
    {
      ...images({
        't/train/cat/images/cat_#.png': 4,
        't/train/dog/images/dog_#.png': 4,
        't/val/images/val_#.png': 4,
        't/test/images/test_#.png': 3,
      }),
      't/train/cat/cat_boxes.txt': rows('', (i) => `cat_${i}.png\t0\t${i}\t62\t62`, 0, 4),
      't/val/val_annotations.txt': rows('', (i) => `val_${i}.png\t${animal(i)}\t0\t0\t62\t62`, 0, 4),
    },
    FOUR_TWO,
  ],
  [
    'the same image listed for training and for the test',
    {
      ...images({ 'd/#.png': 12 }),
      'd/train.csv': rows('filename,label', (i) => `${i}.png,${animal(i)}`, 0, 12),
      'd/test.csv': rows('filename,label', (i) => `${i}.png,${animal(i)}`, 8, 12),
    },
    FOUR_TWO,
  ],
];

describe.each([
  ['folders', layouts],
  ['tables', tables],
])('%s of strangers', (_, sets) => {
  it.each(sets)('%s', async (__, contents, { classes, train, test, divided }) => {
    const listing = await list(contents);
    const count = (split: string) => listing.images.filter((image) => image.split === split).length;
    expect({ classes: listing.classNames, train: count('train'), test: count('test') }).toEqual({ classes, train, test });
    expect(listing).toMatchObject({ kind: 'class-incremental', dividedHere: divided });
    // What is understood stands there with its numbers.
    expect(inEnglish(listing.understood.map(({ text }) => text)).join(' ')).toMatch(/\d/);
  });
});

describe('what is understood', () => {
  const told = async (contents: Contents) => inEnglish((await list(contents)).understood.map(({ text }) => text));

  it('names folders and counts, and what is left aside', async () => {
    const contents = images({
      'seg_train/a/#.png': 3,
      'seg_train/b/#.png': 3,
      'seg_test/a/#.png': 1,
      'seg_test/b/#.png': 1,
      'val/a/#.png': 2,
      'seg_pred/#.png': 4,
    });
    expect(await told(contents)).toEqual([
      '6 training images from "seg_train", 2 test images from "seg_test".',
      '4 further images from "seg_pred" have no class: left aside.',
      '2 validation images from "val": left aside, because there is a test split.',
    ]);
  });

  it('says what is drawn here, and which columns were read', async () => {
    expect(await told({ ...flat, 'd/l.csv': rows('filename,label', (i) => `${i}.png,${animal(i)}`) })).toEqual([
      '"l.csv" lists 8 images (column "filename") and 2 classes in column "label".',
      'The test is drawn here, by the seed: 2 of 8 images.',
    ]);
  });

  it('few-shot sets, whose splits hold different classes, are divided here and say so', async () => {
    const contents = {
      ...images({ 'm/images/#.png': 16 }),
      'm/train.csv': rows('filename,label', (i) => `${i}.png,${'ab'[i % 2] ?? ''}`),
      'm/test.csv': rows('filename,label', (i) => `${i}.png,${'cd'[i % 2] ?? ''}`, 8, 16),
    };
    const listing = await list(contents);
    expect(listing).toMatchObject({ classNames: ['a', 'b', 'c', 'd'], dividedHere: true });
    expect(inEnglish(listing.understood.at(-2)?.text)).toMatch(/different classes \(2 and 2\).*all 4/);
  });

  it('archives of splits are one set', async () => {
    const archives = ['train', 'test'].map((split, i) => ({
      name: `${split}.zip`,
      file: zip(images({ 'cat/#.png': 4 - 2 * i, 'dog/#.png': 4 - 2 * i })),
    }));
    const listing = await listImages(archives, { testFraction: 0.25, seed: 0 });
    expect([listing.classNames, listing.dividedHere, listing.images.length]).toEqual([['cat', 'dog'], false, 12]);
  });

  it('classes of a table that could be meant by folders, too, come from the folders', async () => {
    const contents = {
      ...images({ 'cat/#.png': 4, 'dog/#.png': 4 }),
      'list.csv': rows('filename,camera', (i) => `${animal(i)}/${i >> 1}.png,${i % 3 === 0 ? 'left' : 'right'}`),
    };
    expect((await list(contents)).classNames).toEqual(['cat', 'dog']);
  });

  it('vehicles: a class called train is one', async () => {
    expect((await list(images({ 'bus/#.png': 4, 'car/#.png': 4, 'train/#.png': 4 }))).classNames).toEqual(['bus', 'car', 'train']);
    expect((await list(images({ 'valid/#.png': 4, 'invalid/#.png': 4 }))).classNames).toEqual(['invalid', 'valid']);
  });

  it('splits of conditions are domains', async () => {
    const contents = images(
      Object.fromEntries(
        ['train', 'test'].flatMap((split) =>
          ['clean', 'noisy'].flatMap((how) => ['a', 'b'].map((name) => [`${split}_${how}/${name}/#.png`, 2])),
        ),
      ),
    );
    expect(await list(contents)).toMatchObject({
      kind: 'domain-incremental',
      domainNames: ['clean', 'noisy'],
      classNames: ['a', 'b'],
      dividedHere: false,
    });
  });
});

const asked: readonly (readonly [what: string, Contents, field: string, answers: Readonly<Record<string, readonly string[]>>])[] = [
  [
    'a flat test beside classes',
    images({ 'good/#.png': 4, 'bad/#.png': 4, 'test/#.png': 4 }),
    'splitWords',
    { splits: ['bad', 'good'], classes: ['bad', 'good', 'test'] },
  ],
  [
    'a training folder beside others',
    images({ 'train/a/#.png': 4, 'train/b/#.png': 4, 'more/a/#.png': 4, 'more/c/#.png': 4 }),
    'splitWords',
    { splits: ['a', 'b'], classes: ['more/a', 'more/c', 'train/a', 'train/b'] },
  ],
  [
    'two columns that could be the classes',
    { ...flat, 'd/l.csv': rows('filename,shape,colour', (i) => `${i}.png,${i % 2 === 0 ? 'round' : 'long'},${i < 4 ? 'red' : 'blue'}`) },
    'labelColumn',
    { shape: ['long', 'round'], colour: ['blue', 'red'] },
  ],
];

describe('two readings', () => {
  it.each(asked)('%s: asked, and read as answered', async (_, contents, field, answers) => {
    const question = await list(contents).catch((error: unknown) => error);
    expect(question).toBeInstanceOf(DataQuestion);
    const { choice, message } = question as DataQuestion;
    expect(choice).toMatchObject({ field, chosen: null });
    expect(choice.readings.map(({ value }) => value)).toEqual(Object.keys(answers));
    // Who drives the page by a program reads how to answer.
    expect(message).toContain(`stream.${field}`);
    for (const [answer, classes] of Object.entries(answers))
      expect((await list(contents, { [field]: answer })).classNames).toEqual(classes);
  });

  it('an encoding that had to be found out comes with its other readings, and is read as answered', async () => {
    const name = Uint8Array.from([0x84]);
    const table = new Uint8Array([
      ...new TextEncoder().encode('filename,label\n0.png,B'),
      ...name,
      ...new TextEncoder().encode('r\n1.png,x\n2.png,x\n3.png,B'),
      ...name,
      ...new TextEncoder().encode('r\n'),
    ]);
    const contents = { ...images({ 'd/#.png': 4 }), 'd/l.csv': table };
    const listing = await list(contents);
    const { choice } = listing.understood.find((each) => each.choice !== undefined) ?? {};
    expect(choice).toMatchObject({ field: 'tableEncoding', chosen: 'cp437' });
    expect(listing.classNames).toEqual(['Bär', 'x']);
    expect((await list(contents, { tableEncoding: 'windows-1252' })).classNames).toEqual(['B„r', 'x']);
  });
});

const refused: readonly (readonly [what: string, Contents, RegExp])[] = [
  [
    'labels parted by bars',
    { ...flat, 'd/l.csv': rows('filename,label', (i) => `${i}.png,${['a|b', 'a', 'b', 'b|c', 'c'][i % 5] ?? ''}`) },
    /several labels, such as "a\|b"/,
  ],
  [
    'labels in lists of JSON',
    { ...flat, 'd/l.jsonl': rows('', (i) => JSON.stringify({ file_name: `${i}.png`, label: [1, i % 2] })) },
    /several labels, such as "\[1,/,
  ],
  [
    'several marked columns',
    { ...flat, 'd/l.csv': rows('filename,cat,dog', (i) => `${i}.png,1,${i % 2}`) },
    /several labels \(the columns cat, dog are marked/,
  ],
  [
    'a row for each object',
    { ...flat, 'd/l.csv': rows('filename,label', (i) => `${i >> 1}.png,${animal(i)}`) },
    /several labels, such as "d\/0\.png": it is listed as "cat" and as "dog"/,
  ],
  [
    'a split that nobody knows',
    { ...flat, 'd/l.csv': rows('filename,label,split', (i) => `${i}.png,${animal(i)},${i}`) },
    /line 2, has the split "0"/,
  ],
  [
    'pixels as text',
    { 'd/train.csv': rows('label,pixel0,pixel1', (i) => `${i % 2},${i},${i}`) },
    /"train\.csv" holds the pixels themselves.*not read.*PNG/,
  ],
  [
    'a table of ages',
    { ...flat, 'd/l.csv': rows('filename,age', (i) => `${i}.png,${20.5 + i}`) },
    /"d\/l\.csv" \(none of its columns \(filename, age\) gives images a class that others share\)/,
  ],
  [
    'a table of images elsewhere',
    { 'd/l.csv': rows('filename,label', (i) => `${i}.png,${animal(i)}`) },
    /lists 8 images, none of which came with it \(columns filename, label\)/,
  ],
  [
    'splits that spell classes otherwise',
    images({ 'train/Cat/#.png': 2, 'train/Dog/#.png': 2, 'test/cat/#.png': 2, 'test/dog/#.png': 2 }),
    /call a class "Cat", the test images "cat"/,
  ],
  [
    'splits without classes',
    images({ 'train/#.png': 4, 'test/#.png': 4 }),
    /no class.*4 train images from "train" have no class.*table of file names/,
  ],
  ['a test alone', images({ 'test/a/#.png': 4, 'test/b/#.png': 4 }), /none to learn from/],
];

describe('refusals', () => {
  it.each(refused)('%s', async (_, contents, says) => {
    const error = await list(contents).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).message).toMatch(says);
  });

  it('an image that one table calls two things is left out with both, the others stay', async () => {
    const contents = { ...flat, 'd/l.csv': rows('filename,label', (i) => `${Math.min(i, 6)}.png,${animal(i)}`) };
    const listing = await list(contents);
    expect(inEnglish(listing.skipped)).toEqual([
      { name: 'd/7.png', reason: 'no table lists it' },
      { name: 'd/6.png', reason: 'it is listed as "cat" and as "dog"' },
    ]);
    expect(listing.images.length).toBe(6);
  });

  it('an image that could be meant in two folders is not guessed', async () => {
    const contents = {
      ...images({ 'a/#.png': 4, 'b/#.png': 4, 'c/x#.png': 4 }),
      'l.csv': rows('filename,label', (i) => `${i < 4 ? `${i}.png` : `x${i - 4}.png`},${animal(i)}`),
    };
    const listing = await list(contents);
    expect(listing.images.map(({ name }) => name).sort()).toEqual(['c/x0.png', 'c/x1.png', 'c/x2.png', 'c/x3.png']);
    expect(inEnglish(listing.skipped)).toContainEqual({ name: '0.png', reason: 'it could be "a/0.png" or "b/0.png"' });
  });

  it("a training table never names an image of the test's folder", async () => {
    const contents = { ...images({ 'test/#.png': 8 }), 'train.csv': rows('path,label', (i) => `train/${i}.png,${animal(i)}`) };
    await expect(list(contents)).rejects.toThrow(DataError);
  });
});
