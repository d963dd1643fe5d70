/** Many files into Blobs, which the browser keeps on disk, a few at a time. */
import { said, reasonOf } from '../common/said';
import type { NamedBlob } from '../data/file-tree';
import { DownloadError, fetchOk, type OnProgress } from './download';

export interface RemoteFile {
  readonly name: string;
  readonly url: URL;
  /** Bytes; undefined where nobody told. */
  readonly size?: number;
}

/** Pieces of this size go into a Blob as they arrive. */
const PIECE = 16 * 2 ** 20;
const LANES = 6;

async function downloadBlob({ url, size }: RemoteFile, onBytes: (more: number) => void, signal?: AbortSignal): Promise<Blob> {
  const reader = (await fetchOk(url, signal)).body?.getReader();
  const pieces: Blob[] = [];
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let held = 0;
  let done = 0;
  const settle = () => {
    pieces.push(new Blob(waiting));
    waiting = [];
    held = 0;
  };

  for (;;) {
    const next = await reader?.read().catch((error: unknown) => {
      signal?.throwIfAborted();
      throw new DownloadError(
        said`The download of ${url.href} broke off after ${size === undefined ? done : said`${done} of ${size}`} bytes (${reasonOf(error)}). Try again.`,
      );
    });
    if (next === undefined || next.done) break;
    waiting.push(next.value);
    held += next.value.length;
    done += next.value.length;
    onBytes(next.value.length);
    if (held > PIECE) settle();
  }
  settle();
  if (size !== undefined && done !== size)
    throw new DownloadError(said`The download of ${url.href} ended after ${done} of ${size} bytes. Try again.`);
  return new Blob(pieces);
}

/** In the order of the list. `most`: bytes of all of them where sizes are not told. Throws DownloadError. */
export async function downloadMany(
  files: readonly RemoteFile[],
  onProgress: OnProgress,
  { signal, most = Infinity }: { readonly signal?: AbortSignal | undefined; readonly most?: number } = {},
): Promise<NamedBlob[]> {
  const total = files.reduce((sum, { size = NaN }) => sum + size, 0) || 0;
  const blobs: NamedBlob[] = [];
  let done = 0;
  let next = 0;
  const lane = async () => {
    for (let i = next++; i < files.length; i = next++) {
      signal?.throwIfAborted();
      const file = files[i];
      if (file === undefined) return;
      const blob = await downloadBlob(
        file,
        (more) => {
          done += more;
          if (done > most)
            throw new DownloadError(said`The files take more than ${(most / 2 ** 30).toFixed(0)} GB. Download some of them and drop them.`);
          onProgress({ stage: 'download', done, total });
        },
        signal,
      );
      blobs[i] = { name: file.name, file: blob };
    }
  };
  await Promise.all(Array.from({ length: Math.min(LANES, files.length) }, lane));
  return blobs;
}
