/** Models by their Hugging Face id: which files make one up, fetched once and kept. */
import * as v from 'valibot';
import { isShardIndex, shardNames } from '../../vit/shards';
import { DownloadError, type OnProgress } from '../download';
import type { KeptFiles } from './kept-files';
import { fetchInto, patientFetch, type TransferTools, type WantedFile } from './transfer';

export const HUB = 'https://huggingface.co';
const LISTING = 'listing.json';

const listingSchema = v.array(
  v.object({
    type: v.optional(v.string(), 'file'),
    path: v.string(),
    size: v.pipe(v.number(), v.integer(), v.minValue(0)),
    lfs: v.optional(v.object({ oid: v.string(), size: v.pipe(v.number(), v.integer(), v.minValue(0)) })),
  }),
);
const keptSchema = v.array(v.object({ path: v.string(), size: v.number(), sha256: v.nullable(v.string()) }));

export interface HubFile {
  readonly name: string;
  readonly file: Blob;
}

export interface HubSource {
  readonly id: string;
  readonly revision?: string | undefined;
}

export interface Hub {
  /** The model's weights (first), parts, index and configurations. Throws DownloadError. */
  fetch(source: HubSource, onProgress: OnProgress): Promise<readonly HubFile[]>;
  kept(): ReturnType<KeptFiles['list']>;
  /** Deletes a kept model by the name that `kept` gives it. */
  forget(name: string): Promise<void>;
}

/** "owner/name" or "name", as the hub allows them. */
export const isHubId = (id: string): boolean => /^[\w.-]{1,96}(\/[\w.-]{1,96})?$/.test(id) && !/(^|\/)\.|\.\./.test(id);

const CONFIGS = ['config.json', 'preprocessor_config.json'];
/** In order of preference. */
const WEIGHTS = [
  /^model\.safetensors$/,
  /^model\.safetensors\.index\.json$/,
  /^pytorch_model\.bin$/,
  /^pytorch_model\.bin\.index\.json$/,
  /^[^/]+\.safetensors$/,
  /^[^/]+\.npz$/,
  /^[^/]+\.(pth|pt|bin)$/,
];

/** The file that holds the weights, or the index of its parts. Throws DownloadError saying what is there instead. */
export function chooseWeights(files: readonly WantedFile[], id: string): WantedFile {
  for (const pattern of WEIGHTS) {
    const found = files.find(({ path }) => pattern.test(path));
    if (found) return found;
  }
  const some = files.slice(0, 8).map(({ path }) => path);
  throw new DownloadError(
    `"${id}" holds no weights that are read here (.safetensors, .bin, .pth, .npz). It holds: ${some.join(', ') || 'nothing'}.`,
  );
}

const defaults: TransferTools = {
  fetch: (...args) => fetch(...args),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  stallMs: 30_000,
};

export function createHub(files: KeptFiles, hub = HUB, tools: TransferTools = defaults): Hub {
  const nameOf = ({ id, revision }: HubSource): string => (revision === undefined ? id : `${id}@${revision}`);

  async function keptCompletely(model: string): Promise<HubFile[] | null> {
    const listing = await files.read(model, LISTING);
    if (listing === null) return null;
    const parsed = v.safeParse(keptSchema, JSON.parse(await listing.text()));
    if (!parsed.success) return null;
    const found: HubFile[] = [];
    for (const { path, size } of parsed.output) {
      const file = await files.read(model, path);
      if (file?.size !== size) return null;
      found.push({ name: path, file });
    }
    return found;
  }

  async function listOf({ id, revision = 'main' }: HubSource): Promise<WantedFile[]> {
    const url = `${hub}/api/models/${id}/tree/${encodeURIComponent(revision)}`;
    const response = await patientFetch(url, {}, tools);
    const parsed = v.safeParse(listingSchema, await response.json().catch(() => null));
    if (!parsed.success) throw new DownloadError(`${url} did not answer with a list of files. Check the name, then try again.`);
    return parsed.output
      .filter(({ type }) => type === 'file')
      .map(({ path, size, lfs }) => ({ path, size: lfs?.size ?? size, sha256: lfs?.oid ?? null }));
  }

  return {
    async fetch(source, onProgress) {
      const { id, revision = 'main' } = source;
      if (!isHubId(id)) throw new DownloadError(`"${id}" is no name on the hub. It looks like google/vit-base-patch16-224.`);
      const model = nameOf(source);
      const kept = await keptCompletely(model).catch(() => null);
      if (kept) return kept;
      const listed = await listOf(source);
      const weights = chooseWeights(listed, id);
      const configs = listed.filter(({ path }) => CONFIGS.includes(path));
      const bring = async (wanted: WantedFile, before: number, total: number): Promise<HubFile> => {
        const url = `${hub}/${id}/resolve/${encodeURIComponent(revision)}/${wanted.path.split('/').map(encodeURIComponent).join('/')}`;
        const read = () => files.read(model, wanted.path);
        await fetchInto(
          url,
          wanted,
          () => files.open(model, wanted.path),
          read,
          tools,
          (done) => onProgress({ stage: 'download', done: before + done, total }),
        );
        const file = await read();
        if (!file) throw new DownloadError(`${wanted.path} could not be kept: the disk may be full. Free some space, then try again.`);
        return { name: wanted.path, file };
      };
      const wanted = [weights];
      if (isShardIndex(weights.path)) {
        const { file } = await bring(weights, 0, weights.size);
        const parts = new Set(shardNames(await file.text()));
        wanted.unshift(...listed.filter(({ path }) => parts.has(path)));
      }
      wanted.push(...configs);
      const total = wanted.reduce((sum, { size }) => sum + size, 0);
      const found: HubFile[] = [];
      let before = 0;
      for (const each of wanted) {
        found.push(await bring(each, before, total));
        before += each.size;
      }
      const listing = await files.open(model, LISTING);
      listing.truncate(0);
      listing.write(0, new TextEncoder().encode(JSON.stringify(wanted)));
      listing.close();
      return found;
    },
    kept: () => files.list(),
    forget: (name) => files.remove(name),
  };
}
