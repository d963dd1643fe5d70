/** WebP pictures that are to be turned: browsers turn a JPEG as its Exif says, but not all of them a WebP. */
import type { RgbaImage } from './rgb-image';

const text = (bytes: Uint8Array, at: number, length: number) => String.fromCharCode(...bytes.subarray(at, at + length));
const ORIENTATION = 0x0112;
const EXIF_FLAG = 0x08;

/** 1 to 8 as Exif counts them; 1 where nothing is said. */
export function exifOrientation(exif: Uint8Array): number {
  const tiff = text(exif, 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif;
  const order = text(tiff, 0, 2);
  if (tiff.length < 14 || (order !== 'II' && order !== 'MM')) return 1;
  const little = order === 'II';
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const start = view.getUint32(4, little);
  if (start + 2 > tiff.length) return 1;
  const count = view.getUint16(start, little);
  for (let i = 0, at = start + 2; i < count && at + 12 <= tiff.length; i++, at += 12) {
    if (view.getUint16(at, little) !== ORIENTATION) continue;
    const value = view.getUint16(at + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** A WebP as it lies, with what is to be done to it: its Exif is taken out, so that no browser turns it as well. */
export function lyingWebp(bytes: Uint8Array): { readonly bytes: Uint8Array; readonly orientation: number } {
  const upright = { bytes, orientation: 1 };
  if (text(bytes, 12, 4) !== 'VP8X' || ((bytes[20] ?? 0) & EXIF_FLAG) === 0) return upright;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = view.getUint32(at + 4, true);
    if (text(bytes, at, 4) === 'EXIF') {
      const orientation = exifOrientation(bytes.subarray(at + 8, Math.min(bytes.length, at + 8 + size)));
      if (orientation === 1) return upright;
      const lying = bytes.slice();
      lying[20] = (lying[20] ?? 0) & ~EXIF_FLAG;
      // A chunk that nobody knows is passed over.
      lying.set([0x58, 0x58, 0x58, 0x58], at);
      return { bytes: lying, orientation };
    }
    at += 8 + size + (size & 1);
  }
  return upright;
}

/** Turned as Exif means it: 3 by half, 6 by a quarter clockwise, 8 back; 2, 4, 5 and 7 mirrored. */
export function turned(image: RgbaImage, orientation: number): RgbaImage {
  if (orientation === 1) return image;
  const { width: w, height: h } = image;
  const across = orientation >= 5;
  const [width, height] = across ? [h, w] : [w, h];
  const from = new Uint32Array(image.rgba.buffer, image.rgba.byteOffset, w * h);
  const to = new Uint32Array(w * h);
  const flipX = [2, 3, 7, 8].includes(orientation);
  const flipY = [3, 4, 6, 7].includes(orientation);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = across ? [y, x] : [x, y];
      to[y * width + x] = from[(flipY ? h - 1 - v : v) * w + (flipX ? w - 1 - u : u)] ?? 0;
    }
  }
  return { width, height, rgba: new Uint8ClampedArray(to.buffer) };
}
