/** Seeded augmentation of a square image that is already at the model's size. */
import type { ImageBatch } from '../compute/images';
import { drawFrom } from './random';
import { resize, type Box } from './resize';

const AREA: readonly [number, number] = [0.08, 1];
const RATIO: readonly [number, number] = [3 / 4, 4 / 3];
const ATTEMPTS = 10;

/** What was drawn for one image: where it is cropped and whether it is mirrored. */
export interface CropFlip extends Box {
  readonly flip: boolean;
}

/**
 * Draws a crop of 8 to 100 % of the area with an aspect ratio of 3/4 to 4/3 (uniform in area and in log ratio; the
 * whole image when ten draws do not fit), and a mirror image every other time: the distribution of torchvision's
 * RandomResizedCrop and RandomHorizontalFlip with their defaults. `position` separates the images of a batch.
 */
export function drawCropFlip(size: number, seed: number, position: number): CropFlip {
  const draw = drawFrom(seed, position);
  const flip = draw.uniform() < 0.5;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const area = size * size * (AREA[0] + (AREA[1] - AREA[0]) * draw.uniform());
    const ratio = Math.exp(Math.log(RATIO[0]) + (Math.log(RATIO[1]) - Math.log(RATIO[0])) * draw.uniform());
    const width = Math.round(Math.sqrt(area * ratio));
    const height = Math.round(Math.sqrt(area / ratio));
    if (width < 1 || height < 1 || width > size || height > size) continue;
    return { left: draw.integer(size - width + 1), top: draw.integer(size - height + 1), width, height, flip };
  }
  return { left: 0, top: 0, width: size, height: size, flip };
}

/** A batch of images, each cropped and mirrored as drawn from the seed and its place. */
export function augmented<Batch extends ImageBatch>(batch: Batch, seed: number): Batch {
  const { pixels, count, size } = batch;
  const out = new Uint8Array(pixels.length);
  const bytes = 3 * size ** 2;
  for (let i = 0; i < count; i++) cropFlip(pixels.subarray(i * bytes, (i + 1) * bytes), size, drawCropFlip(size, seed, i), out, i * bytes);
  return { ...batch, pixels: out };
}

/** Writes the augmented image [size, size, 3] into `out` at `offset`. The crop is resampled bilinearly, antialiased. */
export function cropFlip(pixels: Uint8Array, size: number, drawn: CropFlip, out: Uint8Array, offset: number): void {
  const { rgb } = resize({ width: size, height: size, rgb: pixels }, size, size, 'bilinear', { box: drawn });
  if (!drawn.flip) {
    out.set(rgb, offset);
    return;
  }
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const from = (y * size + (size - 1 - x)) * 3;
      const to = offset + (y * size + x) * 3;
      out[to] = rgb[from] ?? 0;
      out[to + 1] = rgb[from + 1] ?? 0;
      out[to + 2] = rgb[from + 2] ?? 0;
    }
  }
}
