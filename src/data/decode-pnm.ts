/** Portable pixmaps and greymaps (P5 and P6), as GTSRB and others have them; browsers do not read them. */
import { said } from '../common/said';
import { DataError } from './errors';
import type { RgbImage } from './rgb-image';

export interface PnmHeader {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Number of white, up to 65,535. */
  readonly white: number;
  /** First byte of the pixels. */
  readonly from: number;
}

/** A header longer than this is none; comments lie in it. */
const MAX_HEADER = 4096;

/** Null where the bytes are none of the two. */
export function pnmHeader(bytes: Uint8Array): PnmHeader | null {
  const kind = bytes[0] === 0x50 ? bytes[1] : undefined;
  if (kind !== 0x35 && kind !== 0x36) return null;
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, MAX_HEADER));
  const found = /^P[56](?:\s|#[^\n]*\n)+(\d{1,9})(?:\s|#[^\n]*\n)+(\d{1,9})(?:\s|#[^\n]*\n)+(\d{1,5})\s/.exec(head);
  const [all = '', width = '', height = '', white = ''] = found ?? [];
  if (found === null) return null;
  return { width: Number(width), height: Number(height), channels: kind === 0x36 ? 3 : 1, white: Number(white), from: all.length };
}

/** Throws DataError where it is cut off. Its size has been checked. */
export function decodePnm(bytes: Uint8Array): RgbImage {
  const header = pnmHeader(bytes);
  if (header === null || header.white < 1 || header.white > 65_535) throw new DataError(said`its PNM header is damaged`);
  const { width, height, channels, white, from } = header;
  const size = white > 255 ? 2 : 1;
  if (from + width * height * channels * size > bytes.length) throw new DataError(said`its PNM data breaks off`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < rgb.length; i++) {
    const at = from + size * (channels === 3 ? i : Math.floor(i / 3));
    const value = size === 2 ? view.getUint16(at) : view.getUint8(at);
    rgb[i] = Math.min(255, Math.round((255 * value) / white));
  }
  return { width, height, rgb };
}
