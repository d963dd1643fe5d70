import { describe, expect, it } from 'vitest';
import type { StreamSummary } from '../../worker/api';
import type { StreamEntry } from '../../worker/bundled';
import { syntheticRecord } from '../testing/synthetic-record';
import { picturedBy, picturedEntry, taskPictures, taskStates, type Picture } from './task-pictures';

const entry: StreamEntry = {
  ...{
    id: 'made-up',
    lesson: '',
    title: 'Made up',
    description: '',
    file: 'x.zip',
    thumbs: 'made-up/thumbs.png',
    imageSize: 32,
    kind: 'class-incremental',
  },
  classes: ['0', '1', 'A', 'B'],
  tasks: [
    { name: 'Digits', classes: [0, 1] },
    { name: 'Latin', classes: [2, 3] },
  ],
};

/** Four classes of one shade each; examples of the two tasks are shades 10 and 20. */
const loaded = (kind: StreamSummary['kind']): StreamSummary => {
  const shades = (...of: number[]) => Uint8Array.from(of.flatMap((shade) => [shade, shade, shade]));
  const thumbnails = { side: 1, pixels: shades(1, 2, 3, 4) };
  const none = { classNames: [], domainNames: [], train: [], test: [], thumbnails };
  const facts = { title: 'Made up', sha256: 'x', skipped: [], understood: [], imageSize: 1, source: none, thumbnails };
  const task = (name: string, from: number, to: number) => ({ name, from, to, train: 9, test: 9 });
  return kind === 'class-incremental'
    ? { ...facts, kind, classNames: ['A', 'B', '0', '1'], tasks: [task('Latin', 0, 2), task('Digits', 2, 4)], examples: [] }
    : {
        ...{ ...facts, kind, classNames: ['0', '1'], tasks: [task('Ink', 0, 2), task('Chalk', 0, 2)] },
        examples: [10, 20].map((shade) => ({ labels: [0, 1], pixels: shades(shade, shade) })),
      };
};

const shade = (picture: Picture) => ('pixels' in picture ? picture.pixels[0] : `cell ${picture.index}`);
const shadesOf = (pictures: readonly (readonly Picture[])[]) => pictures.map((task) => task.map(shade));

describe('pictures of tasks', () => {
  it('come from the sprite before anything is loaded', () => {
    const pictures = taskPictures(picturedEntry(entry), null, entry);
    expect(shadesOf(pictures)).toEqual([
      ['cell 0', 'cell 1'],
      ['cell 2', 'cell 3'],
    ]);
    expect(pictures[1]?.[0]).toMatchObject({ name: 'A', url: 'streams/made-up/thumbs.png', columns: 16, rows: 1 });
  });

  it('come from the loaded images by their class, in whatever order the tasks are', () => {
    const of = picturedEntry(entry);
    expect(shadesOf(taskPictures(of, loaded('class-incremental'), entry))).toEqual([
      [3, 4],
      [1, 2],
    ]);
    expect(shadesOf(taskPictures(of, loaded('class-incremental'), undefined))).toEqual([
      [3, 4],
      [1, 2],
    ]);
  });

  it('of tasks that share their classes are of the very task, or none', () => {
    const stream = loaded('domain-incremental');
    expect(shadesOf(taskPictures(picturedBy(stream), stream, entry))).toEqual([
      [10, 10],
      [20, 20],
    ]);
    expect(taskPictures(picturedBy(stream), null, entry)).toEqual([[], []]);
    const other = { ...picturedBy(stream), tasks: [{ name: 'Neon', classes: ['0', '1'] }] };
    expect(taskPictures(other, stream, entry)).toEqual([[]]);
    // Whatever such a mixture calls itself.
    expect(taskPictures({ ...picturedBy(stream), kind: 'class-incremental' }, null, entry)).toEqual([[], []]);
  });

  it('of classes that are not at hand are left out', () => {
    const of = { kind: 'class-incremental', tasks: [{ name: 'Greek', classes: ['alpha', 'A'] }] } as const;
    expect(shadesOf(taskPictures(of, null, entry))).toEqual([['cell 2']]);
  });
});

describe('states of tasks', () => {
  const full = syntheticRecord({ methods: ['inflora', 'full-fine-tuning', 'joint'], tasks: 3 });
  const after = (...counts: number[]) => ({
    ...full,
    status: 'running' as const,
    methods: full.methods.map((method, i) => ({ ...method, results: method.results.filter(({ task }) => task < (counts[i] ?? 0)) })),
  });

  it('fill from left to right; the newest is learned once every method was tested', () => {
    expect(taskStates(after(0, 0))).toEqual(['learning', 'coming', 'coming']);
    expect(taskStates(after(1, 0))).toEqual(['learning', 'coming', 'coming']);
    expect(taskStates(after(2, 2))).toEqual(['learned', 'learned', 'learning']);
    // Joint training is still to come.
    expect(taskStates(after(3, 3))).toEqual(['learned', 'learned', 'learned']);
  });

  it('do not wait for a method that failed, and nothing is being learned once a run has stopped', () => {
    const failed = after(1, 2);
    const methods = failed.methods.map((method, i) => (i === 0 ? { ...method, failure: 'out of memory' } : method));
    expect(taskStates({ ...failed, methods })).toEqual(['learned', 'learned', 'learning']);
    expect(taskStates({ ...failed, status: 'stopped' })).toEqual(['learned', 'coming', 'coming']);
  });
});
