/** Files that are dropped or picked anywhere on the page: recognised by what they are, not by where they land. */
import { text } from '../text';
import type { NamedFile } from '../../worker/api';
import type { Store, Surroundings } from './app';
import type { HostActions } from './host';
import { problemFrom, type ProblemPlace } from './problem';
import type { RecordActions } from './records';
import type { SetupActions } from './setup';

export interface FileActions {
  /** Takes files with their paths relative to what was dropped. */
  accept(files: readonly NamedFile[]): Promise<void>;
}

export interface SortedFiles {
  readonly weights: NamedFile | null;
  readonly config: NamedFile | null;
  readonly archive: NamedFile | null;
  /** Images of a folder, with the folder's name. */
  readonly folder: { readonly name: string; readonly images: readonly NamedFile[] } | null;
  readonly json: NamedFile | null;
  readonly unknown: readonly NamedFile[];
}

const IMAGE = /\.(png|jpe?g|webp|gif|bmp|avif)$/i;
const baseName = (path: string) => path.split('/').at(-1) ?? path;

/** Sorts a drop by extension; pure. */
export function sortFiles(files: readonly NamedFile[]): SortedFiles {
  const find = (pattern: RegExp) => files.find((file) => pattern.test(file.name)) ?? null;
  const images = files.filter((file) => IMAGE.test(file.name));
  const config = files.find((file) => baseName(file.name).toLowerCase() === 'config.json') ?? null;
  const weights = find(/\.safetensors$/i);
  const archive = find(/\.zip$/i);
  const json = files.find((file) => /\.json$/i.test(file.name) && file !== config) ?? null;
  const known = new Set([weights, config, archive, json, ...images]);
  const inFolders = images.filter((file) => file.name.includes('/'));
  const root = inFolders[0]?.name.split('/')[0] ?? '';
  return {
    weights,
    config,
    archive,
    folder: inFolders.length > 0 ? { name: root, images: inFolders } : null,
    json,
    unknown: files.filter((file) => !known.has(file) && !baseName(file.name).startsWith('.')),
  };
}

export function createFileActions(
  store: Store,
  around: Surroundings,
  host: HostActions,
  setup: SetupActions,
  records: RecordActions,
): FileActions {
  const problem = (message: string, place: ProblemPlace) => host.show({ ...problemFrom(new Error(message), place), remedy: null });
  const showSetup = (section: 'backbone' | 'tasks') =>
    store.setState((state) => ({
      view: { ...state.view, setupOpen: true, sections: state.view.sections.includes(section) ? state.view.sections : [section] },
    }));

  async function acceptBackbone(weights: NamedFile, config: NamedFile | null) {
    // Facts about the weights are looked for beside them.
    const folder = weights.name.slice(0, weights.name.length - baseName(weights.name).length);
    await host.give(config === null ? [weights] : [weights, { name: `${folder}config.json`, file: config.file }]);
    const before = store.getState().experiment.backbone;
    setup.replace({
      ...store.getState().experiment,
      backbone: { from: { source: 'file', name: weights.name } },
    });
    showSetup('backbone');
    if (await host.ensureBackbone()) {
      around.notify({
        text: text.shell.backboneTaken(weights.name),
        undo: () => setup.replace({ ...store.getState().experiment, backbone: before }),
      });
    }
  }

  async function acceptStream(name: string, files: readonly NamedFile[]) {
    await host.give(files);
    const before = store.getState().experiment.stream;
    setup.replace({
      ...store.getState().experiment,
      stream: { ...before, from: { source: 'file', name }, split: { kind: 'as-given' } },
    });
    showSetup('tasks');
    around.notify({ text: text.shell.streamTaken(name), undo: () => setup.replace({ ...store.getState().experiment, stream: before }) });
    // Images are resized to the backbone's input, so the backbone comes first.
    await setup.preview();
  }

  return {
    async accept(files) {
      const sorted = sortFiles(files);
      try {
        if (sorted.weights !== null) await acceptBackbone(sorted.weights, sorted.config);
        else if (sorted.config !== null && sorted.json === null) problem(text.problems.configMissing, 'backbone');
        if (sorted.archive !== null) await acceptStream(sorted.archive.name, [sorted.archive]);
        else if (sorted.folder !== null) await acceptStream(sorted.folder.name, sorted.folder.images);
        if (sorted.json !== null) await records.open(sorted.json.name, await sorted.json.file.text());
        const first = sorted.unknown[0];
        const nothing = [sorted.weights, sorted.config, sorted.archive, sorted.folder, sorted.json].every((item) => item === null);
        if (nothing) problem(first === undefined ? text.problems.nothingInDrop : text.problems.unknownFile(first.name), 'stream');
      } catch (error) {
        host.report(error, 'stream');
      }
    },
  };
}
