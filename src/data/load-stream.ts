/** The whole way from dropped files to a stream of tasks, for callers that do not need its stages. */
import { loadImages } from './dataset';
import type { DecodeImage } from './decode';
import type { NamedBlob } from './file-tree';
import type { LabelledImages } from './labelled-images';
import type { ResizeFilter } from './resize';
import { listImages } from './source';
import type { Answers } from './understood';
import { splitTasks, type SplitOptions, type SplitStream } from './tasks';

/** The experiment's `stream` (structurally), its seed, and the side of the model's input. */
export interface StreamRequest extends SplitOptions, Answers {
  readonly imageSize: number;
  readonly resize: ResizeFilter;
  readonly testFraction: number;
  readonly outerFolder?: 'auto' | 'group' | 'domain' | undefined;
}

export interface LoadedStream {
  readonly images: LabelledImages;
  readonly stream: SplitStream;
}

/**
 * Lists, decodes and splits. `maxTasks` limits the stream, not what is read, so that `splitTasks(images, …)` can give a
 * longer stream later without reading again. Throws DataError with the field or file at fault.
 */
export async function loadStream(
  files: readonly NamedBlob[],
  decode: DecodeImage,
  request: StreamRequest,
  progress: { readonly onProgress?: (done: number, total: number) => void; readonly signal?: AbortSignal } = {},
): Promise<LoadedStream> {
  const listing = await listImages(files, request, progress.signal === undefined ? {} : { signal: progress.signal });
  try {
    progress.signal?.throwIfAborted();
    const sha256 = () => listing.manifest.digest(undefined, progress.signal);
    const images = await loadImages(listing, decode, { ...request, ...progress, sha256 });
    return { images, stream: splitTasks(images, request) };
  } finally {
    await listing.discard?.();
  }
}
