/** Image data sets of the Hugging Face hub: its Parquet files, which exist for every data set that the hub can show. */
import { formatBytes } from '../common/bytes';
import * as v from 'valibot';
import type { NamedBlob } from '../data/file-tree';
import { DownloadError, downloadJson, fetchOk, type OnProgress } from './download';

const INDEX = 'https://datasets-server.huggingface.co/parquet';

const listing = v.object({
  parquet_files: v.array(v.object({ config: v.string(), split: v.string(), url: v.string(), filename: v.string(), size: v.number() })),
});

/** Larger sets do not fit a tab's patience; they can be had file by file. */
const MAX_BYTES = 4e9;
const SPLITS = /^(train|test|validation|valid|val)/i;

export interface HubDataset {
  readonly id: string;
  /** One of the configurations of the data set; absent: "default", or the first one. */
  readonly config?: string | undefined;
}

/** Pieces of this size go into a Blob, which the browser keeps on disk, as they arrive. */
const PIECE = 16 * 2 ** 20;

async function downloadBlob(url: string, size: number, onBytes: (done: number) => void, signal?: AbortSignal): Promise<Blob> {
  const reader = (await fetchOk(new URL(url), signal)).body?.getReader();
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
      const reason = error instanceof Error ? error.message : String(error);
      throw new DownloadError(`The download of ${url} broke off after ${done} of ${size} bytes (${reason}). Try again.`);
    });
    if (next === undefined || next.done) break;
    waiting.push(next.value);
    held += next.value.length;
    done += next.value.length;
    onBytes(done);
    if (held > PIECE) settle();
  }
  settle();
  if (done !== size) throw new DownloadError(`The download of ${url} ended after ${done} of ${size} bytes. Try again.`);
  return new Blob(pieces);
}

/**
 * Downloads the files of the train, test and validation splits. Throws DownloadError where the data set is unknown,
 * private, too large, or has no such configuration.
 */
export async function fetchHubDataset({ id, config }: HubDataset, onProgress: OnProgress, signal?: AbortSignal): Promise<NamedBlob[]> {
  const index = new URL(INDEX);
  index.searchParams.set('dataset', id);
  const parsed = v.safeParse(listing, await downloadJson(index, signal));
  if (!parsed.success)
    throw new DownloadError(
      `Hugging Face answered for "${id}" in a way that is not understood. Try again later, or download its Parquet files and drop them.`,
    );
  const all = parsed.output.parquet_files;
  const configs = [...new Set(all.map((file) => file.config))];
  const chosen = config ?? configs.find((name) => name === 'default') ?? configs[0];
  if (chosen === undefined || !configs.includes(chosen)) {
    throw new DownloadError(`The data set "${id}" has no configuration "${config ?? ''}". It has: ${configs.slice(0, 8).join(', ')}.`);
  }
  const files = all.filter((file) => file.config === chosen && SPLITS.test(file.split));
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (files.length === 0)
    throw new DownloadError(
      `The data set "${id}" has no train, test or validation split. It has: ${[...new Set(all.map(({ split }) => split))].slice(0, 8).join(', ')}.`,
    );
  if (total > MAX_BYTES) {
    throw new DownloadError(
      `The data set "${id}" takes ${formatBytes(total)}; at most ${formatBytes(MAX_BYTES)} are fetched. Download some of its Parquet files and drop them.`,
    );
  }
  const fetched: NamedBlob[] = [];
  let before = 0;
  for (const { url, split, filename, size } of files) {
    const start = before;
    const file = await downloadBlob(url, size, (done) => onProgress({ stage: 'download', done: start + done, total }), signal);
    fetched.push({ name: `${id.replace('/', '--')}/${split}-${filename}`, file });
    before += size;
  }
  return fetched;
}
