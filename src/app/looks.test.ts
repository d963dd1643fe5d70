import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { beyondSlots, lookOf, SLOTS, slotVariables, SURFACE } from './looks';
import { contrast, heatLook, hexToRgb } from './figures/heat-scale';

const css = readFileSync(new URL('./style/base.css', import.meta.url), 'utf8');
/** Values of a custom property: the light one, then the dark one. */
const values = (name: string) => [...css.matchAll(new RegExp(`--${name}: (#[0-9a-f]{6});`, 'g'))].map((match) => match[1]);
const SCHEMES = ['light', 'dark'] as const;

type Triple = readonly [number, number, number];
const apply = (matrix: readonly Triple[], [x, y, z]: Triple): Triple => {
  const [a = 0, b = 0, c = 0] = matrix.map((row) => row[0] * x + row[1] * y + row[2] * z);
  return [a, b, c];
};

/** What colour-blind eyes see, on linear RGB: Machado, Oliveira and Fernandes 2009, severity 1. */
const EYES: Readonly<Record<string, readonly Triple[]>> = {
  common: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** OKLab (Ottosson 2020) of linear RGB: equal distances look about equally far; .02 can just be told apart. */
function oklab(rgb: Triple): Triple {
  const cones = apply(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    rgb,
  );
  const [l, m, s] = cones;
  return apply(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    [Math.cbrt(l), Math.cbrt(m), Math.cbrt(s)],
  );
}

const linear = (byte: number) => (byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4);
const clamp = (value: number) => Math.min(1, Math.max(0, value));

function seen(hex: string, eyes: readonly Triple[]): Triple {
  const [r, g, b] = hexToRgb(hex);
  const [x, y, z] = apply(eyes, [linear(r), linear(g), linear(b)]);
  return oklab([clamp(x), clamp(y), clamp(z)]);
}

const lineup = (count: number) => ({ methods: Array.from({ length: count }, (_, i) => ({ id: `method ${i}` })) });

describe('slots', () => {
  it.each(SCHEMES)('keep 4.5 : 1 on the surface, %s', (scheme) => {
    for (const slot of SLOTS) expect(contrast(hexToRgb(slot[scheme]), hexToRgb(SURFACE[scheme])), slot[scheme]).toBeGreaterThanOrEqual(4.5);
  });

  it.each(SCHEMES.flatMap((scheme) => Object.keys(EYES).map((eyes) => [scheme, eyes] as const)))(
    'differ from one another, %s, to %s eyes',
    (scheme, eyes) => {
      const colours = SLOTS.map((slot) => seen(slot[scheme], EYES[eyes] ?? []));
      const apart = colours.flatMap((a, i) => colours.slice(i + 1).map((b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])));
      // Almost three times what can just be told apart.
      expect(Math.min(...apart)).toBeGreaterThanOrEqual(0.055);
    },
  );

  it('are eight, each with a marker and a dash of its own: colour is never the only cue', () => {
    expect(SLOTS).toHaveLength(8);
    expect(new Set(SLOTS.map(({ marker }) => marker)).size).toBe(8);
    expect(new Set(SLOTS.map(({ dash }) => dash)).size).toBe(8);
  });
});

describe('looks', () => {
  it('go by place in the run, through the variables that both schemes define', () => {
    const looks = lineup(8).methods.map(({ id }) => lookOf(lineup(8), id));
    expect(looks.map(({ colour }) => colour)).toEqual(Object.keys(slotVariables('dark')).map((name) => `var(${name})`));
    expect(Object.values(slotVariables('light'))).toEqual(SLOTS.map(({ light }) => light));
    expect(looks.every(({ marker, reference }) => marker !== null && !reference)).toBe(true);
    expect(beyondSlots(lineup(8))).toBe(false);
  });

  it('are neutral beyond the slots, where names stand at the lines', () => {
    expect(lookOf(lineup(9), 'method 8')).toMatchObject({ colour: 'var(--ink-soft)', marker: null });
    expect(beyondSlots(lineup(9))).toBe(true);
  });

  it('draw bounds and floors thin, by their definitions', () => {
    const methods = [{ id: 'inflora' }, { id: 'joint' }, { id: 'nearest-mean' }, { id: 'of another build' }];
    expect(methods.map(({ id }) => lookOf({ methods }, id).reference)).toEqual([false, true, true, false]);
  });
});

describe('words', () => {
  it('keep 4.5 : 1 on page and surface', () => {
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
});

describe('heat scale', () => {
  it.each(['light', 'dark'] as const)('keeps its numbers readable everywhere, %s', (scheme) => {
    for (let share = 0; share <= 1; share += 0.01) expect(heatLook(share, scheme).contrast, String(share)).toBeGreaterThanOrEqual(4.5);
  });

  it('agrees with WCAG on black and white', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 9);
  });
});
