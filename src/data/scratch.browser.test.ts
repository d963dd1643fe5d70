import { expect, it } from 'vitest';

it('scratch space on the private disk is written, read, cleared and refused when the disk is full', async () => {
  const worker = new Worker(new URL('./testing/scratch.worker.ts', import.meta.url), { type: 'module' });
  const seen = await new Promise<unknown>((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
  });
  worker.terminate();
  expect(seen).toEqual({
    afterOpening: 0,
    written: [1, 2, 3, 4],
    read: [8, 7],
    during: 2,
    afterwards: 0,
    unpacking: expect.stringMatching(/needs 5\.0 MB of disk, .* or unpack the archive and drop the folder/) as unknown,
    refused: expect.stringMatching(/^DataError: This import needs 5\.0 MB of disk, and the browser has 100 B left/) as unknown,
  });
});
