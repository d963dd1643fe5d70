/** UTF-16 units in the order of the code points that they stand for: surrogates, of those beyond U+FFFF, come last. */
const place = (unit: number) => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);

/** Orders strings by code point, as Python's sorted() does (JavaScript's own order is by UTF-16 unit). */
export function byCodePoint(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = place(a.charCodeAt(i)) - place(b.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/**
 * A path from a stranger's archive made safe: forward slashes, NFC, no drive, no empty or `.` parts.
 * Null where a part climbs out (`..`), the path is absolute, or it holds a NUL.
 */
export function cleanPath(raw: string): string | null {
  const path = raw.replaceAll('\\', '/').normalize('NFC');
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path) || path.includes('\0')) return null;
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.length === 0 || parts.includes('..') ? null : parts.join('/');
}

/** Files that systems leave behind: `__MACOSX/…`, `.DS_Store`, anything hidden, `Thumbs.db`, `desktop.ini`. */
export function isClutter(path: string): boolean {
  const parts = path.split('/');
  return parts.some((part) => part.startsWith('.') || part === '__MACOSX') || /^(thumbs\.db|desktop\.ini)$/i.test(parts.at(-1) ?? '');
}
