import { describe, expect, it } from 'vitest';
import { cropFlip, drawCropFlip } from './augment';

describe('drawCropFlip', () => {
  const drawn = Array.from({ length: 4000 }, (_, i) => drawCropFlip(64, 12, i));

  it('stays inside the image, and inside the ranges of area and ratio up to rounding', () => {
    for (const { left, top, width, height } of drawn) {
      expect(left >= 0 && top >= 0 && left + width <= 64 && top + height <= 64).toBe(true);
      const area = (width * height) / 64 ** 2;
      expect(area > 0.07 && area <= 1).toBe(true);
      expect(width / height > 0.7 && width / height < 1.43).toBe(true);
    }
  });

  it('flips every other time and spreads its areas', () => {
    const share = drawn.filter(({ flip }) => flip).length / drawn.length;
    expect(Math.abs(share - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / drawn.length));
    const small = drawn.filter(({ width, height }) => width * height < 0.54 * 64 ** 2).length / drawn.length;
    // Half of the uniform area range; crops that do not fit are redrawn, which favours smaller ones a little.
    expect(small).toBeGreaterThan(0.46);
    expect(small).toBeLessThan(0.62);
  });
});

describe('cropFlip', () => {
  const pixels = Uint8Array.from({ length: 4 * 4 * 3 }, (_, i) => i);

  it('copies the whole image where the whole image was drawn', () => {
    const out = new Uint8Array(60);
    cropFlip(pixels, 4, { left: 0, top: 0, width: 4, height: 4, flip: false }, out, 12);
    expect(out.subarray(12)).toEqual(pixels);
  });

  it('mirrors left and right, row by row', () => {
    const out = new Uint8Array(48);
    cropFlip(pixels, 4, { left: 0, top: 0, width: 4, height: 4, flip: true }, out, 0);
    expect([...out.subarray(0, 12)]).toEqual([9, 10, 11, 6, 7, 8, 3, 4, 5, 0, 1, 2]);
  });
});
