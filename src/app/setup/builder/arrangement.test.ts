import { describe, expect, it } from 'vitest';
import { testExperiment } from '../../testing/test-app';
import {
  addTask,
  arrangementOf,
  changeTask,
  deal,
  LEFT_OUT,
  mergeClass,
  moveClass,
  moveTask,
  objection,
  removeTask,
  renameClass,
  splitClass,
  taskOf,
  toStream,
  type Arrangement,
} from './arrangement';

const names = ['a', 'b', 'c', 'd', 'e'];
const start = () =>
  arrangementOf(testExperiment.stream, names, [
    { name: 'one', classes: ['a', 'b'] },
    { name: 'two', classes: ['c', 'd'] },
  ]);
const shape = ({ tasks, leftOut }: Arrangement) => [
  ...tasks.map(({ name, classes }) => `${name}: ${classes.map((one) => one.name).join('')}`),
  leftOut.map((one) => one.name).join(''),
];

describe('an arrangement', () => {
  it('starts as the stream is, with what no task has left out', () => {
    expect(shape(start())).toEqual(['one: ab', 'two: cd', 'e']);
  });

  it('moves a class to any place, and out', () => {
    expect(shape(moveClass(start(), 'e', 0, 1))).toEqual(['one: aeb', 'two: cd', '']);
    expect(shape(moveClass(start(), 'a', 0, 1))).toEqual(['one: ba', 'two: cd', 'e']);
    expect(shape(moveClass(start(), 'c', LEFT_OUT))).toEqual(['one: ab', 'two: d', 'ec']);
    expect(taskOf(start(), 'e')).toBe(LEFT_OUT);
  });

  it('renames, merges, and takes a merge apart', () => {
    const merged = mergeClass(renameClass(start(), 'a', 'alpha'), 'c', 'alpha');
    expect(shape(merged)).toEqual(['one: alphab', 'two: d', 'e']);
    expect(toStream(merged)).toMatchObject({
      rename: [
        { from: 'a', to: 'alpha' },
        { from: 'c', to: 'alpha' },
      ],
      split: {
        kind: 'explicit',
        tasks: [
          { name: 'one', classes: ['alpha', 'b'] },
          { name: 'two', classes: ['d'] },
        ],
      },
    });
    expect(shape(renameClass(start(), 'c', 'a'))).toEqual(['one: ab', 'two: d', 'e']);
    expect(shape(splitClass(merged, 'alpha'))).toEqual(['one: acb', 'two: d', 'e']);
  });

  it('comes back from the experiment that it made', () => {
    const merged = mergeClass(moveClass(start(), 'e', 1), 'b', 'a');
    const stream = { ...testExperiment.stream, ...toStream(merged) };
    const again = arrangementOf(stream, names, stream.split.kind === 'explicit' ? stream.split.tasks : []);
    expect(again).toEqual(merged);
  });

  it('adds, removes and reorders tasks', () => {
    expect(shape(removeTask(addTask(start(), 'three'), 0))).toEqual(['two: cd', 'three: ', 'eab']);
    expect(shape(moveTask(start(), 0, 1))).toEqual(['two: cd', 'one: ab', 'e']);
    expect(moveTask(start(), 0, -1)).toEqual(start());
    expect(toStream(addTask(start(), 'three')).split).toMatchObject({ tasks: [{ name: 'one' }, { name: 'two' }] });
  });

  it('deals classes out equally, with a large first task, and by seed', () => {
    const all = moveClass(start(), 'e', 0);
    const name = (n: number) => `T${n}`;
    const equal = { first: 2, perTask: 2, order: 'natural', seed: 0 } as const;
    expect(shape(deal(all, names, equal, name))).toEqual(['T1: ab', 'T2: cde', '']);
    expect(shape(deal(all, names, { ...equal, first: 3 }, name))).toEqual(['T1: abc', 'T2: de', '']);
    const seeded = shape(deal(all, names, { ...equal, order: 'seeded', seed: 7 }, name));
    expect(seeded).toEqual(shape(deal(all, names, { ...equal, order: 'seeded', seed: 7 }, name)));
    expect(seeded.join('').match(/[a-e]/g)?.sort()).toEqual(names);
  });

  it('takes the same classes through several domains, one task each, and comes back', () => {
    const mixed = changeTask(changeTask(start(), 0, { domains: ['photo', 'sketch'] }), 1, { domains: ['photo'] });
    const { split } = toStream(mixed);
    expect(split).toEqual({
      kind: 'explicit',
      tasks: [
        { name: 'one, photo', classes: ['a', 'b'], domain: 'photo' },
        { name: 'one, sketch', classes: ['a', 'b'], domain: 'sketch' },
        { name: 'two', classes: ['c', 'd'], domain: 'photo' },
      ],
    });
    const tasks = split.kind === 'explicit' ? split.tasks : [];
    expect(arrangementOf({ ...testExperiment.stream, split }, names, tasks)).toEqual(mixed);
    const dealt = deal(moveClass(mixed, 'e', 0), names, { first: 3, perTask: 2, order: 'natural', seed: 0 }, String);
    expect(dealt.tasks.map(({ domains }) => domains)).toEqual([
      ['photo', 'sketch'],
      ['photo', 'sketch'],
    ]);
  });

  it('caps the images of a class', () => {
    const capped = { ...start(), caps: { train: 20, test: 5 } };
    expect(toStream(capped)).toMatchObject({ trainPerClass: 20, testPerClass: 5 });
    const again = arrangementOf({ ...testExperiment.stream, trainPerClass: 20, testPerClass: 5 }, names, []);
    expect(moveClass(again, 'a', LEFT_OUT).caps).toEqual({ train: 20, test: 5 });
    expect(toStream(start()).trainPerClass).toBeUndefined();
  });

  it('says why it cannot be run', () => {
    expect(objection(start())).toBeNull();
    expect(objection(moveClass(start(), 'a', LEFT_OUT))).toEqual({ kind: 'single', task: 'one' });
    expect(objection({ tasks: [] })).toEqual({ kind: 'empty' });
  });
});
