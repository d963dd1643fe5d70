/** Pictures that no browser is needed for: what is refused, and why. What Pillow sees of the others: image-formats.browser.test.ts. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeChecked } from './decode';
import { DataError } from './errors';
import expected from './fixtures/images/pixels.json';
import { endedJpeg } from './jpeg-end';
import { exifOrientation, lyingWebp } from './orientation';

const picture = (name: string) => new Uint8Array(readFileSync(`src/data/fixtures/images/${name}`));
const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const none = async (): Promise<never> => {
  throw new Error('no decoder');
};
const UNENDED = ['unended.jpg', 'unended-420.jpg', 'unended-restart.jpg'];

describe('JPEG without its end marker', () => {
  it.each(UNENDED)('%s: nothing but the marker is missing, and it is added', (name) => {
    const whole = endedJpeg(picture(name));
    expect([...whole.subarray(-2)]).toEqual([0xff, 0xd9]);
    expect(whole.length).toBe(picture(name).length + 2);
    // Cut between the two bytes of the marker.
    expect(endedJpeg(whole.slice(0, -1))).toEqual(whole);
  });

  it.each(UNENDED)('%s cut anywhere within its blocks is refused: decoders would fill it with grey', (name) => {
    const scan = picture(name).findIndex((byte, i, all) => byte === 0xff && all[i + 1] === 0xda);
    for (let length = scan + 12; length < picture(name).length - 2; length += 7) {
      expect(() => endedJpeg(picture(name).slice(0, length)), `cut at ${length}`).toThrow(/breaks off before the end/);
    }
  });

  it('leaves a JPEG with its marker alone, also where a camera appended something', () => {
    const whole = picture('exif6.jpg');
    expect(endedJpeg(whole)).toBe(whole);
    const longer = Uint8Array.from([...whole, 0, 0, 1]);
    expect(endedJpeg(longer)).toBe(longer);
  });

  it('never runs beyond its bytes, whatever is changed in them', () => {
    for (let at = 2; at < picture('unended.jpg').length; at++) {
      const changed = picture('unended.jpg');
      changed[at] = (changed[at] ?? 0) ^ 0xff;
      try {
        expect(endedJpeg(changed).length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
      }
    }
  });
});

describe('orientation', () => {
  it.each([2, 3, 4, 5, 6, 7, 8])('a WebP of orientation %i lies, and its decoder is not told', (orientation) => {
    const lying = lyingWebp(picture(`exif${orientation}.webp`));
    expect(lying.orientation).toBe(orientation);
    expect(lyingWebp(lying.bytes).orientation).toBe(1);
    expect(lying.bytes.length).toBe(picture(`exif${orientation}.webp`).length);
  });

  it('says nothing of Exif that is cut off or points elsewhere', () => {
    const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0];
    expect(exifOrientation(Uint8Array.from(tiff))).toBe(6);
    expect(exifOrientation(Uint8Array.from(tiff.slice(0, 16)))).toBe(1);
    expect(exifOrientation(Uint8Array.from(tiff.with(4, 255)))).toBe(1);
  });
});

describe('PNM', () => {
  it.each(['colours.ppm', 'grey.pgm'] as const)('%s gives the pixels that Pillow gives', async (name) => {
    const { width, height, rgb } = expected[name];
    expect(await decodeChecked(picture(name), none)).toEqual({ width, height, rgb: Uint8Array.from(rgb) });
  });

  it('reads comments and sixteen bits', async () => {
    const image = await decodeChecked(bytes('P5\n# by hand\n2 1\n#\n65535\n\x80\x00\xff\xff'), none);
    expect([...image.rgb]).toEqual([128, 128, 128, 255, 255, 255]);
  });
});

describe('what is no picture', () => {
  it.each([
    ['a TIFF', bytes('II*\0........'), /TIFF.*PNG/],
    ['a HEIC', bytes('\0\0\0\x18ftypheic\0\0\0\0mif1'), /HEIC.*JPEG/],
    ['an AVIF that declares no size', bytes('\0\0\0\x10ftypavif\0\0\0\0'), /not a PNG/],
    ['an AVIF of 2^32 x 2^32', bytes(`\0\0\0\x0cftypavif\0\0\0\x14ispe\0\0\0\0${'\xff'.repeat(8)}`), /more than 100 million/],
    ['a box of no length', bytes('\0\0\0\x0cftypavif\0\0\0\x04metaxxxxxxxx'), /not a PNG/],
    ['a pointer of Git LFS', bytes('version https://git-lfs.github.com/spec/v1'), /git lfs pull/],
    ['a web page', bytes('<!DOCTYPE html><html></html>'), /web page/],
    ['a drawing', bytes('<svg xmlns="x"></svg>'), /SVG/],
    ['a PPM cut off', bytes('P6 9 9 255\nabc'), /breaks off/],
    ['a PPM of 10^9 x 10^9', bytes('P6 999999999 999999999 255\nabc'), /more than 100 million/],
    ['a PPM without a white', bytes('P6 1 1 0\nabc'), /header is damaged/],
    ['an OS/2 bitmap without pixels', bytes('BM\0\0\0\0\0\0\0\0\x1a\0\0\0\x0c\0\0\0\0\0\0\0\x01\0\x18\0'), /size of 0 x 0/],
    ['an AVIF that the browser gives up on', picture('picture.avif').slice(0, 400), /AVIF data cannot be decoded, or not by this browser/],
  ])('%s is refused by name', async (_, content, says) => {
    await expect(decodeChecked(content, none)).rejects.toThrow(says);
  });
});
