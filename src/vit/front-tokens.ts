/** Class, distillation and register tokens, and which rows of the position embedding belong to them. */
import { said } from '../common/said';
import type { NamedTensor } from './checkpoint';
import { CheckpointError } from './errors';
import { readTensor } from './read-tensor';
import { requireShape, type RawTensors } from './tensors';

/** In the order in which they stand before the patches. */
const FRONT = ['cls_token', 'dist_token', 'reg_token', 'register_tokens'];

export interface TokenLayout {
  /** Tensors of the tokens in front, with their rows. */
  readonly front: readonly { readonly name: string; readonly rows: number }[];
  readonly prefixTokens: number;
  /** Rows of `pos_embed` for tokens in front: all of them, the class token alone, or none (timm's no_embed_class). */
  readonly positioned: number;
  /** Side of the grid of patches. */
  readonly side: number;
}

/** Reads the layout off the shapes. `gridSide`: what a configuration says, to choose between readings. Throws CheckpointError. */
export function inferTokens(tensors: RawTensors, gridSide?: number): TokenLayout {
  const front = FRONT.filter((name) => tensors.has(name)).map((name) => ({
    name,
    rows: requireShape(tensors, name, 3, said`a token in front of the patches`)[1] ?? 0,
  }));
  const prefixTokens = front.reduce((sum, { rows }) => sum + rows, 0);
  if (front.length > 0 && front[0]?.name !== 'cls_token') {
    throw new CheckpointError(
      said`Tensor "${front[0]?.name ?? ''}" stands in front of the patches, but there is no "cls_token". ViTs with a class token, or with nothing in front, work.`,
      front[0]?.name,
    );
  }
  if (!tensors.has('pos_embed')) {
    throw new CheckpointError(
      said`Tensor "pos_embed" (the position embedding) is missing: without it this is a transformer with relative, rotary or no positions, which is not computed here. ViTs with learned or fixed positions added to the patches work.`,
      'pos_embed',
    );
  }
  const [, rows = 0] = requireShape(tensors, 'pos_embed', 3, said`the position embedding`);
  const readings = [...new Set([prefixTokens, Math.min(1, prefixTokens), 0])]
    .map((positioned) => ({ positioned, side: Math.round(Math.sqrt(Math.max(0, rows - positioned))) }))
    .filter(({ positioned, side }) => side >= 1 && side * side + positioned === rows);
  const reading = readings.find(({ side }) => side === gridSide) ?? readings[0];
  if (reading === undefined) {
    throw new CheckpointError(
      said`Tensor "pos_embed" has ${rows} positions; ${prefixTokens === 1 ? said`${prefixTokens} token` : said`${prefixTokens} tokens`} in front and a square grid of patches would be n² + ${prefixTokens} (${196 + prefixTokens} for 14 x 14).`,
      'pos_embed',
    );
  }
  return { front, prefixTokens, ...reading };
}

/** `pos_embed` [1, N, D] with a row for every token; tokens other than the class token are added to theirs. */
export function assemblePositions(tensors: RawTensors, { front, prefixTokens, positioned, side }: TokenLayout, dim: number): NamedTensor {
  const given = readTensor(tensors, 'pos_embed', [1, positioned + side * side, dim]).data;
  const data = new Float32Array((prefixTokens + side * side) * dim);
  data.set(given.subarray(0, positioned * dim));
  data.set(given.subarray(positioned * dim), prefixTokens * dim);
  let row = 0;
  for (const { name, rows } of front) {
    if (name !== 'cls_token') {
      const tokens = readTensor(tensors, name, [1, rows, dim]).data;
      tokens.forEach((value, i) => (data[row * dim + i] = (data[row * dim + i] ?? 0) + value));
    }
    row += rows;
  }
  return { shape: [1, prefixTokens + side * side, dim], data };
}
