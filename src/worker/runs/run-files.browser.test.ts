import { describe, expect, it } from 'vitest';
import { opfsRunFiles } from './run-files';

/** Writing needs a worker: `put` is what the page has of it. */
describe('states in the private file system', () => {
  it('are told apart by run, read back and removed', async () => {
    const files = opfsRunFiles();
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
