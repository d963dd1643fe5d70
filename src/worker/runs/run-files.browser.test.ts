import { describe, expect, it } from 'vitest';
import { indexedRunFiles, opfsRunFiles } from './run-files';
import { startStateWriter, writtenAside } from './state-writer';

describe.each([
  ['the private file system', opfsRunFiles],
  ['IndexedDB', indexedRunFiles],
])('states in %s', (_, open) => {
  it('are told apart by run, read back and removed', async () => {
    const files = open();
    await files.put('one.with.dots', new Blob(['abc']));
    await files.put('two', new Blob(['de']));
    const listed = await files.list();
    expect([listed.get('one.with.dots'), listed.get('two')]).toEqual([3, 2]);
    expect(await Promise.all((await files.read('one.with.dots')).map((blob) => blob.text()))).toEqual(['abc']);
    await files.remove('one.with.dots');
    expect(await files.read('one.with.dots')).toEqual([]);
    expect((await files.list()).has('two')).toBe(true);
    await files.remove('two');
  });
});

it('in IndexedDB replace those of before', async () => {
  const files = indexedRunFiles();
  await files.write('run', new Uint8Array([1, 2, 3]));
  await files.write('run', new Uint8Array([4]));
  const found = await indexedRunFiles().read('run');
  expect(await Promise.all(found.map(async (blob) => [...new Uint8Array(await blob.arrayBuffer())]))).toEqual([[4]]);
  await files.remove('run');
});

it('are sealed and written by a worker of their own, which takes the bytes along', async () => {
  const write = writtenAside(startStateWriter, () => expect.fail('written here'));
  const packed = Uint8Array.from({ length: 3 << 20 }, (_, i) => i % 251);
  const before = packed.slice();
  await write('aside', packed);
  expect(packed.length).toBe(0);
  const files = opfsRunFiles();
  const [file, ...others] = await files.read('aside');
  const found = new Uint8Array((await file?.arrayBuffer()) ?? new ArrayBuffer(0));
  expect(others).toEqual([]);
  expect(found.subarray(0, -4)).toEqual(before.subarray(0, -4));
  expect(found.subarray(-4)).not.toEqual(before.subarray(-4));
  await files.remove('aside');
});

/** Writing needs a worker: `put` is what the page has of it. */
describe('states in the private file system', () => {
  it('are read newest first by their numbers, whatever the clock said', async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('runs', { create: true });
    for (const [name, text] of [
      ['run.10', 'newest'],
      ['run.9', 'before'],
    ] as const) {
      const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
      await writable.write(text);
      await writable.close();
    }
    const files = opfsRunFiles();
    expect(await Promise.all((await files.read('run')).map((blob) => blob.text()))).toEqual(['newest', 'before']);
    await files.remove('run');
  });
});
