/** Digests that tell whether two people hold the same images. */
import type { NamedBlob } from './file-tree';
import { byCodePoint, isClutter } from './names';
import { Sha256 } from './sha256';

/** Beyond this a Blob is hashed in pieces, so that it never lies in memory as a whole. */
const PIECE = 32 * 2 ** 20;

/** Up to here the browser's own digest takes longer to ask than ours to compute. */
const SMALL = 4096;

const hexOf = (digest: ArrayBuffer) => Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** The browser's own; not on pages served over plain http, whatever the types say. */
const nativeDigest = () => (globalThis.crypto as Partial<Crypto> | undefined)?.subtle;

/** SHA-256 of bytes, as `sha256sum` prints it. */
export async function digestBytes(bytes: Uint8Array): Promise<string> {
  const subtle = nativeDigest();
  if (subtle === undefined || bytes.length <= SMALL) return new Sha256().update(bytes).hex();
  // The library's types want to be told that no shared memory is meant.
  return hexOf(await subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
}

/** SHA-256 of a Blob's bytes, as `sha256sum` prints it, in bounded memory. */
export async function digestBlob(blob: Blob, signal?: AbortSignal): Promise<string> {
  if (nativeDigest() !== undefined && blob.size <= PIECE) return digestBytes(new Uint8Array(await blob.arrayBuffer()));
  const hash = new Sha256();
  for (let at = 0; at < blob.size; at += PIECE) {
    signal?.throwIfAborted();
    hash.update(new Uint8Array(await blob.slice(at, at + PIECE).arrayBuffer()));
  }
  return hash.hex();
}

/**
 * Digest of files as they were given: of the one file, or a line `<sha256>  <path>` for each, sorted by path, without
 * what systems leave behind. Links to own images carried it before they carried the digest of the manifest.
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
