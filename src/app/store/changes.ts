/** Which settings differ between the set-up and the run that was started with it. */
import { runnable, type Experiment, type RecordedExperiment } from '../../session/experiment';
import { optionWords } from '../methods';
import type { Texts } from '../text/en';
import { methodNamed } from '../names';

export interface Change {
  readonly path: string;
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function words(text: Texts, value: unknown): string {
  if (value === undefined || value === '') return text.setup.nothing;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map((each) => words(text, each)).join(', ');
  if (!isObject(value)) return text.setup.nothing;
  const telling = value.name ?? value.id ?? value.url;
  if (telling !== undefined) return words(text, telling);
  const { kind, ...rest } = value;
  const details = Object.values(rest)
    .map((each) => words(text, each))
    .join(', ');
  return details === '' ? words(text, kind) : `${words(text, kind)} (${details})`;
}

/** Values that a person thinks of as one: a source, a split, three channels. */
const WHOLE = new Set(['inside', 'backbone.from', 'stream.from', 'stream.split', 'backbone.mean', 'backbone.std']);

/** A file whose digest became known is still the same file. */
function sameFile(before: unknown, after: unknown): boolean {
  if (!isObject(before) || !isObject(after) || before.source !== 'file' || before.name !== after.name) return false;
  return before.sha256 === undefined || after.sha256 === undefined || before.sha256 === after.sha256;
}

function compare(text: Texts, path: string, before: unknown, after: unknown, into: Change[]): void {
  if (JSON.stringify(before) === JSON.stringify(after) || (path.endsWith('.from') && sameFile(before, after))) return;
  if (isObject(before) && isObject(after) && !WHOLE.has(path)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(text, path === '' ? key : `${path}.${key}`, before[key], after[key], into);
    }
    return;
  }
  into.push({ path, field: text.setup.fields[path] ?? path, before: words(text, before), after: words(text, after) });
}

type Methods = RecordedExperiment['methods'];

function compareMethods(text: Texts, before: Methods, after: Methods, into: Change[]): void {
  const names = (list: Methods) => list.map((method) => methodNamed(text, method.id).short).join(', ');
  if (names(before) !== names(after))
    into.push({ path: 'methods', field: text.setup.fields.methods ?? '', before: names(before), after: names(after) });
  for (const method of after) {
    const old = before.find((candidate) => candidate.id === method.id);
    if (old === undefined) continue;
    const found: Change[] = [];
    compare(text, '', old, method, found);
    for (const change of found) {
      const field = `${methodNamed(text, method.id).short}, ${optionWords(text, method.id, change.path).label}`;
      into.push({ ...change, path: `methods.${method.id}.${change.path}`, field });
    }
  }
}

/** Whether the set-up only asks for more tasks than the run had: then a finished run can go on instead of starting anew. */
export function canAppend(text: Texts, opened: RecordedExperiment, experiment: RecordedExperiment): boolean {
  const had = opened.stream.maxTasks;
  const wanted = experiment.stream.maxTasks;
  if (had === undefined || (wanted !== undefined && wanted <= had)) return false;
  return changesBetween(text, opened, experiment).every((change) => change.path === 'stream.maxTasks');
}

/** One entry a setting, in the order of the set-up. Empty when nothing differs; titles do not count. */
export function changesBetween(text: Texts, before: RecordedExperiment, after: RecordedExperiment): Change[] {
  const found: Change[] = [];
  compare(text, 'backbone', before.backbone, after.backbone, found);
  compare(text, 'stream', before.stream, after.stream, found);
  compareMethods(text, before.methods, after.methods, found);
  compare(text, 'training', before.training, after.training, found);
  compare(text, 'probe', before.probe ?? 'off', after.probe ?? 'off', found);
  compare(text, 'inside', before.inside, after.inside, found);
  compare(text, 'means', before.means ?? 'off', after.means ?? 'off', found);
  compare(text, 'seed', before.seed, after.seed, found);
  return found;
}

/** Whether a record of `recorded` is one of `experiment`: every method known, no setting different. */
export function sameRun(text: Texts, recorded: RecordedExperiment, experiment: Experiment): boolean {
  const known = runnable(recorded);
  return known.experiment !== null && known.unknown.length === 0 && changesBetween(text, known.experiment, experiment).length === 0;
}
