/** Pictures as bytes. */

/** A decoded image: rgba [height, width, 4], not premultiplied, upright (EXIF orientation applied). */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray;
}

/** A decoded image without alpha: rgb [height, width, 3]. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}
