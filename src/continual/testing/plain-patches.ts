import type { ImageBatch } from '../../compute/images';
import type { VitConfig } from '../../vit/config';

/** [n · patches, 3·patch²]: pixels normalised, in the order of the convolution's weight (channel, row, column). */
export function patchRows({ pixels, count, size }: ImageBatch, { patchSize, mean, std }: VitConfig): Float64Array {
  const side = Math.floor(size / patchSize);
  const length = 3 * patchSize * patchSize;
  const out = new Float64Array(count * side * side * length);
  let at = 0;
  for (let n = 0; n < count; n++)
    for (let py = 0; py < side; py++)
      for (let px = 0; px < side; px++)
        for (let c = 0; c < 3; c++)
          for (let y = 0; y < patchSize; y++)
            for (let x = 0; x < patchSize; x++) {
              const pixel = pixels[((n * size + py * patchSize + y) * size + px * patchSize + x) * 3 + c] as number;
              out[at++] = (pixel / 255 - (mean[c] as number)) / (std[c] as number);
            }
  return out;
}
