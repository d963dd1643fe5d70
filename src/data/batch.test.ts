import { describe, expect, it } from 'vitest';
import { thumbnails } from './dataset';
import { dataset, letters, SIZE, split, store } from './testing/stores';

describe('batch', () => {
  const set = split(dataset(letters(4))).tasks[0]?.train;

  it('copies the images asked for, in order, repeats allowed', () => {
    const batch = set?.batch([5, 0, 5]);
    expect(batch).toMatchObject({ count: 3, size: SIZE });
    expect([...(batch?.labels ?? [])]).toEqual([1, 0, 1]);
    expect([0, 12, 24].map((at) => batch?.pixels[at])).toEqual([5, 0, 5]);
    expect(() => set?.batch([6])).toThrow('Image 6 of a set of 6');
  });

  it('augments by seed: repeatable, different from seed to seed', () => {
    const wide = {
      ...dataset(['a', 'b']),
      train: { ...store([0, 1]), size: 8, pixels: Uint8Array.from({ length: 2 * 192 }, (_, i) => (i * 7) % 256) },
    };
    const train = split({ ...wide, imageSize: 8 }).tasks[0]?.train;
    expect(train?.batch([0, 1], 4).pixels).toEqual(train?.batch([0, 1], 4).pixels);
    expect(train?.batch([0, 1], 4).pixels).not.toEqual(train?.batch([0, 1], 5).pixels);
    expect(train?.batch([0, 1], 4).pixels).not.toEqual(train?.batch([0, 1]).pixels);
  });
});

describe('thumbnails', () => {
  it("shows each class's first training image, in the order asked", () => {
    const { side, pixels } = thumbnails(dataset(letters(3)), [2, 0], 4);
    expect(side).toBe(4);
    expect(pixels.length).toBe(2 * 48);
    expect(pixels[0]).toBe(6);
    expect(pixels[48]).toBe(0);
  });
});
