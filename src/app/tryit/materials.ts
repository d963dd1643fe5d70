/** The materials of the bundled streams as brushes: `pretrain/materials.py` in the page. */
import { splitMix32 } from '../../common/random';
import type { Experiment } from '../../session/experiment';

export const SIDE = 32;

type Rgb = readonly [number, number, number];
type Material =
  /** Ink and ground lie on both sides of a colour, about equally light. */
  | { readonly middle: Rgb; readonly axis: Rgb; readonly rough: number }
  /** The ground's colour throughout; the ink carries a weave of mean 0. */
  | { readonly ground: Rgb; readonly raised: (x: number, y: number) => boolean; readonly depth: number; readonly rough: number };

const checks = (x: number, y: number) => ((x >> 1) + (y >> 1)) % 2 === 1;
const lines = (_x: number, y: number) => y % 2 === 1;
const cords = (x: number) => (x >> 1) % 2 === 1;

export const MATERIALS = {
  Glaze: { middle: [140, 124, 128], axis: [24, 24, -80], rough: 15 },
  Weave: { ground: [104, 132, 150], raised: checks, depth: 60, rough: 20 },
  Enamel: { middle: [130, 130, 124], axis: [70, -36, 0], rough: 12 },
  Engraving: { ground: [152, 130, 100], raised: lines, depth: 70, rough: 20 },
  Corduroy: { ground: [146, 118, 134], raised: cords, depth: 60, rough: 20 },
} as const satisfies Record<string, Material>;
export type MaterialId = keyof typeof MATERIALS;
export const MATERIAL_IDS = Object.keys(MATERIALS) as MaterialId[];

const DRAWN_IN_MATERIALS = ['materials', 'ten'];

/** Whether the experiment's pictures are made of these. */
export const usesMaterials = ({ stream: { from } }: Pick<Experiment, 'stream'>): boolean =>
  from.source === 'bundled' && DRAWN_IN_MATERIALS.includes(from.id);

/** Soft clouds of about unit variance [32 * 32], the same for every drawing. */
function clouds(): Float64Array {
  const next = splitMix32(1);
  const coarse = Float64Array.from({ length: 81 }, () => (next() + next() + next() + next()) / 2 ** 32 - 2);
  const at = (x: number, y: number) => (coarse[9 * y + x] ?? 0) * Math.sqrt(3);
  return Float64Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [x, y] = [(i % SIDE) / 4, Math.floor(i / SIDE) / 4];
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [right, down] = [x - left, y - top];
    const row = (of: number) => at(left, of) * (1 - right) + at(left + 1, of) * right;
    return row(top) * (1 - down) + row(top + 1) * down;
  });
}
const CLOUDS = clouds();

function colour(material: Material, ink: number, x: number, y: number): Rgb {
  if ('axis' in material) {
    const { middle, axis } = material;
    const side = 2 * ink - 1;
    return [middle[0] + axis[0] * side, middle[1] + axis[1] * side, middle[2] + axis[2] * side];
  }
  const { ground, raised, depth } = material;
  const weave = depth * (raised(x, y) ? 1 : -1) * ink;
  return [ground[0] + weave, ground[1] + weave, ground[2] + weave];
}

/** `ink`: how much of each pixel is drawn on, 0..1 [32 * 32]. Returns RGB bytes [32 * 32 * 3]. */
export function inMaterial(ink: Float64Array, id: MaterialId): Uint8Array {
  const material: Material = MATERIALS[id];
  const pixels = new Uint8ClampedArray(SIDE * SIDE * 3);
  ink.forEach((share, i) => {
    const light = material.rough * (CLOUDS[i] ?? 0);
    pixels.set(
      colour(material, share, i % SIDE, Math.floor(i / SIDE)).map((value) => value + light),
      3 * i,
    );
  });
  return new Uint8Array(pixels.buffer);
}
