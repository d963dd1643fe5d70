import { readFileSync } from 'node:fs';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { compositeOnWhite } from './decode';
import { decodeSmallPng } from './decode-png';
import expected from './fixtures/images/pixels.json';
import { createRng } from '../continual/rng';

const file = (name: string) => new Uint8Array(readFileSync(new URL(`./fixtures/images/${name}`, import.meta.url)));
const known = expected as Readonly<Record<string, { width: number; height: number; tolerance: number; rgb: readonly number[] }>>;

describe('decodeSmallPng', () => {
  it.each(Object.keys(known).filter((name) => name.endsWith('.png') && name !== 'bits16.png'))('%s: what Pillow decodes', (name) => {
    const image = decodeSmallPng(file(name));
    if (image === null || known[name] === undefined) throw new Error('not decoded');
    const { width, height, rgb, tolerance } = known[name];
    expect([image.width, image.height]).toEqual([width, height]);
    const worst = Math.max(...rgb.map((value, i) => Math.abs(value - (compositeOnWhite(image).rgb[i] ?? -1000))));
    expect(worst).toBeLessThanOrEqual(tolerance);
  });

  /** Colour types: 0 grey, 2 RGB, 4 grey with alpha, 6 RGB with alpha. Noise makes the encoder use every filter. */
  it.each([0, 2, 4, 6] as const)('colour type %i: the bytes that another decoder gives', (colorType) => {
    const rng = createRng(colorType, 'png');
    const png = new PNG({ width: 37, height: 21 });
    png.data.forEach((_, i) => (png.data[i] = ((i >> 3) % 256) ^ Math.floor(20 * rng.uniform())));
    const bytes = PNG.sync.write(png, { colorType, inputHasAlpha: true, filterType: -1 });
    expect(decodeSmallPng(bytes)?.rgba).toEqual(new Uint8ClampedArray(PNG.sync.read(bytes).data));
  });

  it('leaves to the browser: 16 bits, other formats, large ones, and damage', () => {
    const good = file('rgb.png');
    expect(decodeSmallPng(good)).not.toBeNull();
    expect(decodeSmallPng(file('bits16.png'))).toBeNull();
    expect(decodeSmallPng(file('rgb.bmp'))).toBeNull();
    expect(decodeSmallPng(PNG.sync.write(new PNG({ width: 257, height: 1 })))).toBeNull();
    for (let at = 0; at < good.length; at++) {
      expect(decodeSmallPng(good.subarray(0, at)), `cut at ${at}`).toBeNull();
      const damaged = good.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 0x55;
      expect(decodeSmallPng(damaged), `byte ${at} changed`).toBeNull();
    }
  });
});
