/** Models by their Hugging Face id: which files make one up, fetched once and kept. */
import { said, listed } from '../../common/said';
import { formatBytes } from '../../common/bytes';
import * as v from 'valibot';
import { isShardIndex, shardNames } from '../../vit/shards';
import type { HubHost } from '../../session/experiment';
import { DownloadError, type OnProgress } from '../download';
import { addressOf, HUB, keptName } from './hosts';
import type { KeptFiles } from './kept-files';
import { factsSchema, licenceOf, type KeptModel, type ModelFacts } from './model-facts';
import { fetchInto, patientFetch, type TransferTools, type TransferWatch, type WantedFile } from './transfer';

const LISTING = 'listing.json';
/** A person waits for the answer: it is asked for less often than a download. */
const LOOKS = 3;

const listingSchema = v.array(
  v.object({
    type: v.optional(v.string(), 'file'),
    path: v.string(),
    oid: v.optional(v.string()),
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
  readonly host?: HubHost | undefined;
}

export interface Hub {
  /** The model's weights (first), parts, index and configurations. Throws DownloadError, and AbortError when it is cancelled. */
  fetch(source: HubSource, onProgress: OnProgress, signal?: AbortSignal): Promise<readonly HubFile[]>;
  /** What a download would bring, before it begins. Throws DownloadError. */
  lookUp(source: HubSource): Promise<ModelFacts>;
  kept(): Promise<readonly KeptModel[]>;
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
    said`"${id}" holds no weights that are read here (.safetensors, .bin, .pth, .npz). It holds: ${some.length === 0 ? said`nothing` : listed(some)}.`,
  );
}

/** The parts that an index stands for, by their names alone: "model-00001-of-00003.safetensors" beside "model.safetensors.index.json". */
function partsOf(files: readonly WantedFile[], { path }: WantedFile): WantedFile[] {
  const [, stem = '', ending = ''] = /^(.+)\.(\w+)\.index\.json$/.exec(path) ?? [];
  return stem === ''
    ? []
    : files.filter((file) => file.path.startsWith(`${stem}-`) && /-\d{5}-of-\d{5}\.\w+$/.test(file.path) && file.path.endsWith(ending));
}

const defaults: TransferTools = {
  fetch: (...args) => fetch(...args),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  stallMs: 30_000,
};

export function createHub(files: KeptFiles, hub = HUB, tools: TransferTools = defaults): Hub {
  const nameOf = ({ id, revision, host }: HubSource): string => keptName(revision === undefined ? id : `${id}@${revision}`, host);

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

  function check({ id }: HubSource): void {
    if (!isHubId(id)) throw new DownloadError(said`"${id}" is no name on the hub. It looks like google/vit-base-patch16-224.`);
  }

  async function listOf({ id, revision = 'main', host }: HubSource, watch?: TransferWatch): Promise<WantedFile[]> {
    const url = `${addressOf(host, hub)}/api/models/${id}/tree/${encodeURIComponent(revision)}`;
    const response = await patientFetch(url, {}, tools, watch);
    const parsed = v.safeParse(listingSchema, await response.json().catch(() => null));
    if (!parsed.success) throw new DownloadError(said`${url} did not answer with a list of files. Check the name, then try again.`);
    return parsed.output
      .filter(({ type }) => type === 'file')
      .map(({ path, size, oid, lfs }) => ({
        path,
        size: lfs?.size ?? size,
        sha256: lfs?.oid ?? null,
        git: lfs || oid === undefined || !/^[0-9a-f]{40}$/.test(oid) ? null : oid,
      }));
  }

  /** Bytes of a file that are here already. */
  const have = async (model: string, { path, size }: WantedFile): Promise<number> =>
    Math.min(size, (await files.read(model, path))?.size ?? 0);

  async function checkRoom(model: string, wanted: readonly WantedFile[]): Promise<void> {
    const free = await files.free();
    let missing = 0;
    for (const each of wanted) missing += each.size - (await have(model, each));
    if (free === null || missing <= free) return;
    throw new DownloadError(
      said`"${model}" needs ${formatBytes(missing)} more, and this browser has room for ${formatBytes(free)}. Delete a kept model or free space on the disk, then try again.`,
    );
  }

  return {
    async fetch(source, onProgress, signal) {
      const { id, revision = 'main', host } = source;
      check(source);
      const model = nameOf(source);
      const kept = await keptCompletely(model).catch(() => null);
      if (kept) return kept;
      let now = { done: 0, total: 0 };
      const report = (next: typeof now): void => onProgress({ stage: 'download', ...(now = next) });
      const watch: TransferWatch = {
        signal,
        onWait: (ms, reason) => onProgress({ stage: 'download', ...now, waiting: { seconds: Math.ceil(ms / 1000), reason } }),
      };
      const listed = await listOf(source, watch);
      const weights = chooseWeights(listed, id);
      const configs = listed.filter(({ path }) => CONFIGS.includes(path));
      const bring = async (wanted: WantedFile, before: number, total: number): Promise<HubFile> => {
        const url = `${addressOf(host, hub)}/${id}/resolve/${encodeURIComponent(revision)}/${wanted.path.split('/').map(encodeURIComponent).join('/')}`;
        const read = () => files.read(model, wanted.path);
        await fetchInto(
          url,
          wanted,
          () => files.open(model, wanted.path),
          read,
          tools,
          (done) => report({ done: before + done, total }),
          watch,
        );
        const file = await read();
        if (!file) throw new DownloadError(said`${wanted.path} could not be kept: the disk may be full. Free some space, then try again.`);
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
      await checkRoom(model, wanted);
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
    async lookUp(source) {
      check(source);
      const { id, revision, host } = source;
      const model = nameOf(source);
      const listed = await listOf(source, { tries: LOOKS });
      const weights = chooseWeights(listed, id);
      const wanted = [weights, ...partsOf(listed, weights), ...listed.filter(({ path }) => CONFIGS.includes(path))];
      const about = await patientFetch(
        `${addressOf(host, hub)}/api/models/${id}${revision === undefined ? '' : `/revision/${encodeURIComponent(revision)}`}`,
        {},
        tools,
        { tries: LOOKS },
      ).catch(() => null);
      const facts = v.safeParse(factsSchema, await about?.json().catch(() => null));
      let here = 0;
      for (const each of wanted) here += await have(model, each);
      return {
        id,
        files: wanted.map(({ path, size }) => ({ path, size })),
        bytes: wanted.reduce((sum, { size }) => sum + size, 0),
        here,
        licence: facts.success ? licenceOf(facts.output) : null,
        gated: facts.success && facts.output.gated !== false,
      };
    },
    async kept() {
      return (await files.list()).map(({ id, bytes, files: names }) => ({ id, bytes, complete: names.includes(LISTING) }));
    },
    forget: (name) => files.remove(name),
  };
}
