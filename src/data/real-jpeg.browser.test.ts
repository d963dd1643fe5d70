/** Photographs of many sizes, decoded by the browser itself. Skipped where the material is absent or not served. */
import { commands } from 'vitest/browser';
import { describe, expect, it } from 'vitest';
import { decodeInBrowser } from './decode-browser';
import { loadStream } from './load-stream';

/** Null where it is absent, or outside what the test server may read (`server.fs.allow`). */
async function fetchArchive(path: string): Promise<Blob | null> {
  try {
    const base64 = await commands.readFile(path, { encoding: 'base64' });
    return new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))]);
  } catch {
    return null;
  }
}

describe('flower_photos', () => {
  it('all 300 JPEG files become 5 classes of 40 + 20 at 64 x 64', async ({ skip }) => {
    const flowers = await fetchArchive('../shared/real/images/flower_photos.zip');
    if (!flowers) return skip();
    const { images, stream } = await loadStream([{ name: 'flower_photos.zip', file: flowers }], decodeInBrowser, {
      imageSize: 64,
      resize: 'bicubic',
      testFraction: 0.25,
      split: { kind: 'counts', counts: [2, 3] },
      order: 'natural',
      seed: 0,
    });
    expect([images.train.count, images.test.count]).toEqual([200, 100]);
    expect(images.skipped.map(({ name }) => name)).toEqual(['LICENSE.txt']);
    expect(stream.tasks.map(({ train }) => train.count)).toEqual([80, 120]);
    const rows = Array.from({ length: 200 }, (_, row) => new Set(images.train.pixels.subarray(row * 12288, (row + 1) * 12288)).size);
    expect(Math.min(...rows)).toBeGreaterThan(60);
  });
});
