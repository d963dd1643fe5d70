import type { VitConfig } from '../../vit/config';
import type { ImageBatch } from '../images';

/**
 * Images `from` to `to` as rows of patches, [n · patches, 3 · P · P], normalised by mean and std, columns in the order
 * of a convolution's weight (channel, y, x): the patch embedding is then one product.
 */
export function patchRows(images: ImageBatch, config: VitConfig, from: number, to: number): Float32Array {
  const { patchSize: patch, mean, std } = config;
  const { pixels, size } = images;
  const side = Math.floor(size / patch);
  // Bytes take 256 values: normalise those, not every pixel.
  const normalised = [0, 1, 2].map((c) => Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - (mean[c] ?? 0)) / (std[c] ?? 1)));
  const out = new Float32Array((to - from) * side * side * 3 * patch * patch);
  let next = 0;
  for (let image = from; image < to; image++)
    for (let row = 0; row < side; row++)
      for (let column = 0; column < side; column++)
        for (let channel = 0; channel < 3; channel++) {
          const table = normalised[channel] ?? new Float32Array();
          for (let y = 0; y < patch; y++) {
            let pixel = ((image * size + row * patch + y) * size + column * patch) * 3 + channel;
            for (let x = 0; x < patch; x++, pixel += 3) out[next++] = table[pixels[pixel] ?? 0] ?? 0;
          }
        }
  return out;
}
