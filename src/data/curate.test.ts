/** What the task builder asks of the data: merged classes, doubles, several ways to cut a stream. */
import { describe, expect, it } from 'vitest';
import { loadImages } from './dataset';
import { findDuplicates } from './duplicates';
import { renameClasses } from './edit-classes';
import type { Room } from './image-store';
import { listImages } from './source';
import { splitTasks } from './tasks';
import { decodePng } from './testing/decode-node';
import { folder, png, trainTest, type Contents } from './testing/sources';

const options = { testFraction: 0.25, seed: 0 };
const memory = { imageSize: 16, resize: 'bilinear' as const, sha256: '' };
const load = async (contents: Contents, more: object = {}) =>
  loadImages(await listImages(folder(contents), options), decodePng, { ...memory, ...more });

/** A picture of its own for each number. */
const scene = (n: number) => png(32, 32, (x, y) => [(x * (n + 3) * 7) % 256, (y * (n + 1) * 5) % 256, ((x ^ y) * (n + 2)) % 256]);

describe('renameClasses', () => {
  it('renames and merges without touching a pixel', async () => {
    const images = await load(trainTest(['a', 'b', 'c'], 2, 1));
    const merged = renameClasses(images, [
      { from: 'c', to: 'a' },
      { from: 'b', to: 'B' },
    ]);
    expect(merged.classNames).toEqual(['a', 'B']);
    expect([...merged.train.classes]).toEqual([0, 0, 1, 1, 0, 0]);
    expect(merged.train.pixels).toBe(images.train.pixels);
    const { tasks } = splitTasks(merged, { split: { kind: 'equal', classesPerTask: 2 }, order: 'natural', seed: 0 });
    expect(tasks.map(({ train, test }) => [train.count, test.count])).toEqual([[6, 3]]);
  });

  it('refuses a name that is not there', async () => {
    const images = await load(trainTest(['a', 'b'], 2, 1));
    expect(() => renameClasses(images, [{ from: 'x', to: 'y' }])).toThrow('no class "x"');
  });
});

describe('tasks of new classes under one domain each', () => {
  it('takes only the images of the domain', async () => {
    const contents: Contents = {};
    for (const domain of ['photo', 'sketch'])
      for (const name of ['a', 'b', 'c', 'd']) for (let i = 0; i < 4; i++) contents[`${domain}/${name}/${i}.png`] = scene(i);
    const images = await load(contents);
    expect(images.kind).toBe('domain-incremental');
    const tasks = [
      { name: 'one', classes: ['a', 'b'], domain: 'sketch' },
      { name: 'two', classes: ['c', 'd'], domain: 'photo' },
    ];
    const mixed = splitTasks(images, { split: { kind: 'explicit', tasks }, order: 'natural', seed: 0 });
    expect(mixed.kind).toBe('class-incremental');
    expect(mixed.tasks.map(({ classes, train }) => [classes.from, classes.to, train.count])).toEqual([
      [0, 2, 6],
      [2, 4, 6],
    ]);
    const unknown = [{ name: 'one', classes: ['a', 'b'], domain: 'oil' }];
    expect(() => splitTasks(images, { split: { kind: 'explicit', tasks: unknown }, order: 'natural', seed: 0 })).toThrow(
      /no domain "oil".*photo, sketch/,
    );
  });
});

describe('findDuplicates', () => {
  it('finds a leak, a repetition and a conflict, and no others', async () => {
    const contents: Contents = {};
    ['a', 'b'].forEach((name, c) => {
      for (let i = 0; i < 10; i++) contents[`train/${name}/${i}.png`] = scene(20 * c + i);
      for (let i = 0; i < 4; i++) contents[`test/${name}/${i}.png`] = scene(20 * c + 10 + i);
    });
    const clean = findDuplicates(await load(contents));
    expect(clean).toMatchObject({ images: 28, leaked: 0, repeated: 0, conflicting: 0 });
    contents['test/a/leak.png'] = scene(3);
    contents['train/b/again.png'] = scene(24);
    contents['train/b/other.png'] = scene(5);
    const found = findDuplicates(await load(contents));
    expect(found).toMatchObject({ leaked: 1, repeated: 2, conflicting: 1 });
    expect(found.examples).toContainEqual({ first: 'train/a/3.png', second: 'test/a/leak.png', leaks: true, conflicts: false });
  });

  it('sees through a slight change of brightness', async () => {
    const base = (lift: number) => png(32, 32, (x, y) => [7 * x + lift, 7 * y + lift, 100 + lift]);
    const contents = { ...trainTest(['a', 'b'], 2, 1), 'train/a/x.png': base(0), 'test/b/y.png': base(2) };
    expect(findDuplicates(await load(contents))).toMatchObject({ leaked: 1 });
  });
});

describe('decoded images on disk', () => {
  function disk() {
    const bytes = new Uint8Array(1_000_000);
    let discarded = 0;
    const room: Room & { discard(): Promise<void> } = {
      write: (at, part) => bytes.set(part, at),
      read: (at, length) => bytes.slice(at, at + length),
      discard: async () => {
        discarded++;
      },
    };
    return {
      scratch: { create: () => Promise.reject(new Error('not asked for')), room: async () => room },
      discards: () => discarded,
      room,
    };
  }

  it('are the same as in memory, what cannot be read left out', async () => {
    const contents = { ...trainTest(['a', 'b'], 3, 2), 'train/a/1.png': 'a text' };
    const { scratch, discards } = disk();
    const onDisk = await load(contents, { scratch, memoryBytes: 100 });
    const inMemory = await load(contents);
    const split = { split: { kind: 'as-given' }, order: 'natural', seed: 0 } as const;
    const batch = (images: typeof onDisk) => splitTasks(images, split).tasks[0]?.train.batch([0, 1, 2, 3, 4]);
    expect(batch(onDisk)).toEqual(batch(inMemory));
    expect(onDisk.train.names).toEqual(inMemory.train.names);
    await onDisk.discard?.();
    expect(discards()).toBe(1);
  });

  it('leave nothing behind when the import is cancelled or the disk is full', async () => {
    const controller = new AbortController();
    const cancelled = disk();
    const progress = () => controller.abort(new DOMException('stop', 'AbortError'));
    const many = trainTest(['a', 'b'], 60, 20);
    await expect(
      load(many, { scratch: cancelled.scratch, memoryBytes: 1, signal: controller.signal, onProgress: progress }),
    ).rejects.toThrow('stop');
    expect(cancelled.discards()).toBe(1);
    const full = disk();
    full.room.write = () => {
      throw new Error('The disk is full');
    };
    await expect(load(many, { scratch: full.scratch, memoryBytes: 1 })).rejects.toThrow('The disk is full');
    expect(full.discards()).toBe(1);
  });
});
