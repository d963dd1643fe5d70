/** Where backbones and streams come from: the site itself, the web, or files that the page was given. */
import { said, listed } from '../common/said';
import * as v from 'valibot';
import { digestSource } from '../data/digest';
import type { NamedBlob } from '../data/file-tree';
import { withoutEnding } from '../data/source';
import type { BackboneSource, StreamSource } from '../session/experiment';
import type { Sidecar } from '../vit/facts';
import { isShardIndex, shardNames } from '../vit/shards';
import { whichModel } from '../vit/which-file';
import { backboneIndex, streamIndex } from './bundled';
import { fetchHubDataset } from './hub-dataset';
import type { Hub } from './hub/hub';
import { withProvided } from './provided';
import { fetchFolder, isFolder } from './web-folder';
import { describeWanted, MissingFileError } from './own-images';
import { checkDigest, download, downloadJson, DownloadError, downloadTextIfPresent, sha256, type OnProgress } from './download';

export interface BackboneFiles {
  readonly title: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sidecars: readonly Sidecar[];
  /** The other parts of a checkpoint in several files. */
  readonly shards?: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly sha256: string;
}

export interface AdapterFiles {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Text of adapter_config.json. */
  readonly config: string;
}

export interface StreamFiles {
  readonly title: string;
  /** True where they are the user's own: a link asks for them elsewhere. */
  readonly own?: boolean;
  readonly files: readonly NamedBlob[];
  /** Null: the digest of their manifest is wanted, which shows as they are read. */
  readonly sha256: string | null;
}

export interface Sources {
  provide(files: readonly NamedBlob[]): void;
  /** Bytes of one provided file. Throws MissingFileError. */
  read(name: string): Promise<Uint8Array>;
  /** Names of the provided files that start so, the start left out. */
  names(start: string): string[];
  backbone(source: BackboneSource, onProgress: OnProgress, signal?: AbortSignal): Promise<BackboneFiles>;
  /** Throws MissingFileError. */
  adapter(wanted: { readonly name: string; readonly sha256?: string | undefined }): Promise<AdapterFiles>;
  stream(source: StreamSource, onProgress: OnProgress, signal?: AbortSignal): Promise<StreamFiles>;
}

const SIDECARS = ['config.json', 'preprocessor_config.json'];
/** A part of a checkpoint in several files. */
const PART = /-\d{5}-of-\d{5}\.\w+$/;
const fileName = (path: string) => path.split('/').at(-1) ?? path;
const folderOf = (path: string) => path.slice(0, path.length - fileName(path).length);

/** Throws DownloadError on text that is no address. */
function address(text: string, base: string): URL {
  if (URL.canParse(text, base)) return new URL(text, base);
  throw new DownloadError(said`"${text}" is not an address. It should look like https://example.org/model.safetensors.`);
}

/** JSON files that hosts keep beside a checkpoint; addresses without folders (blob:, data:) have no beside. */
function besides(url: URL): URL[] {
  return url.protocol === 'https:' || url.protocol === 'http:' ? SIDECARS.map((name) => new URL(name, url)) : [];
}

const noHub = (): Promise<Hub> =>
  Promise.reject(new DownloadError(said`Models of the hub cannot be fetched here. Download the files and drop them.`));

/** `base`: the address that the site's own files are relative to. */
export function createSources(base: string, openHub: () => Promise<Hub> = noHub): Sources {
  let provided: readonly NamedBlob[] = [];

  function entryOf<T extends { readonly id: string }>(entries: readonly T[], kind: 'backbone' | 'stream', id: string): T {
    const entry = entries.find((each) => each.id === id);
    if (entry) return entry;
    const known = listed(entries.map((each) => each.id));
    throw new DownloadError(
      kind === 'backbone'
        ? said`The site has no backbone "${id}". It has: ${known}.`
        : said`The site has no stream "${id}". It has: ${known}.`,
    );
  }

  /** Files of that name, or below the folder of that name. */
  const given = (name: string) => provided.filter((each) => each.name === name || each.name.startsWith(`${name}/`));

  function needed({
    name,
    ...source
  }: {
    readonly name: string;
    readonly files?: number | undefined;
    readonly bytes?: number | undefined;
  }): readonly NamedBlob[] {
    const files = given(name);
    if (files.length > 0) return files;
    const what = describeWanted({ name, ...source });
    throw new MissingFileError(said`The experiment needs the ${what}. Drop it here to go on; everything else is kept.`);
  }

  function expectDigest(name: string, found: string, expected: string | undefined): string {
    if (expected !== undefined && expected !== found) {
      throw new MissingFileError(
        said`"${name}" is not the file that the experiment was made with (its SHA-256 differs). Drop the matching file.`,
      );
    }
    return found;
  }

  /** Index, parts and configurations that lie beside a weights file. */
  async function companions(weights: NamedBlob): Promise<{ parts: NamedBlob[]; sidecars: Sidecar[] }> {
    const folder = folderOf(weights.name);
    const beside = provided.filter((each) => folderOf(each.name) === folder && each !== weights);
    const index = beside.find((each) => isShardIndex(each.name) && PART.test(weights.name));
    const sidecars: Sidecar[] = [];
    for (const name of SIDECARS) {
      const found = beside.find((each) => fileName(each.name) === name);
      if (found) sidecars.push({ name, text: await found.file.text() });
    }
    if (index) sidecars.push({ name: fileName(index.name), text: await index.file.text() });
    const wanted = index ? new Set(shardNames(await index.file.text())) : null;
    const isPart = (name: string): boolean => (wanted ? wanted.has(name) : PART.test(weights.name) && PART.test(name));
    return { parts: beside.filter((each) => isPart(fileName(each.name))), sidecars };
  }

  async function backboneFromFiles(name: string, files: readonly NamedBlob[], expected?: string): Promise<BackboneFiles> {
    const isWeights = ({ name: path }: NamedBlob) => !path.endsWith('.json') && !path.endsWith('.txt') && !path.endsWith('.md');
    const weights = files.find((each) => each.name === name) ?? (await whichModel(files.filter(isWeights)));
    if (!weights) throw new MissingFileError(said`"${name}" holds no weights file (such as model.safetensors).`);
    const { parts, sidecars } = await companions(weights);
    const digest = expectDigest(weights.name, await digestSource([weights, ...parts]), expected);
    const bytes = new Uint8Array(await weights.file.arrayBuffer());
    const shards = await Promise.all(
      parts.map(async (part) => ({ name: fileName(part.name), bytes: new Uint8Array(await part.file.arrayBuffer()) })),
    );
    return { title: fileName(weights.name), name: fileName(weights.name), bytes, sidecars, shards, sha256: digest };
  }

  return {
    provide(files) {
      provided = withProvided(provided, files);
    },

    async read(name) {
      const file = provided.find((each) => each.name === name);
      if (!file) throw new MissingFileError(said`There is no file "${name}".`);
      return new Uint8Array(await file.file.arrayBuffer());
    },

    names: (start) => provided.flatMap(({ name }) => (name.startsWith(start) ? [name.slice(start.length)] : [])),

    async backbone(source, onProgress, signal) {
      if (source.source === 'file') return backboneFromFiles(source.name, needed({ name: source.name }), source.sha256);
      if (source.source === 'hub') {
        const found = await (await openHub()).fetch(source, onProgress, signal);
        const isSidecar = (name: string) => SIDECARS.includes(name) || isShardIndex(name);
        const sidecars = await Promise.all(
          found.filter(({ name }) => isSidecar(name)).map(async ({ name, file }) => ({ name, text: await file.text() })),
        );
        const weights = found.filter(({ name }) => !isSidecar(name));
        const [first, ...shards] = await Promise.all(
          weights.map(async ({ name, file }) => ({ name, bytes: new Uint8Array(await file.arrayBuffer()) })),
        );
        if (!first) throw new DownloadError(said`"${source.id}" holds no weights.`);
        return { title: source.id, ...first, shards, sidecars, sha256: await digestSource(weights) };
      }
      if (source.source === 'url') {
        const local = given(source.url);
        if (local.length > 0) return backboneFromFiles(source.url, local);
        const url = address(source.url, base);
        const bytes = await download(url, onProgress, 0, signal);
        const sidecars: Sidecar[] = [];
        const places = source.configUrl === undefined ? besides(url) : [address(source.configUrl, base)];
        for (const place of places) {
          const text = await downloadTextIfPresent(place);
          // A host that answers every path with its own page has no such file.
          if (text?.trimStart().startsWith('{')) sidecars.push({ name: fileName(place.pathname), text });
        }
        const name = decodeURIComponent(fileName(url.pathname));
        return { title: name, name, bytes, sidecars, sha256: await sha256(bytes) };
      }
      const index = new URL('backbones/index.json', base);
      const entry = entryOf(v.parse(backboneIndex, await downloadJson(index)).backbones, 'backbone', source.id);
      const bytes = await download(new URL(entry.weights, index), onProgress, entry.bytes ?? 0, signal);
      const digest = await checkDigest(said`The backbone "${entry.title}"`, bytes, entry.sha256);
      const text = await downloadTextIfPresent(new URL(entry.config, index));
      const sidecars = text === null ? [] : [{ name: 'config.json', text }];
      return { title: entry.title, name: fileName(entry.weights), bytes, sidecars, sha256: digest };
    },

    async adapter({ name, sha256: expected }) {
      const [file] = needed({ name });
      const config = provided.find((each) => each.name === `${folderOf(name)}adapter_config.json`);
      if (!file || !config) throw new MissingFileError(said`Beside "${name}" there is no adapter_config.json. Drop both together.`);
      const bytes = new Uint8Array(await file.file.arrayBuffer());
      expectDigest(name, await sha256(bytes), expected);
      return { name: fileName(name), bytes, config: await config.file.text() };
    },

    async stream(source, onProgress, signal) {
      if (source.source === 'hub') {
        const files = await fetchHubDataset(source, onProgress, signal);
        return { title: source.id.split('/').at(-1) ?? source.id, files, sha256: null };
      }
      if (source.source !== 'bundled') {
        const name = source.source === 'file' ? source.name : source.url;
        const files = source.source === 'file' ? needed(source) : given(name);
        if (files.length > 0) return { title: withoutEnding(fileName(name)), files, sha256: null, own: true };
        const url = address(name, base);
        const bytes = isFolder(url) ? undefined : await download(url, onProgress, 0, signal);
        if (bytes === undefined || isFolder(url, bytes)) {
          const listed = await fetchFolder(url, onProgress, signal);
          return { title: listed[0]?.name.split('/')[0] ?? name, files: listed, sha256: null };
        }
        const title = decodeURIComponent(fileName(url.pathname));
        return { title: withoutEnding(title), files: [{ name: title, file: new Blob([bytes]) }], sha256: await sha256(bytes) };
      }
      const index = new URL('streams/index.json', base);
      const entry = entryOf(v.parse(streamIndex, await downloadJson(index)).streams, 'stream', source.id);
      const bytes = await download(new URL(entry.file, index), onProgress, entry.bytes ?? 0);
      const digest = await checkDigest(said`The stream "${entry.title}"`, bytes, entry.sha256);
      return { title: entry.title, files: [{ name: fileName(entry.file), file: new Blob([bytes]) }], sha256: digest };
    },
  };
}
