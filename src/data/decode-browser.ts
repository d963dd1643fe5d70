/** The one file of this layer that needs a browser: its image decoders. */
import { SaidError, said } from '../common/said';
import type { DecodeImage } from './decode';
import { decodeSmallPng } from './decode-png';

/** Making a canvas costs more than a small image does: one of this side serves all that fit. */
const SHARED_SIDE = 1024;
let shared: OffscreenCanvasRenderingContext2D | null = null;

/** An empty canvas of this size or larger. */
function contextFor(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const fits = width <= SHARED_SIDE && height <= SHARED_SIDE;
  const [w, h] = fits ? [SHARED_SIDE, SHARED_SIDE] : [width, height];
  const context = (fits ? shared : null) ?? new OffscreenCanvas(w, h).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new SaidError(said`No canvas of ${w} x ${h} pixels is to be had.`);
  if (fits) shared = context;
  context.clearRect(0, 0, width, height);
  return context;
}

/**
 * Decodes with the browser, in a window or a worker. Colours are taken as the file has them (no colour management, so
 * that browsers agree), alpha is not premultiplied, and EXIF orientation is applied. PNG is lossless and hence equal
 * everywhere; JPEG decoders may differ by one level in single pixels.
 */
export const decodeInBrowser: DecodeImage = async (bytes, mime) => {
  const small = mime === 'image/png' ? decodeSmallPng(bytes) : null;
  if (small !== null) return small;
  const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: mime }), {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
    imageOrientation: 'from-image',
  });
  try {
    const { width, height } = bitmap;
    const context = contextFor(width, height);
    context.drawImage(bitmap, 0, 0);
    return { width, height, rgba: context.getImageData(0, 0, width, height).data };
  } finally {
    bitmap.close();
  }
};
