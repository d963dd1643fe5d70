/** Links to archives whose names say nothing of their encoding, from before it was found out: they go on meaning what they meant. */
import { describe, expect, it } from 'vitest';
import { memoryScratch } from '../data/scratch';
import { decodePng } from '../data/testing/decode-node';
import { rawZip } from '../data/testing/hostile';
import { plain } from '../data/testing/sources';
import { parseExperiment } from '../session/experiment';
import { imageReader } from './browser-host';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
// "Bär" and "Öl" as DOS writes them.
const file = new Blob([
  new Uint8Array(rawZip(['B\x84r', '\x99l'].flatMap((name) => [0, 1].map((i) => [bytes(`${name}/${i}.png`), plain(i)] as const)))),
]);
const files = { title: 'old', own: true, files: [{ name: 'old.zip', file }], sha256: null };

const read = (stream: Readonly<Record<string, unknown>>, from: Readonly<Record<string, unknown>> = {}) =>
  imageReader(decodePng, async () => memoryScratch())(
    files,
    parseExperiment({
      schema: 1,
      backbone: { from: { source: 'bundled', id: 'x' } },
      stream: { from: { source: 'file', name: 'old.zip', ...from }, ...stream },
      methods: [{ id: 'nearest-mean' }],
    }),
    4,
    () => undefined,
  );

describe('names in an encoding that had to be found out', () => {
  it('are what their owner wrote; a link from now on finds them so', async () => {
    const { images } = await read({});
    expect(images.classNames).toEqual(['Bär', 'Öl']);
    expect((await read({}, { sha256: images.sha256 })).images.classNames).toEqual(['Bär', 'Öl']);
  });

  it('an older link means the names that it was made with', async () => {
    const before = await read({ nameEncoding: 'windows-1252' });
    expect(before.images.classNames).toEqual(['B„r', '™l']);
    const again = await read({}, { sha256: before.images.sha256 });
    expect(again.images.classNames).toEqual(before.images.classNames);
  });

  it('a link to other images is refused, however the names are read', async () => {
    await expect(read({}, { sha256: '0'.repeat(64) })).rejects.toMatchObject({ name: 'MissingFileError' });
  });
});
