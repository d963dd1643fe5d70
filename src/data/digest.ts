/** Digests that tell whether two people hold the same images. */
import type { NamedBlob } from './file-tree';
import { byCodePoint, isClutter } from './names';
import { Sha256 } from './sha256';

/** Beyond this a Blob is hashed in pieces, so that it never lies in memory as a whole. */
const PIECE = 32 * 2 ** 20;

/** SHA-256 of a Blob's bytes, as `sha256sum` prints it, in bounded memory. */
export async function digestBlob(blob: Blob, signal?: AbortSignal): Promise<string> {
  // Not on pages served over plain http, whatever the types say.
  const subtle = (globalThis.crypto as Partial<Crypto> | undefined)?.subtle;
  if (subtle !== undefined && blob.size <= PIECE) {
    const digest = await subtle.digest('SHA-256', await blob.arrayBuffer());
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
  }
  const hash = new Sha256();
  for (let at = 0; at < blob.size; at += PIECE) {
    signal?.throwIfAborted();
    hash.update(new Uint8Array(await blob.slice(at, at + PIECE).arrayBuffer()));
  }
  return hash.hex();
}

/**
 * Digest of a source: of the one file, or, for a folder, of its manifest: a line `<sha256>  <path>` for each file,
 * sorted by path (what `sha256sum` prints), without what systems leave behind.
 */
export async function digestSource(blobs: readonly NamedBlob[], signal?: AbortSignal): Promise<string> {
  const [only] = blobs;
  if (blobs.length === 1 && only !== undefined) return digestBlob(only.file, signal);
  const manifest = new Sha256();
  const encoder = new TextEncoder();
  const listed = blobs.filter(({ name }) => !isClutter(name));
  for (const { name, file } of listed.sort((a, b) => byCodePoint(a.name, b.name))) {
    signal?.throwIfAborted();
    manifest.update(encoder.encode(`${await digestBlob(file)}  ${name}\n`));
  }
  return manifest.hex();
}
