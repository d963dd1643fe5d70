/** Every image format that is read, against Pillow (scripts/fixtures/images.py). */
import { commands } from 'vitest/browser';
import { describe, expect, it } from 'vitest';
import { decodeChecked } from './decode';
import { decodeInBrowser } from './decode-browser';
import expected from './fixtures/images/pixels.json';

interface Expected {
  readonly width: number;
  readonly height: number;
  /** Levels by which a lossy or premultiplying decoder may differ. */
  readonly tolerance: number;
  readonly rgb: readonly number[];
}

describe('image formats', () => {
  it.each(Object.entries(expected as Readonly<Record<string, Expected>>))('%s', async (name, { width, height, tolerance, rgb }) => {
    const base64 = await commands.readFile(`src/data/fixtures/images/${name}`, { encoding: 'base64' });
    const image = await decodeChecked(
      Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)),
      decodeInBrowser,
    );
    expect([image.width, image.height]).toEqual([width, height]);
    const worst = Math.max(...rgb.map((value, i) => Math.abs(value - (image.rgb[i] ?? -1000))));
    expect(worst).toBeLessThanOrEqual(tolerance);
  });
});
