/** Pictures as strangers have them (../shared/foreign): read, at the size and the way round that Pillow gives them. */
import { commands } from 'vitest/browser';
import { describe, expect, it } from 'vitest';
import { decodeChecked } from './decode';
import { decodeInBrowser } from './decode-browser';

const root = '../shared/foreign/inputs/pictures';
const read = async (name: string) => {
  const base64 = await commands.readFile(`${root}/${name}`, { encoding: 'base64' });
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
};
const there = await read('avif.avif').then(
  () => true,
  () => false,
);

describe.skipIf(!there)('pictures of strangers', () => {
  it.each([
    ['avif.avif', 32, 24],
    ['avif-named-jpg.jpg', 32, 24],
    ['bmp-os2.bmp', 32, 24],
    ['jpeg-truncated-2-bytes.jpg', 32, 24],
    ['webp-exif6.webp', 24, 32],
  ])('%s', async (name, width, height) => {
    const image = await decodeChecked(await read(name), decodeInBrowser);
    expect([image.width, image.height]).toEqual([width, height]);
    expect(new Set(image.rgb).size).toBeGreaterThan(10);
  });
});
