/** A decoded image: rgba [height, width, 4], not premultiplied, upright (EXIF orientation applied). */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray;
}

/** Decodes the bytes of one PNG, JPEG, WebP, GIF (first frame) or BMP. Rejects where they cannot be decoded. */
export type DecodeImage = (bytes: Uint8Array, mime: string) => Promise<RgbaImage>;

/** A decoded image without alpha: rgb [height, width, 3]. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

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
