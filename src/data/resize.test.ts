import { describe, expect, it } from 'vitest';
import fixture from './fixtures/resize.json';
import { crop, resize, resizeAndCenterCrop } from './resize';

const bytes = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
const filters = ['bicubic', 'bilinear'] as const;

describe(`resize, against Pillow ${fixture.pillow}`, () => {
  for (const { width, height, rgb, outWidth, outHeight, box, results } of fixture.cases) {
    for (const filter of filters) {
      it(`${width}x${height} to ${outWidth}x${outHeight}${box ? ` of box ${box.join(', ')}` : ''}, ${filter}: the same bytes`, () => {
        const [left = 0, top = 0, right = width, bottom = height] = box ?? [];
        const image = { width, height, rgb: bytes(rgb) };
        const out = resize(image, outWidth, outHeight, filter, { box: { left, top, width: right - left, height: bottom - top } });
        expect(out).toMatchObject({ width: outWidth, height: outHeight });
        expect(out.rgb).toEqual(bytes(results[filter]));
      });
    }
  }

  for (const { width, height, rgb, size, results } of fixture.crops) {
    for (const filter of filters) {
      it(`short side of ${width}x${height} to ${size}, centre crop, ${filter}: the same bytes`, () => {
        const out = resizeAndCenterCrop({ width, height, rgb: bytes(rgb) }, size, filter);
        expect(out).toMatchObject({ width: size, height: size });
        expect(out.rgb).toEqual(bytes(results[filter]));
      });
    }
  }
});

describe('resize', () => {
  it('computes a window exactly as cropping the whole result would', () => {
    const image = { width: 31, height: 22, rgb: Uint8Array.from({ length: 31 * 22 * 3 }, (_, i) => (i * 97) % 256) };
    const window = { left: 3, top: 5, width: 4, height: 6 };
    const whole = resize(image, 12, 14, 'bicubic');
    expect(resize(image, 12, 14, 'bicubic', { window })).toEqual(crop(whole, window));
  });

  it('leaves a constant image constant, enlarged or reduced', () => {
    const image = { width: 5, height: 7, rgb: new Uint8Array(5 * 7 * 3).fill(201) };
    for (const size of [2, 5, 40]) {
      expect(resizeAndCenterCrop(image, size, 'bicubic').rgb.every((value) => value === 201)).toBe(true);
    }
  });
});
