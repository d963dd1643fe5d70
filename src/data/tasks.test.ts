import { describe, expect, it } from 'vitest';
import type { TaskStream } from '../continual/stream';
import { DataError } from './errors';
import type { LabelledImages } from './labelled-images';
import type { SplitOptions } from './tasks';
import { dataset, letters, mixed, split, store } from './testing/stores';

const ranges = ({ tasks }: ReturnType<typeof split>) => tasks.map(({ classes: { from, to } }) => [from, to]);

describe('splitTasks, class-incremental', () => {
  it('gives equal tasks contiguous columns, the last one shorter', () => {
    const stream: TaskStream = split(dataset(letters(8)), { split: { kind: 'equal', classesPerTask: 3 } });
    expect(stream.tasks.map(({ name, classes }) => [name, classes.from, classes.to])).toEqual([
      ['a, b, c', 0, 3],
      ['d, e, f', 3, 6],
      ['g, h', 6, 8],
    ]);
    expect(stream.classNames).toEqual(letters(8));
    expect(stream.tasks.map(({ train, test }) => [train.count, test.count])).toEqual([
      [9, 6],
      [9, 6],
      [6, 4],
    ]);
    expect([...(stream.tasks[1]?.train.labels ?? [])]).toEqual([3, 3, 3, 4, 4, 4, 5, 5, 5]);
  });

  it('calls a task of many classes after the first ones', () => {
    const stream = split(dataset(letters(8)), { split: { kind: 'counts', counts: [2, 6] } });
    expect(stream.tasks.map(({ name }) => name)).toEqual(['a, b', 'c, d, 4 more']);
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
