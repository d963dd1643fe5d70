/** One sequential scale for every heat map, with the ink that stays readable on it. */
export type Scheme = 'light' | 'dark';

type Rgb = readonly [number, number, number];
const ENDS: Readonly<Record<Scheme, readonly [Rgb, Rgb, Rgb]>> = {
  light: [
    [241, 245, 249],
    [107, 163, 205],
    [8, 69, 122],
  ],
  dark: [
    [34, 40, 48],
    [44, 98, 148],
    [160, 212, 248],
  ],
};
/** Pure black and white: only they reach 4.5 : 1 on every grey between. */
const INKS: readonly Rgb[] = [
  [0, 0, 0],
  [255, 255, 255],
];

const clamp = (fraction: number) => Math.min(1, Math.max(0, fraction));

function heat(fraction: number, scheme: Scheme): Rgb {
  const [low, middle, high] = ENDS[scheme];
  const at = clamp(fraction) * 2;
  const [from, to, share] = at < 1 ? [low, middle, at] : [middle, high, at - 1];
  const mix = (i: 0 | 1 | 2) => Math.round(from[i] + (to[i] - from[i]) * share);
  return [mix(0), mix(1), mix(2)];
}

/** Relative luminance of sRGB bytes (WCAG 2). */
export function luminance([r, g, b]: Rgb): number {
  const linear = (byte: number) => {
    const c = byte / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/** WCAG 2 contrast ratio, 1..21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

export function hexToRgb(hex: string): Rgb {
  const byte = (i: number) => Number.parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16);
  return [byte(0), byte(1), byte(2)];
}

const css = (rgb: Rgb) => `rgb(${rgb.join(' ')})`;

export interface HeatLook {
  readonly fill: string;
  readonly ink: string;
  readonly contrast: number;
}

/** Fill of a cell for a fraction 0..1 of the scale, and black or white on it, whichever reads better. */
export function heatLook(fraction: number, scheme: Scheme): HeatLook {
  const fill = heat(fraction, scheme);
  const [dark, light] = INKS.map((ink) => ({ ink, contrast: contrast(fill, ink) }));
  const best = dark !== undefined && light !== undefined && dark.contrast >= light.contrast ? dark : light;
  return { fill: css(fill), ink: css(best?.ink ?? [0, 0, 0]), contrast: best?.contrast ?? 1 };
}
