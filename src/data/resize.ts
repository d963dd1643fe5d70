/**
 * Deterministic antialiased resampling with the arithmetic that Pillow documents for 8-bit images: the filter's
 * support is scaled by the reduction factor, weights are normalised in float64 and rounded to 22-bit fixed point,
 * rows are resampled before columns, and each pass rounds to 0..255. Integer arithmetic throughout, so every engine
 * gives the same bytes; equal to Pillow's `Image.resize` bit for bit (`resize.test.ts`).
 */
import type { RgbImage } from './decode';

export type ResizeFilter = 'bicubic' | 'bilinear';

interface Kernel {
  readonly support: number;
  weight(x: number): number;
}

const KERNELS: Readonly<Record<ResizeFilter, Kernel>> = {
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  // Keys' cubic convolution with a = -1/2.
  bicubic: {
    support: 2,
    weight: (x) => {
      const t = Math.abs(x);
      if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
      if (t < 2) return ((-0.5 * t + 2.5) * t - 4) * t + 2;
      return 0;
    },
  },
};

const PRECISION = 22;
const HALF = 2 ** (PRECISION - 1);

/** For every output position: the first input position, the number of taps and the weights as integers of 2^-22. */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
  readonly stride: number;
}

/** Taps for `outSize` outputs over the input interval [from, to); only outputs start .. start+length-1 are computed. */
function computeTaps(inSize: number, from: number, to: number, outSize: number, start: number, length: number, kernel: Kernel): Taps {
  const scale = (to - from) / outSize;
  const filterScale = Math.max(scale, 1);
  const support = kernel.support * filterScale;
  const stride = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(length);
  const count = new Int32Array(length);
  const weights = new Int32Array(length * stride);
  const raw = new Float64Array(stride);
  for (let i = 0; i < length; i++) {
    const center = from + (start + i + 0.5) * scale;
    const lowest = Math.max(0, Math.trunc(center - support + 0.5));
    const highest = Math.min(inSize, Math.trunc(center + support + 0.5));
    const taps = highest - lowest;
    let sum = 0;
    for (let k = 0; k < taps; k++) {
      const w = kernel.weight((k + lowest - center + 0.5) * (1 / filterScale));
      raw[k] = w;
      sum += w;
    }
    for (let k = 0; k < taps; k++) {
      const w = sum === 0 ? 0 : (raw[k] ?? 0) / sum;
      weights[i * stride + k] = Math.trunc(w * 2 ** PRECISION + (w < 0 ? -0.5 : 0.5));
    }
    first[i] = lowest;
    count[i] = taps;
  }
  return { first, count, weights, stride };
}

function toByte(accumulated: number): number {
  const value = accumulated >> PRECISION;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** Resamples rows `fromRow` .. `fromRow + rows - 1` horizontally: [rows, taps.first.length, 3]. */
function horizontal(source: Uint8Array, width: number, fromRow: number, rows: number, taps: Taps): Uint8Array {
  const outWidth = taps.first.length;
  const out = new Uint8Array(rows * outWidth * 3);
  let to = 0;
  for (let y = 0; y < rows; y++) {
    const row = (fromRow + y) * width;
    for (let x = 0; x < outWidth; x++) {
      let at = (row + (taps.first[x] ?? 0)) * 3;
      const taken = taps.count[x] ?? 0;
      const w = x * taps.stride;
      let r = HALF;
      let g = HALF;
      let b = HALF;
      for (let k = 0; k < taken; k++, at += 3) {
        const weight = taps.weights[w + k] ?? 0;
        r += (source[at] ?? 0) * weight;
        g += (source[at + 1] ?? 0) * weight;
        b += (source[at + 2] ?? 0) * weight;
      }
      out[to++] = toByte(r);
      out[to++] = toByte(g);
      out[to++] = toByte(b);
    }
  }
  return out;
}

/** Resamples columns vertically; `source` starts at input row `fromRow`. Result [taps.first.length, width, 3]. */
function vertical(source: Uint8Array, width: number, fromRow: number, taps: Taps): Uint8Array {
  const outHeight = taps.first.length;
  const line = width * 3;
  const out = new Uint8Array(outHeight * line);
  const sums = new Int32Array(line);
  for (let y = 0; y < outHeight; y++) {
    sums.fill(HALF);
    const firstRow = (taps.first[y] ?? 0) - fromRow;
    const taken = taps.count[y] ?? 0;
    for (let k = 0; k < taken; k++) {
      const weight = taps.weights[y * taps.stride + k] ?? 0;
      const at = (firstRow + k) * line;
      for (let x = 0; x < line; x++) sums[x] = (sums[x] ?? 0) + (source[at + x] ?? 0) * weight;
    }
    for (let x = 0; x < line; x++) out[y * line + x] = toByte(sums[x] ?? 0);
  }
  return out;
}

/** A rectangle in pixels; fractions are allowed for a source box, as in Pillow's `box`. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The `box` of `image` (all of it by default) resampled to outWidth x outHeight; of that result only `window` is
 * computed (all of it by default), which equals resizing everything and cropping afterwards.
 */
export function resize(
  image: RgbImage,
  outWidth: number,
  outHeight: number,
  filter: ResizeFilter,
  options: { readonly box?: Box; readonly window?: Box } = {},
): RgbImage {
  const box = options.box ?? { left: 0, top: 0, width: image.width, height: image.height };
  const window = options.window ?? { left: 0, top: 0, width: outWidth, height: outHeight };
  const kernel = KERNELS[filter];
  const needsX = outWidth !== image.width || box.left !== 0 || box.width !== outWidth;
  const needsY = outHeight !== image.height || box.top !== 0 || box.height !== outHeight;
  const across = computeTaps(image.width, box.left, box.left + box.width, outWidth, window.left, window.width, kernel);
  const down = computeTaps(image.height, box.top, box.top + box.height, outHeight, window.top, window.height, kernel);
  const last = window.height - 1;
  const fromRow = needsY ? (down.first[0] ?? 0) : window.top;
  const toRow = needsY ? (down.first[last] ?? 0) + (down.count[last] ?? 0) : window.top + window.height;
  const rows = needsX
    ? horizontal(image.rgb, image.width, fromRow, toRow - fromRow, across)
    : crop(image, { left: window.left, top: fromRow, width: window.width, height: toRow - fromRow }).rgb;
  const rgb = needsY ? vertical(rows, window.width, fromRow, down) : rows;
  return { width: window.width, height: window.height, rgb };
}

/** A copy of an integral rectangle inside the image. */
export function crop(image: RgbImage, { left, top, width, height }: Box): RgbImage {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * image.width + left) * 3;
    rgb.set(image.rgb.subarray(from, from + width * 3), y * width * 3);
  }
  return { width, height, rgb };
}

/** Python's round(): halves go to the even neighbour. */
function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

/**
 * The square input of a model: short side to `size`, then the central size x size crop (torchvision's `Resize(size)`
 * followed by `CenterCrop(size)`, sizes and offsets rounded as there).
 */
export function resizeAndCenterCrop(image: RgbImage, size: number, filter: ResizeFilter): RgbImage {
  const { width, height } = image;
  const wide = width > height;
  const outWidth = wide ? Math.trunc((size * width) / height) : size;
  const outHeight = wide ? size : Math.trunc((size * height) / width);
  const window = {
    left: roundHalfEven((outWidth - size) / 2),
    top: roundHalfEven((outHeight - size) / 2),
    width: size,
    height: size,
  };
  return resize(image, outWidth, outHeight, filter, { window });
}
