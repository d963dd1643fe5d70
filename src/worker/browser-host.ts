/** A host in a browser: files by fetch, images by the browser's decoders. */
import type { DeviceKind } from '../compute/backbone';
import { loadImages } from '../data/dataset';
import { decodeChecked, type DecodeImage } from '../data/decode';
import { decodeInBrowser } from '../data/decode-browser';
import type { Scratch } from '../data/scratch';
import { openScratch } from '../data/scratch-browser';
import { listImages } from '../data/source';
import { createHost, type HostParts } from './host';
import { createSources } from './sources';
import type { LabHost } from './api';

/** WebAssembly addresses 4 GiB; half of it is what one heap reliably grows to. Of a GPU nobody tells how much is free. */
function availableMemory(kind: DeviceKind): number | null {
  return kind === 'wasm' ? 2 * 2 ** 30 : null;
}

/** Lists a stream's files and decodes what the experiment asks for. */
export const imageReader =
  (decode: DecodeImage, openScratch: () => Promise<Scratch>): HostParts['readImages'] =>
  async (files, experiment, imageSize, onProgress, signal) => {
    const { stream, seed } = experiment;
    const scratch = await openScratch();
    const listing = await listImages(
      files.files,
      { ...stream, seed, title: files.title },
      { scratch, signal, onProgress: (done, total) => onProgress({ stage: 'read', done, total }) },
    );
    try {
      return await loadImages(listing, decode, {
        ...stream,
        imageSize,
        sha256: files.sha256,
        scratch,
        signal,
        onProgress: (done, total) => onProgress({ stage: 'decode', done, total }),
      });
    } finally {
      await listing.discard?.();
    }
  };

/** `base`: the address that the site's own files are relative to. */
export function browserHost(base: string, parts: Pick<HostParts, 'openDevice' | 'linalg'>): LabHost {
  let scratch: Promise<Scratch> | null = null;
  return createHost({
    ...parts,
    sources: createSources(base),
    readImages: imageReader(decodeInBrowser, () => (scratch ??= openScratch())),
    decode: (bytes) => decodeChecked(bytes, decodeInBrowser),
    availableMemory,
  });
}
