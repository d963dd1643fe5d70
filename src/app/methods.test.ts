import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { METHOD_IDS } from '../session/experiment';
import { methodLook, SURFACE } from './methods';
import { contrast, heatLook, hexToRgb } from './parts/heat-scale';

const css = readFileSync(new URL('./style/base.css', import.meta.url), 'utf8');
/** Values of a custom property: the light one, then the dark one. */
const values = (name: string) => [...css.matchAll(new RegExp(`--${name}: (#[0-9a-f]{6});`, 'g'))].map((match) => match[1]);

describe('colours', () => {
  it.each(METHOD_IDS)('of %s keep 4.5 : 1 on both surfaces and are those of the style sheet', (id) => {
    const look = methodLook(id);
    expect(contrast(hexToRgb(look.light), hexToRgb(SURFACE.light))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(hexToRgb(look.dark), hexToRgb(SURFACE.dark))).toBeGreaterThanOrEqual(4.5);
    expect(values(`method-${id}`)).toEqual([look.light, look.dark]);
  });

  it('of words keep 4.5 : 1 on page and surface', () => {
    for (const ink of ['ink', 'ink-soft', 'accent', 'good', 'bad']) {
      for (const ground of ['surface', 'page']) {
        values(ink).forEach((value, scheme) => {
          const ratio = contrast(hexToRgb(value ?? ''), hexToRgb(values(ground)[scheme] ?? ''));
          expect(ratio, `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
        });
      }
    }
    expect(values('surface')).toEqual([SURFACE.light, SURFACE.dark]);
  });

  it('are never the only cue', () => {
    expect(new Set(METHOD_IDS.map((id) => methodLook(id).marker)).size).toBe(METHOD_IDS.length);
    expect(new Set(METHOD_IDS.map((id) => methodLook(id).dash)).size).toBe(METHOD_IDS.length);
  });
});

describe('heat scale', () => {
  it.each(['light', 'dark'] as const)('keeps its numbers readable everywhere, %s', (scheme) => {
    for (let share = 0; share <= 1; share += 0.01) expect(heatLook(share, scheme).contrast, String(share)).toBeGreaterThanOrEqual(4.5);
  });

  it('agrees with WCAG on black and white', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 9);
  });
});
