import { describe, expect, it } from 'vitest';
import type { TaskStream } from '../continual/stream';
import { thumbnails } from './dataset';
import { DataError } from './errors';
import type { GivenTask, ImageStore, LabelledImages } from './labelled-images';
import { splitTasks, type SplitOptions } from './tasks';

const SIZE = 2;

function store(classes: readonly number[], domains: readonly number[] = []): ImageStore {
  const count = classes.length;
  // Every pixel of an image holds its row number.
  const pixels = Uint8Array.from({ length: count * SIZE * SIZE * 3 }, (_, i) => Math.floor(i / (SIZE * SIZE * 3)));
  return {
    count,
    size: SIZE,
    pixels,
    classes: Int32Array.from(classes),
    domains: Int32Array.from(classes, (_, i) => domains[i] ?? -1),
    names: classes.map((_, i) => `${i}.png`),
  };
}

/** Three training images and two test images a class. */
function dataset(classNames: readonly string[], givenTasks: GivenTask[] | null = null): LabelledImages {
  const repeat = (times: number) => classNames.flatMap((_, index) => Array<number>(times).fill(index));
  return {
    title: 'set',
    kind: 'class-incremental',
    classNames,
    domainNames: [],
    imageSize: SIZE,
    train: store(repeat(3)),
    test: store(repeat(2)),
    givenTasks,
    skipped: [],
    sha256: '',
  };
}

/** Four classes, each with images of two domains. */
function mixed(): LabelledImages {
  const every = (times: number) => letters(4).flatMap((_, index) => Array<number>(2 * times).fill(index));
  const domains = (times: number) => letters(4).flatMap(() => [...Array<number>(times).fill(0), ...Array<number>(times).fill(1)]);
  return {
    ...dataset(letters(4)),
    kind: 'domain-incremental',
    domainNames: ['photo', 'sketch'],
    train: store(every(3), domains(3)),
    test: store(every(2), domains(2)),
  };
}

const defaults: SplitOptions = { split: { kind: 'as-given' }, order: 'natural', seed: 0 };
const split = (images: LabelledImages, options: Partial<SplitOptions> = {}) => splitTasks(images, { ...defaults, ...options });
const letters = (count: number) => Array.from({ length: count }, (_, i) => String.fromCharCode(97 + i));
const ranges = ({ tasks }: ReturnType<typeof split>) => tasks.map(({ classes: { from, to } }) => [from, to]);

describe('splitTasks, class-incremental', () => {
  it('gives equal tasks contiguous columns, the last one shorter', () => {
    const stream: TaskStream = split(dataset(letters(8)), { split: { kind: 'equal', classesPerTask: 3 } });
    expect(stream.tasks.map(({ name, classes }) => [name, classes.from, classes.to])).toEqual([
      ['Task 1', 0, 3],
      ['Task 2', 3, 6],
      ['Task 3', 6, 8],
    ]);
    expect(stream.classNames).toEqual(letters(8));
    expect(stream.tasks.map(({ train, test }) => [train.count, test.count])).toEqual([
      [9, 6],
      [9, 6],
      [6, 4],
    ]);
    expect([...(stream.tasks[1]?.train.labels ?? [])]).toEqual([3, 3, 3, 4, 4, 4, 5, 5, 5]);
  });

  it('takes unequal counts and leaves classes over', () => {
    const stream = split(dataset(letters(8)), { split: { kind: 'counts', counts: [2, 4] } });
    expect(ranges(stream)).toEqual([
      [0, 2],
      [2, 6],
    ]);
    expect(stream.classNames).toEqual(letters(6));
  });

  it('takes an explicit list: its order is the order of columns', () => {
    const tasks = [
      { name: 'late', classes: ['d', 'b'] },
      { name: 'early', classes: ['a', 'c'] },
    ];
    const stream = split(dataset(letters(5)), { split: { kind: 'explicit', tasks }, order: 'seeded' });
    expect(stream.classNames).toEqual(['d', 'b', 'a', 'c']);
    expect(stream.columns).toEqual([3, 1, 0, 2]);
    expect(stream.tasks.map(({ name }) => name)).toEqual(['late', 'early']);
    // Rows stay in the data set's order: class b (rows 3..5) before d (9..11); labels are columns.
    expect([...(stream.tasks[0]?.train.labels ?? [])]).toEqual([1, 1, 1, 0, 0, 0]);
    expect([...(stream.tasks[0]?.train.batch([0, 3]).pixels.filter((_, i) => i % 12 === 0) ?? [])]).toEqual([3, 9]);
  });

  it('takes the tasks that the source gives, whole tasks shuffled by seed', () => {
    const given = [0, 1, 2, 3, 4].map((i) => ({ name: `g${i}`, classes: [2 * i, 2 * i + 1], domain: null }));
    const images = dataset(letters(10), given);
    expect(split(images).tasks.map(({ name }) => name)).toEqual(['g0', 'g1', 'g2', 'g3', 'g4']);
    const shuffled = split(images, { order: 'seeded', seed: 3 });
    expect(shuffled.tasks.map(({ name }) => name)).not.toEqual(['g0', 'g1', 'g2', 'g3', 'g4']);
    expect([...shuffled.tasks.map(({ name }) => name)].sort()).toEqual(['g0', 'g1', 'g2', 'g3', 'g4']);
    expect(ranges(shuffled)).toEqual([
      [0, 2],
      [2, 4],
      [4, 6],
      [6, 8],
      [8, 10],
    ]);
  });

  it('proposes five tasks where nobody gives any, and fewer for few classes', () => {
    expect(ranges(split(dataset(letters(12)))).map(([from = 0, to = 0]) => to - from)).toEqual([3, 3, 2, 2, 2]);
    expect(ranges(split(dataset(letters(5)))).map(([from = 0, to = 0]) => to - from)).toEqual([3, 2]);
    expect(ranges(split(dataset(letters(3))))).toEqual([[0, 3]]);
  });

  it('shuffles classes by seed: repeatable, and a permutation', () => {
    const order = (seed: number) =>
      split(dataset(letters(20)), { order: 'seeded', seed, split: { kind: 'equal', classesPerTask: 4 } }).classNames;
    expect(order(1)).toEqual(order(1));
    expect(order(1)).not.toEqual(order(2));
    expect([...order(1)].sort()).toEqual(letters(20));
  });

  it('limits classes, images and tasks; longer streams begin alike', () => {
    const options: Partial<SplitOptions> = {
      split: { kind: 'equal', classesPerTask: 2 },
      order: 'seeded',
      maxClasses: 8,
      trainPerClass: 2,
      testPerClass: 1,
    };
    const short = split(dataset(letters(20)), { ...options, maxTasks: 2 });
    const long = split(dataset(letters(20)), options);
    expect(short.tasks.length).toBe(2);
    expect(short.classNames).toEqual(long.classNames.slice(0, 4));
    expect([...long.classNames].sort()).toEqual(letters(8));
    expect(short.tasks.map(({ train, test }) => [train.count, test.count])).toEqual([
      [4, 2],
      [4, 2],
    ]);
    // The first images of a class are the ones kept: rows 3c and 3c + 1.
    expect([...(short.tasks[0]?.train.rows ?? [])].map((row) => row % 3)).toEqual([0, 1, 0, 1]);
  });

  it('mixes new classes with old ones under another condition: these keep their columns', () => {
    const tasks = [
      { name: 'one', classes: ['c', 'a'], domain: 'photo' },
      { name: 'one again', classes: ['a', 'c'], domain: 'sketch' },
      { name: 'two', classes: ['b', 'd'], domain: 'photo' },
      { name: 'two again', classes: ['b', 'd'], domain: 'sketch' },
    ];
    const stream = split(mixed(), { split: { kind: 'explicit', tasks } });
    expect(stream.classNames).toEqual(['c', 'a', 'b', 'd']);
    expect(ranges(stream)).toEqual([
      [0, 2],
      [0, 2],
      [2, 4],
      [2, 4],
    ]);
    // Rows of class a are 0..5, the first three of them photos; of class c 12..17.
    expect([...(stream.tasks[1]?.train.rows ?? [])]).toEqual([3, 4, 5, 15, 16, 17]);
    expect([...(stream.tasks[1]?.train.labels ?? [])]).toEqual([1, 1, 1, 0, 0, 0]);
    const shared = split(mixed(), {
      split: { kind: 'explicit', tasks: tasks.map((task) => ({ ...task, classes: letters(4) })).slice(0, 2) },
    });
    expect(ranges(shared)).toEqual(ranges(split(mixed())));
  });

  const refused: [string, LabelledImages, Partial<SplitOptions>, string, RegExp][] = [
    [
      'a task of one class',
      dataset(letters(4)),
      { split: { kind: 'equal', classesPerTask: 1 } },
      'stream.split.classesPerTask',
      /one class only/,
    ],
    [
      'one class left over',
      dataset(letters(7)),
      { split: { kind: 'equal', classesPerTask: 3 } },
      'stream.split.classesPerTask',
      /leave one over.*keep 6 classes/,
    ],
    [
      'a count of one',
      dataset(letters(7)),
      { split: { kind: 'counts', counts: [3, 1] } },
      'stream.split.counts',
      /Task "Task 2" would have one class/,
    ],
    [
      'too many classes asked',
      dataset(letters(4)),
      { split: { kind: 'counts', counts: [3, 2] } },
      'stream.split.counts',
      /ask for 5 classes in all \(3 \+ 2\), but there are 4/,
    ],
    [
      'an unknown class',
      dataset(letters(4)),
      { split: { kind: 'explicit', tasks: [{ name: 't', classes: ['a', 'zebra'] }] } },
      'stream.split.tasks.0',
      /"zebra", which is not there. There are 4: a, b, c, d/,
    ],
    [
      'a class twice',
      dataset(letters(4)),
      {
        split: {
          kind: 'explicit',
          tasks: [
            { name: 't', classes: ['a', 'b'] },
            { name: 'u', classes: ['c', 'a'] },
          ],
        },
      },
      'stream.split.tasks.1',
      /"a" is in task "t" and again in task "u"/,
    ],
    [
      'a class twice in a task',
      dataset(letters(4)),
      { split: { kind: 'explicit', tasks: [{ name: 't', classes: ['a', 'b', 'a'] }] } },
      'stream.split.tasks.0',
      /"a" is twice in task "t"/,
    ],
    [
      'old and new classes in one task',
      mixed(),
      {
        split: {
          kind: 'explicit',
          tasks: [
            { name: 't', classes: ['a', 'b'], domain: 'photo' },
            { name: 'u', classes: ['a', 'c'], domain: 'sketch' },
          ],
        },
      },
      'stream.split.tasks.1',
      /mixes classes that came before with others \("a" came before\)/,
    ],
    [
      'classes of two earlier tasks',
      mixed(),
      {
        split: {
          kind: 'explicit',
          tasks: [
            { name: 't', classes: ['a', 'b'], domain: 'photo' },
            { name: 'u', classes: ['c', 'd'], domain: 'photo' },
            { name: 'v', classes: ['a', 'c'], domain: 'sketch' },
          ],
        },
      },
      'stream.split.tasks.2',
      /classes of several earlier tasks/,
    ],
    [
      'a domain twice',
      mixed(),
      {
        split: {
          kind: 'explicit',
          tasks: [
            { name: 't', classes: ['a', 'b'] },
            { name: 'u', classes: ['a', 'b'], domain: 'sketch' },
          ],
        },
      },
      'stream.split.tasks.1',
      /"a" is in task "t" and again in task "u".*one for each domain/,
    ],
    [
      'a single explicit class',
      dataset(letters(4)),
      { split: { kind: 'explicit', tasks: [{ name: 't', classes: ['a'] }] } },
      'stream.split.tasks.0',
      /one class only/,
    ],
    [
      'a given task cut to one class',
      dataset(letters(4), [
        { name: 'g', classes: [0, 1, 2, 3], domain: null },
        { name: 'h', classes: [2, 3], domain: null },
      ]),
      { maxClasses: 3 },
      'stream.maxClasses',
      /"h" would have one/,
    ],
    ['one class', dataset(letters(4)), { maxClasses: 1 }, 'stream.maxClasses', /at least two classes; 1 left/],
  ];
  it.each(refused)('refuses %s, naming the field', (_, images, options, field, message) => {
    expect(() => split(images, options)).toThrow(message);
    try {
      split(images, options);
    } catch (error) {
      expect(error).toBeInstanceOf(DataError);
      expect(error).toMatchObject({ field });
    }
  });
});

describe('splitTasks, domain-incremental', () => {
  const images: LabelledImages = {
    ...dataset(['x', 'y']),
    kind: 'domain-incremental',
    domainNames: ['ink', 'chalk', 'neon'],
    train: store([0, 1, 0, 1, 0, 1], [0, 0, 1, 1, 2, 2]),
    test: store([0, 1, 0, 1, 0, 1], [0, 0, 1, 1, 2, 2]),
  };

  it('gives every domain a task over the same columns', () => {
    const stream: TaskStream = split(images);
    expect(stream.kind).toBe('domain-incremental');
    expect(stream.classNames).toEqual(['x', 'y']);
    expect(stream.tasks.map(({ name, classes }) => [name, classes.from, classes.to])).toEqual([
      ['ink', 0, 2],
      ['chalk', 0, 2],
      ['neon', 0, 2],
    ]);
    const second = stream.tasks[1]?.train.batch([0, 1]);
    expect([...(second?.labels ?? [])]).toEqual([0, 1]);
    expect([second?.pixels[0], second?.pixels[12]]).toEqual([2, 3]);
  });

  it('cut by classes instead, takes the images of all domains as class-incremental', () => {
    const all = split(images, { split: { kind: 'equal', classesPerTask: images.classNames.length } });
    expect(all.kind).toBe('class-incremental');
    expect(all.tasks.map(({ train }) => train.count)).toEqual([images.train.count]);
  });

  it('names a domain without images', () => {
    expect(() => split({ ...images, domainNames: [...images.domainNames, 'void'] })).toThrow('Task "void" has no training images');
  });
});

describe('batch', () => {
  const set = split(dataset(letters(4))).tasks[0]?.train;

  it('copies the images asked for, in order, repeats allowed', () => {
    const batch = set?.batch([5, 0, 5]);
    expect(batch).toMatchObject({ count: 3, size: SIZE });
    expect([...(batch?.labels ?? [])]).toEqual([1, 0, 1]);
    expect([0, 12, 24].map((at) => batch?.pixels[at])).toEqual([5, 0, 5]);
    expect(() => set?.batch([6])).toThrow('Image 6 of a set of 6');
  });

  it('augments by seed: repeatable, different from seed to seed', () => {
    const wide = {
      ...dataset(['a', 'b']),
      train: { ...store([0, 1]), size: 8, pixels: Uint8Array.from({ length: 2 * 192 }, (_, i) => (i * 7) % 256) },
    };
    const train = split({ ...wide, imageSize: 8 }).tasks[0]?.train;
    expect(train?.batch([0, 1], 4).pixels).toEqual(train?.batch([0, 1], 4).pixels);
    expect(train?.batch([0, 1], 4).pixels).not.toEqual(train?.batch([0, 1], 5).pixels);
    expect(train?.batch([0, 1], 4).pixels).not.toEqual(train?.batch([0, 1]).pixels);
  });
});

describe('thumbnails', () => {
  it("shows each class's first training image, in the order asked", () => {
    const { side, pixels } = thumbnails(dataset(letters(3)), [2, 0], 4);
    expect(side).toBe(4);
    expect(pixels.length).toBe(2 * 48);
    expect(pixels[0]).toBe(6);
    expect(pixels[48]).toBe(0);
  });
});
