/** The size that an AVIF picture declares: of its largest image, in the boxes of ISO base media files. */

const text = (bytes: Uint8Array, at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));

/** Boxes that hold the sizes, and the bytes of theirs before the boxes inside. */
const INSIDE: Readonly<Record<string, number>> = { meta: 4, iprp: 0, ipco: 0 };

/** The brand of a file of ISO base media, such as "avif" or "heic"; null where it is none. */
export const brandOf = (bytes: Uint8Array): string | null => (bytes.length >= 12 && text(bytes, 4) === 'ftyp' ? text(bytes, 8) : null);

/** Null where no size is declared within the bytes. */
export function avifSize(bytes: Uint8Array): { readonly width: number; readonly height: number } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let best: { width: number; height: number } | null = null;
  const walk = (from: number, to: number) => {
    for (let at = from; at + 8 <= to;) {
      const size = view.getUint32(at);
      const end = size === 0 ? to : at + size;
      if (end > to || end < at + 8) return;
      const kind = text(bytes, at + 4);
      const skipped = Object.hasOwn(INSIDE, kind) ? INSIDE[kind] : undefined;
      if (skipped !== undefined) walk(at + 8 + skipped, end);
      if (kind === 'ispe' && end >= at + 20) {
        const [width, height] = [view.getUint32(at + 12), view.getUint32(at + 16)];
        if (best === null || width * height > best.width * best.height) best = { width, height };
      }
      at = end;
    }
  };
  walk(0, bytes.length);
  return best;
}
