/** Files that are dropped or picked anywhere on the page: recognised by what they are, not by where they land. */

import type { NamedFile } from '../../worker/api';
import type { Store, Surroundings } from './surroundings';
import type { BackboneActions } from './backbones';
import type { HostActions } from './host';
import { openModelArchives } from './model-archives';
import { findModel, type ModelFiles } from './model-files';
import { freshStream } from './fresh-stream';
import { problemFrom, type ProblemPlace } from './problem';
import type { RecordActions } from './records';
import type { SetupActions } from './setup';
import { emptyFetched } from './state';

export interface FileActions {
  /** Takes files with their paths relative to what was dropped. */
  accept(files: readonly NamedFile[]): Promise<void>;
  /** Uses the images that were refused last, because a link asks for others. */
  useRefused(): Promise<void>;
}

export interface SortedFiles {
  readonly config: NamedFile | null;
  readonly archive: NamedFile | null;
  /** A dropped folder of images, or loose files that make up a data set, as if they lay in a folder of that name. */
  readonly folder: { readonly name: string; readonly files: readonly NamedFile[] } | null;
  readonly json: NamedFile | null;
  readonly unknown: readonly NamedFile[];
}

const IMAGE = /\.(png|jpe?g|jfif|webp|gif|bmp|avif|p[pgn]m)$/i;
const ARCHIVE = /\.(zip|tar|tgz|tar\.gz)$/i;
/** Data sets that come as files without folders, several of them belonging together. */
const TABLES = /\.(parquet|npz|npy|csv|tsv|jsonl)$|ubyte(\.gz)?$/i;
/** The folder that loose files are given. */
const LOOSE = 'images';
const baseName = (path: string) => path.split('/').at(-1) ?? path;

/** Batches of CIFAR, unpacked: their files have no endings. */
const BATCH = /(^|\/)(data_batch_\d|test_batch|batches\.meta|train\.bin|test\.bin)(\.bin|\.txt)?$|cifar-100-python\/(train|test|meta)$/i;

/** What a drop holds of images: everything in a folder that has some, or loose files such as two Parquet splits. */
function imageSet(files: readonly NamedFile[]): SortedFiles['folder'] {
  const visible = files.filter((file) => !baseName(file.name).startsWith('.'));
  const inFolders = visible.filter((file) => file.name.includes('/'));
  const belongs = ({ name }: NamedFile) => TABLES.test(name) || BATCH.test(name) || ARCHIVE.test(name);
  const telling = (file: NamedFile) => IMAGE.test(file.name) || belongs(file);
  const first = inFolders.find(telling);
  if (first !== undefined) return { name: first.name.split('/')[0] ?? '', files: inFolders };
  const loose = visible.filter(belongs);
  const [only] = loose;
  if (only === undefined) return null;
  if (loose.length === 1) return { name: only.name, files: loose };
  return { name: LOOSE, files: loose.map(({ name, file }) => ({ name: `${LOOSE}/${name}`, file })) };
}

/** Sorts a drop by extension; pure. */
export function sortFiles(files: readonly NamedFile[]): SortedFiles {
  const find = (pattern: RegExp) => files.find((file) => pattern.test(file.name)) ?? null;
  // "train.zip" with "test.zip", or with its table, are one set.
  const packed = files.filter((file) => ARCHIVE.test(file.name) || TABLES.test(file.name));
  const archive = packed.length > 1 || files.some(({ name }) => name.includes('/') && IMAGE.test(name)) ? null : find(ARCHIVE);
  const folder = archive === null ? imageSet(files) : null;
  const inSet = new Set(folder?.files.map(({ file }) => file));
  const rest = files.filter(({ file }) => !inSet.has(file));
  const config = rest.find((file) => baseName(file.name).toLowerCase() === 'config.json') ?? null;
  const json = rest.find((file) => /\.json$/i.test(file.name) && file !== config) ?? null;
  const known = new Set([config, archive, json]);
  return {
    config,
    archive,
    folder,
    json,
    unknown: rest.filter((file) => !known.has(file) && !baseName(file.name).startsWith('.')),
  };
}

export function createFileActions(
  store: Store,
  around: Surroundings,
  host: HostActions,
  setup: SetupActions,
  backbones: BackboneActions,
  records: RecordActions,
): FileActions {
  const problem = (message: string, place: ProblemPlace) =>
    host.show({ ...problemFrom(around.words(), new Error(message), place), remedy: null });
  const showSetup = (section: 'backbone' | 'tasks') =>
    store.setState((state) => ({
      view: { ...state.view, setupOpen: true, sections: state.view.sections.includes(section) ? state.view.sections : [section] },
    }));

  /** Takes a drop for the weights that the link asks for, with the answers that it holds; false where they are others. */
  async function acceptAwaitedModel({ weights, beside, adapter }: ModelFiles): Promise<boolean> {
    const { experiment, backbone } = store.getState();
    const { from } = experiment.backbone;
    if (from.source !== 'file' || from.sha256 === undefined || backbone.state === 'ready') return false;
    if (weights === null || adapter !== null || experiment.backbone.adapter !== undefined) return false;
    const folder = from.name.slice(0, from.name.length - baseName(from.name).length);
    await host.give([
      { name: from.name, file: weights.file },
      ...beside.map(({ name, file }) => ({ name: folder + baseName(name), file })),
    ]);
    showSetup('backbone');
    if (await host.ensureBackbone()) {
      around.notify({ text: around.words().shell.backboneMatched(from.name) });
      return true;
    }
    return store.getState().problems.backbone?.name !== 'MissingFileError';
  }

  async function acceptModel(model: ModelFiles) {
    if (await acceptAwaitedModel(model)) return;
    const { weights, beside, adapter } = model;
    const replaced = await host.give([...(weights ? [weights] : []), ...beside, ...(adapter ? [adapter.weights, adapter.config] : [])]);
    const base = weights ? { from: { source: 'file' as const, name: weights.name } } : store.getState().experiment.backbone;
    showSetup('backbone');
    const taken = await backbones.choose(adapter ? { ...base, adapter: { name: adapter.weights.name } } : base);
    // Many files are called model.safetensors: one that cannot be used does not take the place of one that could.
    if (!taken && replaced.length > 0) await host.give(replaced);
  }

  /** The files under the name that a link knows them by. */
  const calledAs = (wanted: string, name: string, files: readonly NamedFile[]) =>
    files.map(({ name: path, file }) => ({ name: path === name ? wanted : wanted + path.slice(name.length), file }));

  let refused: { readonly name: string; readonly files: readonly NamedFile[] } | null = null;

  /** Takes a drop for the images that the link asks for, or refuses it; false where none are asked for. */
  async function acceptAwaited(name: string, files: readonly NamedFile[]): Promise<boolean> {
    const { experiment, stream } = store.getState();
    const { from } = experiment.stream;
    if (from.source !== 'file' || from.sha256 === undefined || stream.state === 'ready') return false;
    await host.give(calledAs(from.name, name, files));
    showSetup('tasks');
    if (!(await host.ensureBackbone())) return true;
    await setup.preview();
    const { stream: now, problems } = store.getState();
    if (now.state === 'ready') around.notify({ text: around.words().shell.streamMatched(from.name) });
    else if (problems.stream?.name === 'MissingFileError') {
      refused = { name, files };
      host.show({ ...problems.stream, remedy: { kind: 'use-refused', name } });
    }
    return true;
  }

  async function acceptStream(name: string, files: readonly NamedFile[]) {
    if (!(await acceptAwaited(name, files))) await takeStream(name, files);
  }

  async function takeStream(name: string, files: readonly NamedFile[]) {
    refused = null;
    const replaced = await host.give(files);
    const had = store.getState().stream;
    const before = store.getState().experiment.stream;
    setup.replace({ ...store.getState().experiment, stream: freshStream(before, { source: 'file', name }) });
    showSetup('tasks');
    const undo = () => setup.replace({ ...store.getState().experiment, stream: before });
    // Images are resized to the backbone's input, so the backbone comes first.
    await setup.preview();
    const { stream, problems } = store.getState();
    const problem = problems.stream;
    const cancelled = stream.state === 'empty' && problem === undefined;
    // What a setting or an answer can mend is left to be mended.
    const broken = problem !== undefined && problem.remedy?.kind !== 'answer' && (problem.field ?? 'stream.from') === 'stream.from';
    if (!cancelled && !broken) return around.notify({ text: around.words().shell.streamTaken(name), undo });
    // Back to what there was, which the worker still holds.
    undo();
    if (replaced.length > 0) await host.give(replaced);
    store.setState({ stream: had.state === 'ready' ? had : emptyFetched });
    if (problem !== undefined) host.show({ ...problem, remedy: null });
  }

  /** One picture makes no tasks: it is something to ask the methods about. */
  const tryPicture = (dropped: NamedFile) => store.setState(({ view }) => ({ dropped, view: { ...view, tab: 'try', drawerOpen: false } }));

  return {
    async useRefused() {
      if (refused !== null) await takeStream(refused.name, refused.files);
    },
    async accept(files) {
      try {
        const { model, rest } = await findModel(await openModelArchives(files));
        if (model !== null) {
          if (model.weights === null && model.adapter === null) problem(around.words().problems.adapterIncomplete, 'backbone');
          else await acceptModel(model);
        }
        const sorted = sortFiles(rest);
        if (model === null && sorted.config !== null && sorted.json === null) problem(around.words().problems.configMissing, 'backbone');
        if (sorted.archive !== null) await acceptStream(sorted.archive.name, [sorted.archive]);
        else if (sorted.folder !== null) await acceptStream(sorted.folder.name, sorted.folder.files);
        if (sorted.json !== null) await records.open(sorted.json.name, await sorted.json.file.text());
        const first = sorted.unknown[0];
        if (first !== undefined && files.length === 1 && IMAGE.test(first.name)) return tryPicture(first);
        const nothing = [sorted.config, sorted.archive, sorted.folder, sorted.json].every((item) => item === null);
        if (nothing && model === null)
          problem(first === undefined ? around.words().problems.nothingInDrop : around.words().problems.unknownFile(first.name), 'stream');
      } catch (error) {
        host.report(error, 'stream');
      }
    },
  };
}
