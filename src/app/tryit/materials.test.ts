import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultEditions, defaultExperiment } from '../../session/defaults';
import { parseExperiment } from '../../session/experiment';
import { inMaterial, MATERIAL_IDS, MATERIALS, SIDE, usesMaterials } from './materials';

const drawing = readFileSync('pretrain/materials.py', 'utf8');

/** Mean RGB of the pixels of one kind. */
function mean(pixels: Uint8Array, isInk: boolean, ink: Float64Array): number[] {
  const sum = [0, 0, 0, 0];
  ink.forEach((share, i) => {
    if (share > 0.5 !== isInk) return;
    for (let c = 0; c < 3; c += 1) sum[c] = (sum[c] ?? 0) + (pixels[3 * i + c] ?? 0);
    sum[3] = (sum[3] ?? 0) + 1;
  });
  return sum.slice(0, 3).map((value) => value / (sum[3] ?? 1));
}
const lightness = ([r = 0, g = 0, b = 0]: readonly number[]) => 0.299 * r + 0.587 * g + 0.114 * b;

describe('materials', () => {
  it('are those that the streams were drawn in, with the same numbers', () => {
    const written = [...drawing.matchAll(/"(\w+)": (?:hued|woven)\((.*)\),/g)].map(([, id, values]) => [id, values]);
    const here = Object.entries(MATERIALS).map(([id, material]) => [
      id,
      'axis' in material
        ? `(${material.middle.join(', ')}), (${material.axis.join(', ')}), ${material.rough}`
        : `(${material.ground.join(', ')}), ${{ Weave: 'CHECKS', Engraving: 'LINES', Corduroy: 'CORDS' }[id]}, ${material.depth}, ${material.rough}`,
    ]);
    expect(here).toEqual(written);
  });

  it.each(MATERIAL_IDS)('%s: what is drawn is about as light as its ground, and differs in hue or weave', (id) => {
    // A square in the middle: whole periods of every weave.
    const ink = Float64Array.from({ length: SIDE * SIDE }, (_, i) => {
      const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
      return x >= 8 && x < 24 && y >= 8 && y < 24 ? 1 : 0;
    });
    const pixels = inMaterial(ink, id);
    const [drawn, ground] = [mean(pixels, true, ink), mean(pixels, false, ink)];
    expect(Math.abs(lightness(drawn) - lightness(ground))).toBeLessThan(30);
    const plain = inMaterial(new Float64Array(SIDE * SIDE), id);
    const changed = ink.reduce(
      (count, share, i) => count + (share > 0 && Math.abs((pixels[3 * i] ?? 0) - (plain[3 * i] ?? 0)) > 20 ? 1 : 0),
      0,
    );
    expect(changed).toBe(16 * 16);
  });

  it('are offered where the pictures are made of them', () => {
    expect(usesMaterials(defaultExperiment)).toBe(true);
    expect(usesMaterials(parseExperiment(defaultEditions[0]))).toBe(false);
  });
});
