import { describe, expect, it } from 'vitest';
import { decodeChecked } from './decode';
import { decodeInBrowser } from './decode-browser';

/** Encodes with the browser itself: left half red, right half blue. */
async function encode(type: string, width = 16, height = 8): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  context.fillStyle = 'rgb(255, 0, 0)';
  context.fillRect(0, 0, width / 2, height);
  context.fillStyle = 'rgb(0, 0, 255)';
  context.fillRect(width / 2, 0, width / 2, height);
  return new Uint8Array(await (await canvas.convertToBlob({ type, quality: 1 })).arrayBuffer());
}

/** An Exif segment that says nothing but the orientation, put behind the JPEG's start marker. */
function withOrientation(jpeg: Uint8Array, orientation: number): Uint8Array {
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
  const body = [...new TextEncoder().encode('Exif'), 0, 0, ...tiff];
  return Uint8Array.from([0xff, 0xd8, 0xff, 0xe1, 0, body.length + 2, ...body, ...jpeg.subarray(2)]);
}

const pixel = ({ width, rgb }: { width: number; rgb: Uint8Array }, x: number, y: number) => [
  ...rgb.subarray(3 * (y * width + x), 3 * (y * width + x) + 3),
];
const isRed = ([r = 0, g = 0, b = 0]: number[]) => r > 230 && g < 30 && b < 30;
const isBlue = ([r = 0, g = 0, b = 0]: number[]) => r < 30 && g < 30 && b > 230;

describe('decodeInBrowser', () => {
  it.each(['image/png', 'image/jpeg', 'image/webp'])('decodes %s', async (type) => {
    const image = await decodeChecked(await encode(type), decodeInBrowser);
    expect([image.width, image.height]).toEqual([16, 8]);
    expect(isRed(pixel(image, 2, 4))).toBe(true);
    expect(isBlue(pixel(image, 13, 4))).toBe(true);
  });

  it('keeps the bytes of a PNG exactly', async () => {
    const image = await decodeChecked(await encode('image/png'), decodeInBrowser);
    expect(pixel(image, 0, 0)).toEqual([255, 0, 0]);
    expect(pixel(image, 15, 7)).toEqual([0, 0, 255]);
  });

  it('turns a photograph upright (Exif orientation 6: a quarter turn clockwise)', async () => {
    const image = await decodeChecked(withOrientation(await encode('image/jpeg'), 6), decodeInBrowser);
    expect([image.width, image.height]).toEqual([8, 16]);
    expect(isRed(pixel(image, 4, 2))).toBe(true);
    expect(isBlue(pixel(image, 4, 13))).toBe(true);
  });

  it('composites transparency on white', async () => {
    const canvas = new OffscreenCanvas(2, 2);
    canvas.getContext('2d');
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
    expect([...(await decodeChecked(bytes, decodeInBrowser)).rgb]).toEqual(Array(12).fill(255));
  });

  it('says so when the data breaks off', async () => {
    const png = await encode('image/png');
    await expect(decodeChecked(png.slice(0, 40), decodeInBrowser)).rejects.toThrow('PNG data cannot be decoded');
  });
});
