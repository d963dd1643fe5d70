/** Which settings differ between the set-up and the run that was started with it. */
import { runnable, type Experiment, type RecordedExperiment } from '../../session/experiment';
import { methodWords, optionWords } from '../methods';
import { text } from '../text';

export interface Change {
  readonly path: string;
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function words(value: unknown): string {
  if (value === undefined || value === '') return text.setup.nothing;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map(words).join(', ');
  if (!isObject(value)) return text.setup.nothing;
  const telling = value.name ?? value.id ?? value.url;
  if (telling !== undefined) return words(telling);
  const { kind, ...rest } = value;
  const details = Object.values(rest).map(words).join(', ');
  return details === '' ? words(kind) : `${words(kind)} (${details})`;
}

/** Values that a person thinks of as one: a source, a split, three channels. */
const WHOLE = new Set(['inside', 'backbone.from', 'stream.from', 'stream.split', 'backbone.mean', 'backbone.std']);

/** A file whose digest became known is still the same file. */
function sameFile(before: unknown, after: unknown): boolean {
  if (!isObject(before) || !isObject(after) || before.source !== 'file' || before.name !== after.name) return false;
  return before.sha256 === undefined || after.sha256 === undefined || before.sha256 === after.sha256;
}

function compare(path: string, before: unknown, after: unknown, into: Change[]): void {
  if (JSON.stringify(before) === JSON.stringify(after) || (path.endsWith('.from') && sameFile(before, after))) return;
  if (isObject(before) && isObject(after) && !WHOLE.has(path)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(path === '' ? key : `${path}.${key}`, before[key], after[key], into);
    }
    return;
  }
  into.push({ path, field: text.setup.fields[path] ?? path, before: words(before), after: words(after) });
}

type Methods = RecordedExperiment['methods'];

function compareMethods(before: Methods, after: Methods, into: Change[]): void {
  const names = (list: Methods) => list.map((method) => methodWords(method.id).short).join(', ');
  if (names(before) !== names(after))
    into.push({ path: 'methods', field: text.setup.fields.methods ?? '', before: names(before), after: names(after) });
  for (const method of after) {
    const old = before.find((candidate) => candidate.id === method.id);
    if (old === undefined) continue;
    const found: Change[] = [];
    compare('', old, method, found);
    for (const change of found) {
      const field = `${methodWords(method.id).short}, ${optionWords(method.id, change.path).label}`;
      into.push({ ...change, path: `methods.${method.id}.${change.path}`, field });
    }
  }
}

/** Whether the set-up only asks for more tasks than the run had: then a finished run can go on instead of starting anew. */
export function canAppend(opened: RecordedExperiment, experiment: RecordedExperiment): boolean {
  const had = opened.stream.maxTasks;
  const wanted = experiment.stream.maxTasks;
  if (had === undefined || (wanted !== undefined && wanted <= had)) return false;
  return changesBetween(opened, experiment).every((change) => change.path === 'stream.maxTasks');
}

/** One entry a setting, in the order of the set-up. Empty when nothing differs; titles do not count. */
export function changesBetween(before: RecordedExperiment, after: RecordedExperiment): Change[] {
  const found: Change[] = [];
  compare('backbone', before.backbone, after.backbone, found);
  compare('stream', before.stream, after.stream, found);
  compareMethods(before.methods, after.methods, found);
  compare('training', before.training, after.training, found);
  compare('probe', before.probe ?? 'off', after.probe ?? 'off', found);
  compare('inside', before.inside, after.inside, found);
  compare('means', before.means ?? 'off', after.means ?? 'off', found);
  compare('seed', before.seed, after.seed, found);
  return found;
}

/** Whether a record of `recorded` is one of `experiment`: every method known, no setting different. */
export function sameRun(recorded: RecordedExperiment, experiment: Experiment): boolean {
  const known = runnable(recorded);
  return known.experiment !== null && known.unknown.length === 0 && changesBetween(known.experiment, experiment).length === 0;
}
