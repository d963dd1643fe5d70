/** Decoding without a browser, for tests: PNG only. */
import { PNG } from 'pngjs';
import type { DecodeImage } from '../decode';

export const decodePng: DecodeImage = async (bytes, mime) => {
  if (mime !== 'image/png') throw new Error(`${mime} needs a browser`);
  const { width, height, data } = PNG.sync.read(Buffer.from(bytes));
  return { width, height, rgba: new Uint8ClampedArray(data) };
};
