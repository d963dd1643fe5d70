import * as tf from '@tensorflow/tfjs-core';
import { tokenCount, type VitConfig } from '../../vit/config';
import type { ImageBatch } from '../images';
import { patchRows } from './patches';

/** Floats of activations that a pass without gradients may hold at once: 64 MB. */
const BUDGET = 16 * 2 ** 20;
const MOST = 256;

/** Images that a pass without gradients takes at once; one block's activations are alive at a time. */
export function inferenceBatch(config: VitConfig): number {
  const { dim, mlpDim, heads } = config;
  const tokens = tokenCount(config);
  const perImage = tokens * (12 * dim + 4 * mlpDim) + 2 * heads * tokens * tokens;
  return Math.max(1, Math.min(MOST, Math.floor(BUDGET / perImage)));
}

/** Cuts images into batches that fit; `patches` uploads one, within the scope of the caller. */
export function* patchChunks(
  images: ImageBatch,
  config: VitConfig,
): Generator<{ from: number; count: number; patches: () => tf.Tensor2D }> {
  const most = inferenceBatch(config);
  const width = 3 * config.patchSize ** 2;
  for (let from = 0; from < images.count; from += most) {
    const to = Math.min(images.count, from + most);
    yield {
      from,
      count: to - from,
      patches: () => {
        const rows = patchRows(images, config, from, to);
        return tf.tensor2d(rows, [rows.length / width, width]);
      },
    };
  }
}
