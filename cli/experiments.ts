/** Experiments from JSON files or by bundled name, and the local files that they speak of. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { bundledExperiments, bundledStudies } from '../src/session/defaults';
import { ExperimentError, parseExperiment, type Experiment, type MethodId } from '../src/session/experiment';
import { suggested } from '../src/session/suggested';
import { UsageError } from './arguments';

/** A local file under the name by which the experiment knows it. */
export interface LocalFile {
  readonly name: string;
  readonly path: string;
}

export interface LoadedExperiment {
  readonly label: string;
  /** One that comes with the site. */
  readonly bundled: boolean;
  readonly experiment: Experiment;
  readonly files: readonly LocalFile[];
}

const exists = (path: string) => statSync(path, { throwIfNoEntry: false });

/** JSON beside a checkpoint that says what its tensors do not. */
const SIDECARS = ['config.json', 'preprocessor_config.json'];

/** A file, or a folder with everything below it, as `name` or `name/inner/path`. */
export function localFiles(name: string, path: string): LocalFile[] {
  if (!statSync(path).isDirectory()) return [{ name, path }];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((inner) => ({ name: [name, ...relative(path, inner).split(sep)].join('/'), path: inner }));
}

/** A checkpoint file with the JSON files beside it; those keep the folder of `name`. */
export function checkpointFiles(name: string, path: string): LocalFile[] {
  if (statSync(path).isDirectory()) return localFiles(name, path);
  const folder = name.includes('/') ? name.slice(0, name.lastIndexOf('/') + 1) : '';
  const beside = SIDECARS.filter((sidecar) => exists(join(dirname(path), sidecar))?.isFile());
  return [{ name, path }, ...beside.map((sidecar) => ({ name: folder + sidecar, path: join(dirname(path), sidecar) }))];
}

type Source = Experiment['backbone']['from'] | Experiment['stream']['from'];

/** The path of a local source, relative to the experiment's file; null where the site or the web has it. */
function localPath(source: Source, folder: string, field: string): { name: string; path: string } | null {
  if (source.source === 'bundled' || source.source === 'hub') return null;
  const name = source.source === 'file' ? source.name : source.url;
  if (source.source === 'url' && /^[a-z][a-z0-9+.-]*:/i.test(name)) return null;
  const path = resolve(folder, name);
  if (exists(path)) return { name, path };
  throw new UsageError(`Field "${field}": there is no file "${name}" (looked for ${path}).`);
}

/** An experiment, or all of a bundled study. Throws UsageError naming the file and field. */
export function loadExperiments(nameOrPath: string): LoadedExperiment[] {
  const study = exists(nameOrPath) || !Object.hasOwn(bundledStudies, nameOrPath) ? undefined : bundledStudies[nameOrPath];
  return (study ?? [nameOrPath]).map(loadExperiment);
}

/** Throws UsageError naming the file and field. */
export function loadExperiment(nameOrPath: string): LoadedExperiment {
  const found = exists(nameOrPath);
  if (!found && Object.hasOwn(bundledExperiments, nameOrPath)) {
    const experiment = bundledExperiments[nameOrPath];
    if (experiment) return { label: nameOrPath, bundled: true, experiment, files: [] };
  }
  if (!found?.isFile()) {
    throw new UsageError(
      `There is no experiment file "${nameOrPath}" and no bundled experiment of that name. Bundled: ${[...Object.keys(bundledExperiments), ...Object.keys(bundledStudies)].join(', ')}.`,
    );
  }
  let experiment: Experiment;
  try {
    experiment = parseExperiment(JSON.parse(readFileSync(nameOrPath, 'utf8')));
  } catch (error) {
    if (error instanceof ExperimentError) throw new UsageError(`${nameOrPath}: ${error.message}`);
    throw new UsageError(`${nameOrPath} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const folder = dirname(resolve(nameOrPath));
  const backbone = localPath(experiment.backbone.from, folder, 'backbone.from');
  const stream = localPath(experiment.stream.from, folder, 'stream.from');
  return {
    label: basename(nameOrPath, '.json'),
    bundled: false,
    experiment,
    files: [...(backbone ? checkpointFiles(backbone.name, backbone.path) : []), ...(stream ? localFiles(stream.name, stream.path) : [])],
  };
}

/** The experiment with these methods: with its own options where it has them, else with those that suit the bundled backbone. */
export function withMethods(experiment: Experiment, ids: readonly MethodId[]): Experiment {
  return parseExperiment({
    ...experiment,
    methods: ids.map((id) => experiment.methods.find((method) => method.id === id) ?? suggested(id, experiment.stream.from)),
  });
}
