/** A host in a browser: files by fetch, images by the browser's decoders. */
import { loadImages } from '../data/dataset';
import { decodeChecked, type DecodeImage } from '../data/decode';
import { resizeAndCenterCrop } from '../data/resize';
import { decodeInBrowser } from '../data/decode-browser';
import type { Scratch } from '../data/scratch';
import { openScratch } from '../data/scratch-browser';
import { listImages, type OpenedListing } from '../data/source';
import { createHost } from './host';
import type { HostParts } from './host-parts';
import { opfsCalibrations } from './calibrations';
import { createHub } from './hub/hub';
import { MissingFileError, recognise } from './own-images';
import { memoryFiles } from './hub/kept-files';
import { opfsFiles } from './hub/opfs';
import { browserRunFiles } from './runs/run-files';
import { sealing, startStateWriter, writtenAside } from './runs/state-writer';
import { createSources } from './sources';
import type { LabHost } from './api';

const FIRST_SIDE = 40;

function firstPicture(name: string, rgb: Uint8Array, size: number) {
  const side = Math.min(size, FIRST_SIDE);
  return { name, side, pixels: resizeAndCenterCrop({ width: size, height: size, rgb }, side, 'bilinear').rgb };
}

/** What links meant by names whose encoding nothing told, before it was found out: each image is still called so. */
const BEFORE_DETECTION = 'windows-1252';

/** Lists a stream's files and decodes what the experiment asks for. */
export function imageReader(decode: DecodeImage, openScratch: () => Promise<Scratch>): HostParts['readImages'] {
  const read = readerOnce(decode, openScratch);
  return async (files, experiment, imageSize, onProgress, signal) => {
    const { stream } = experiment;
    let guessed = false;
    try {
      return await read(files, experiment, imageSize, onProgress, signal, (listing) => {
        guessed = stream.nameEncoding === undefined && listing.understood.some(({ choice }) => choice?.field === 'nameEncoding');
      });
    } catch (error) {
      if (!guessed || !(error instanceof MissingFileError)) throw error;
      const asBefore = { ...experiment, stream: { ...stream, nameEncoding: BEFORE_DETECTION } as const };
      return await read(files, asBefore, imageSize, onProgress, signal);
    }
  };
}

type ReadOnce = (
  ...given: [...Parameters<HostParts['readImages']>, onListing?: (listing: OpenedListing) => void]
) => ReturnType<HostParts['readImages']>;

const readerOnce =
  (decode: DecodeImage, openScratch: () => Promise<Scratch>): ReadOnce =>
  async (files, experiment, imageSize, onProgress, signal, onListing) => {
    const { stream, seed } = experiment;
    const scratch = await openScratch();
    let now = { done: 0, total: 0 };
    const listing = await listImages(
      files.files,
      { ...stream, seed, title: files.title },
      { scratch, signal, onProgress: (done, total) => onProgress({ stage: 'read', done, total }) },
    );
    onListing?.(listing);
    const { size, digest } = listing.manifest;
    const check = stream.from.source === 'file' ? recognise(stream.from, files.files, size, signal) : null;
    try {
      await check?.atOnce();
      const images = await loadImages(listing, decode, {
        ...stream,
        imageSize,
        sha256: async () => {
          const found = files.sha256 ?? (await digest((done, total) => onProgress({ stage: 'check', done, total }), signal));
          await check?.byDigest(found);
          return found;
        },
        scratch,
        signal,
        onProgress: (done, total) => {
          now = { done, total };
          onProgress({ stage: 'decode', ...now });
        },
        onFirst: (name, rgb) => onProgress({ stage: 'decode', ...now, first: firstPicture(name, rgb, imageSize) }),
      });
      return { images, manifest: size };
    } finally {
      await listing.discard?.();
    }
  };

/** Opened once: what it keeps outlives the page. */
const openHub = once(async () => createHub((await opfsFiles()) ?? memoryFiles()));

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
}

/** `base`: the address that the site's own files are relative to. */
export function browserHost(base: string, parts: Pick<HostParts, 'openDevice' | 'linalg' | 'layers'>): LabHost {
  let scratch: Promise<Scratch> | null = null;
  const runFiles = browserRunFiles();
  return createHost({
    ...parts,
    sources: createSources(base, openHub),
    openHub,
    readImages: imageReader(decodeInBrowser, () => (scratch ??= openScratch())),
    decode: (bytes) => decodeChecked(bytes, decodeInBrowser),
    calibrations: opfsCalibrations(),
    runFiles,
    writeState: writtenAside(startStateWriter, sealing(runFiles)),
  });
}
