import { said } from '../common/said';
import { decodePnm } from './decode-pnm';
import { DataError } from './errors';
import { otherFormat, readImageHeader } from './image-header';
import { endedJpeg } from './jpeg-end';
import { lyingWebp, turned } from './orientation';
import type { RgbaImage, RgbImage } from './rgb-image';

export type { RgbaImage, RgbImage };

/** Decodes the bytes of one PNG, JPEG, WebP, GIF (first frame), BMP or AVIF. Rejects where they cannot be decoded. */
export type DecodeImage = (bytes: Uint8Array, mime: string) => Promise<RgbaImage>;

/** Drops alpha by compositing on white, rounding to the nearest of 0..255. */
export function compositeOnWhite(image: RgbaImage): RgbImage {
  const { width, height, rgba } = image;
  const pixels = width * height;
  const rgb = new Uint8Array(pixels * 3);
  for (let i = 0; i < pixels; i++) {
    const alpha = rgba[4 * i + 3] ?? 255;
    for (let channel = 0; channel < 3; channel++) {
      const value = rgba[4 * i + channel] ?? 0;
      rgb[3 * i + channel] = alpha === 255 ? value : Math.floor((value * alpha + 255 * (255 - alpha)) / 255 + 0.5);
    }
  }
  return { width, height, rgb };
}

/** Declared pixels beyond which an image is refused before decoding: 100 megapixels are 400 MB decoded. */
export const MAX_PIXELS = 100_000_000;

/**
 * Decodes after checking what the bytes declare, and drops alpha.
 * Throws DataError with the reason: no known image format, an impossible size, or a decoder that gave up.
 */
export async function decodeChecked(bytes: Uint8Array, decode: DecodeImage): Promise<RgbImage> {
  const header = readImageHeader(bytes);
  if (header === null) throw new DataError(otherFormat(bytes) ?? said`not a PNG, JPEG, WebP, GIF, BMP, AVIF or PPM image, or cut off`);
  const { mime, width, height } = header;
  if (width === 0 || height === 0) throw new DataError(said`declares a size of ${width} x ${height}`);
  if (width * height > MAX_PIXELS) {
    throw new DataError(said`${width} x ${height} pixels are more than ${MAX_PIXELS / 1e6} million`);
  }
  if (mime === 'image/x-portable-anymap') return decodePnm(bytes);
  const lying = mime === 'image/webp' ? lyingWebp(bytes) : { bytes: mime === 'image/jpeg' ? endedJpeg(bytes) : bytes, orientation: 1 };
  let image: RgbaImage;
  try {
    image = await decode(lying.bytes, mime);
  } catch (cause) {
    const where = mime === 'image/avif' ? said`, or not by this browser` : '';
    throw new DataError(said`its ${mime.slice(6).toUpperCase()} data cannot be decoded${where}`, null, { cause });
  }
  return compositeOnWhite(turned(image, lying.orientation));
}

/**
 * The same decoder with at most so many pixels being decoded at a time; a larger image waits until it is alone.
 * Many small images still overlap.
 */
export function limitPixelsInFlight(decode: DecodeImage, budget = 16_000_000): DecodeImage {
  let inFlight = 0;
  const waiting: (() => void)[] = [];
  return async (bytes, mime) => {
    const header = readImageHeader(bytes);
    const pixels = Math.min(budget, (header?.width ?? 1) * (header?.height ?? 1));
    while (inFlight > 0 && inFlight + pixels > budget) await new Promise<void>((resume) => waiting.push(resume));
    inFlight += pixels;
    try {
      return await decode(bytes, mime);
    } finally {
      inFlight -= pixels;
      for (const resume of waiting.splice(0)) resume();
    }
  };
}
