import { said, type Sentence } from '../common/said';
import { avifSize, brandOf } from './avif-header';
import { pnmHeader } from './decode-pnm';

/** Type and declared size of an encoded image, from its first bytes alone: asked before any decoder sees it. */
export interface ImageHeader {
  readonly mime: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/bmp' | 'image/webp' | 'image/avif' | 'image/x-portable-anymap';
  readonly width: number;
  readonly height: number;
}

const text = (bytes: Uint8Array, from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));

function png(bytes: Uint8Array, view: DataView): ImageHeader | null {
  if (bytes.length < 24 || text(bytes, 12, 16) !== 'IHDR') return null;
  return { mime: 'image/png', width: view.getUint32(16), height: view.getUint32(20) };
}

/** Walks the segments up to the frame header (SOF0 .. SOF15 without DHT, JPG and DAC). */
function jpeg(bytes: Uint8Array, view: DataView): ImageHeader | null {
  let at = 2;
  while (at + 9 <= bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const frame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (frame) return { mime: 'image/jpeg', height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    const standalone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    at += standalone ? 2 : 2 + view.getUint16(at + 2);
  }
  return null;
}

function webp(bytes: Uint8Array, view: DataView): ImageHeader | null {
  if (bytes.length < 30) return null;
  const mime = 'image/webp';
  switch (text(bytes, 12, 16)) {
    case 'VP8 ':
      return { mime, width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { mime, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return {
        mime,
        width: 1 + (view.getUint16(24, true) | ((bytes[26] ?? 0) << 16)),
        height: 1 + (view.getUint16(27, true) | ((bytes[29] ?? 0) << 16)),
      };
    default:
      return null;
  }
}

/** OS/2's header has 16 bits for each side. */
function bmp(view: DataView): ImageHeader {
  const mime = 'image/bmp';
  if (view.getUint32(14, true) === 12) return { mime, width: view.getUint16(18, true), height: view.getUint16(20, true) };
  return { mime, width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
}

function avif(bytes: Uint8Array): ImageHeader | null {
  const size = avifSize(bytes);
  return size === null ? null : { mime: 'image/avif', ...size };
}

function pnm(bytes: Uint8Array): ImageHeader | null {
  const header = pnmHeader(bytes);
  return header === null ? null : { mime: 'image/x-portable-anymap', width: header.width, height: header.height };
}

/** What is no image that is read, by its first bytes; null where they say nothing. */
export function otherFormat(bytes: Uint8Array): Sentence | null {
  const start = text(bytes, 0, 24);
  if (/^(II\*\0|MM\0\*)/.test(start)) return said`it is a TIFF picture, which browsers do not read: save it as PNG`;
  if (/^(hei[cfsx]|hev[cx]|mif1|msf1)$/.test(brandOf(bytes) ?? ''))
    return said`it is a HEIC picture, which browsers do not read: save it as JPEG`;
  if (start.startsWith('version https://git-lfs'))
    return said`it is a pointer of Git LFS, not the picture: fetch the files with "git lfs pull"`;
  if (/^\s*<(!doctype|html)/i.test(start)) return said`it is a web page, not a picture: the download failed`;
  if (/^\s*<(svg|\?xml)/i.test(start)) return said`it is a drawing (SVG), which has no pixels: save it as PNG`;
  return null;
}

/** The header, or null where the bytes are none of the formats or end before their size. */
export function readImageHeader(bytes: Uint8Array): ImageHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12) return null;
  if (view.getUint32(0) === 0x89504e47) return png(bytes, view);
  if (view.getUint16(0) === 0xffd8) return jpeg(bytes, view);
  if (text(bytes, 0, 4) === 'GIF8') return { mime: 'image/gif', width: view.getUint16(6, true), height: view.getUint16(8, true) };
  if (text(bytes, 0, 2) === 'BM' && bytes.length >= 26) {
    return bmp(view);
  }
  if (text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 12) === 'WEBP') return webp(bytes, view);
  if (/^(avif|avis)$/.test(brandOf(bytes) ?? '')) return avif(bytes);
  return pnm(bytes);
}
