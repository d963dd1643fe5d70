/** Digests that tell whether two people hold the same images. */
import type { NamedBlob } from './file-tree';
import { byCodePoint } from './names';
import { Sha256 } from './sha256';

/** Beyond this a Blob is hashed in pieces, so that it never lies in memory as a whole. */
const PIECE = 32 * 2 ** 20;

/** SHA-256 of a Blob's bytes, as `sha256sum` prints it, in bounded memory. */
export async function digestBlob(blob: Blob): Promise<string> {
  // Not on pages served over plain http, whatever the types say.
  const subtle = (globalThis.crypto as Partial<Crypto> | undefined)?.subtle;
  if (subtle !== undefined && blob.size <= PIECE) {
    const digest = await subtle.digest('SHA-256', await blob.arrayBuffer());
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
  }
  const hash = new Sha256();
  for (let at = 0; at < blob.size; at += PIECE) hash.update(new Uint8Array(await blob.slice(at, at + PIECE).arrayBuffer()));
  return hash.hex();
}

/**
 * Digest of a source: of the one file, or, for a folder, of its manifest: a line `<sha256>  <path>` for each file,
 * sorted by path (what `sha256sum` prints).
 */
export async function digestSource(blobs: readonly NamedBlob[]): Promise<string> {
  const [only] = blobs;
  if (blobs.length === 1 && only !== undefined) return digestBlob(only.file);
  const manifest = new Sha256();
  const encoder = new TextEncoder();
  for (const { name, file } of [...blobs].sort((a, b) => byCodePoint(a.name, b.name))) {
    manifest.update(encoder.encode(`${await digestBlob(file)}  ${name}\n`));
  }
  return manifest.hex();
}
