/** Image data sets of the Hugging Face hub: as Parquet, which the hub makes of every data set that it can show, else as their own files. */
import { said } from '../common/said';
import { formatBytes } from '../common/bytes';
import * as v from 'valibot';
import type { NamedBlob } from '../data/file-tree';
import type { HubHost } from '../session/experiment';
import { DownloadError, downloadJson, type OnProgress } from './download';
import { downloadMany, type RemoteFile } from './download-many';
import { chooseFiles, repositoryFiles } from './hub/dataset-files';
import { addressOf, MIRROR } from './hub/hosts';

const INDEX = 'https://datasets-server.huggingface.co/parquet';
/** The branch that the hub keeps its Parquet files in; mirrors have it, but no index of it. */
const PARQUET = 'refs/convert/parquet';

const parquetFile = v.object({ config: v.string(), split: v.string(), url: v.string(), filename: v.string(), size: v.number() });
const listing = v.object({ parquet_files: v.array(parquetFile) });
type ParquetFile = v.InferOutput<typeof parquetFile>;

/** Larger sets do not fit a tab's patience; they can be had file by file. */
const MAX_BYTES = 4e9;
const SPLITS = /^(train|test|validation|valid|val)/i;

export interface HubDataset {
  readonly id: string;
  /** One of the configurations of the data set; absent: "default", or the first one. */
  readonly config?: string | undefined;
  readonly host?: HubHost | undefined;
}

async function parquetFiles({ id, host }: HubDataset, signal?: AbortSignal): Promise<readonly ParquetFile[]> {
  if (host === MIRROR) {
    const files = await repositoryFiles(addressOf(host), id, PARQUET, signal);
    return files.flatMap(({ path, size, url }) => {
      const [config, split, filename] = path.split('/');
      return config === undefined || split === undefined || filename === undefined
        ? []
        : [{ config, split, filename, size, url: url.href }];
    });
  }
  const index = new URL(INDEX);
  index.searchParams.set('dataset', id);
  const parsed = v.safeParse(listing, await downloadJson(index, signal));
  if (parsed.success) return parsed.output.parquet_files;
  throw new DownloadError(
    said`Hugging Face answered for "${id}" in a way that is not understood. Try again later, or download its Parquet files and drop them.`,
  );
}

/** Throws DownloadError where there is no such configuration, or no split that is known. */
function chooseParquet(all: readonly ParquetFile[], { id, config }: HubDataset): RemoteFile[] {
  const configs = [...new Set(all.map((file) => file.config))];
  const chosen = config ?? configs.find((name) => name === 'default') ?? configs[0];
  if (chosen === undefined || !configs.includes(chosen)) {
    throw new DownloadError(said`The data set "${id}" has no configuration "${config ?? ''}". It has: ${configs.slice(0, 8).join(', ')}.`);
  }
  const files = all.filter((file) => file.config === chosen && SPLITS.test(file.split));
  if (files.length === 0)
    throw new DownloadError(
      said`The data set "${id}" has no train, test or validation split. It has: ${[...new Set(all.map(({ split }) => split))].slice(0, 8).join(', ')}.`,
    );
  return files.map(({ split, filename, url, size }) => ({ name: `${split}-${filename}`, url: new URL(url), size }));
}

/** Parquet where the hub has made some, else what its owner put there. */
async function filesOf(dataset: HubDataset, signal?: AbortSignal): Promise<RemoteFile[]> {
  const { id, host } = dataset;
  const parquet = await parquetFiles(dataset, signal).catch((error: unknown) => {
    // Of a set that it cannot show, or that is not there at all; the repository tells which.
    if (error instanceof DownloadError && error.status !== undefined) return [];
    throw error;
  });
  if (parquet.length > 0) return chooseParquet(parquet, dataset);
  const files = chooseFiles(await repositoryFiles(addressOf(host), id, 'main', signal), id);
  return files.map(({ path, url, size }) => ({ name: path, url, size }));
}

/**
 * Downloads the files of the train, test and validation splits. Throws DownloadError where the data set is unknown,
 * private, too large, or has no such configuration.
 */
export async function fetchHubDataset(dataset: HubDataset, onProgress: OnProgress, signal?: AbortSignal): Promise<NamedBlob[]> {
  const { id } = dataset;
  const files = await filesOf(dataset, signal);
  const total = files.reduce((sum, { size = 0 }) => sum + size, 0);
  if (total > MAX_BYTES) {
    throw new DownloadError(
      said`The data set "${id}" takes ${formatBytes(total)}; at most ${formatBytes(MAX_BYTES)} are fetched. Download some of its files and drop them.`,
    );
  }
  const folder = id.replace('/', '--');
  return downloadMany(
    files.map((file) => ({ ...file, name: `${folder}/${file.name}` })),
    onProgress,
    { signal },
  );
}
