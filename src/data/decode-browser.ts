/** The one file of this layer that needs a browser: its image decoders. */
import type { DecodeImage } from './decode';

/**
 * Decodes with the browser, in a window or a worker. Colours are taken as the file has them (no colour management, so
 * that browsers agree), alpha is not premultiplied, and EXIF orientation is applied. PNG is lossless and hence equal
 * everywhere; JPEG decoders may differ by one level in single pixels.
 */
export const decodeInBrowser: DecodeImage = async (bytes, mime) => {
  const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: mime }), {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
    imageOrientation: 'from-image',
  });
  try {
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (context === null) throw new Error(`No canvas of ${width} x ${height} pixels is to be had.`);
    context.drawImage(bitmap, 0, 0);
    return { width, height, rgba: context.getImageData(0, 0, width, height).data };
  } finally {
    bitmap.close();
  }
};
