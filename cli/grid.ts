/** `--grid path=value,value`: settings of an experiment that a sweep goes through. */
import { ExperimentError, parseExperiment, type Experiment } from '../src/session/experiment';
import { UsageError } from './usage-error';

export interface Axis {
  readonly path: string;
  readonly values: readonly unknown[];
}

/** One value of every axis, by path. */
export type Setting = readonly (readonly [path: string, value: unknown])[];

/** Commas between values, not those within a list or object. */
function between(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const letter of text) {
    if ('[{'.includes(letter)) depth++;
    if (']}'.includes(letter)) depth--;
    if (letter === ',' && depth === 0) parts.push('');
    else parts.push((parts.pop() ?? '') + letter);
  }
  return parts;
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** "inflora.rank=4,8". Throws UsageError. */
export function parseAxis(text: string): Axis {
  const [, path = '', list = ''] = /^([\w.-]+)=(.+)$/s.exec(text) ?? [];
  const values = between(list);
  if (path === '' || values.some((value) => value.trim() === '')) {
    throw new UsageError(`--grid takes NAME=VALUE,VALUE, such as learningRate=1e-4,1e-3 or inflora.rank=4,8, not "${text}".`);
  }
  return { path, values: values.map((value) => valueOf(value.trim())) };
}

/** Every combination, the first axis slowest. */
export function settingsOf(axes: readonly Axis[]): Setting[] {
  const paths = axes.map(({ path }) => path);
  const twice = paths.find((path, i) => paths.indexOf(path) !== i);
  if (twice !== undefined) throw new UsageError(`--grid names "${twice}" twice: give all of its values at once.`);
  return axes.reduce<Setting[]>(
    (settings, { path, values }) => settings.flatMap((setting) => values.map((value) => [...setting, [path, value] as const])),
    [[]],
  );
}

export const settingText = (setting: Setting): string =>
  setting.map(([path, value]) => `${path}=${typeof value === 'string' ? value : JSON.stringify(value)}`).join(' ');

type Plain = Readonly<Record<string, unknown>>;
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);

function put(into: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  return key === undefined ? value : { ...(isPlain(into) ? into : {}), [key]: put(isPlain(into) ? into[key] : undefined, rest, value) };
}
const take = (from: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (isPlain(value) ? value[key] : undefined), from);

/** Options that a method may have of its own in place of those of the training: "all methods" means those as well. */
const RATES = ['learningRate', 'classifierLearningRate'];

/** The methods by id, and where "rank" or "learningRate" stands. */
function whereIs(path: string, experiment: Experiment): { readonly at: readonly string[]; readonly unset: string | null } {
  const [first = '', ...rest] = path.split('.');
  if (experiment.methods.some(({ id }) => id === first)) return { at: ['methods', first, ...rest], unset: null };
  const inTraining = first === 'training' ? rest : [first, ...rest];
  const rate = inTraining.length === 1 && RATES.includes(inTraining[0] ?? '') ? (inTraining[0] ?? null) : null;
  if (rest.length === 0 && (first in experiment.training || rate !== null)) return { at: ['training', first], unset: rate };
  return { at: [first, ...rest], unset: rate };
}

/**
 * The experiment with this setting. `learningRate` and every other name of `training` hold for all methods, also for those that
 * have a rate of their own; `inflora.rank` is an option of one method; anything else is a path of the experiment's file. Throws UsageError.
 */
export function withSetting(experiment: Experiment, setting: Setting): Experiment {
  let plain: unknown = { ...experiment, methods: Object.fromEntries(experiment.methods.map((spec) => [spec.id, spec])) };
  const places = setting.map(([path, value]) => ({ path, value, ...whereIs(path, experiment) }));
  for (const { at, unset, path } of places) {
    if (at[0] === 'seed') throw new UsageError('--grid does not take the seed: --seeds N counts up from the experiment’s own.');
    if (unset === null) continue;
    const named = places.find((other) => other.at[0] === 'methods' && other.at[2] === unset);
    if (named) throw new UsageError(`--grid: "${path}" holds for all methods, so "${named.path}" cannot be given with it.`);
    const { methods } = plain as { readonly methods: Plain };
    const shared = Object.entries(methods).map(([id, spec]) => [id, { ...(spec as Plain), [unset]: undefined }] as const);
    plain = { ...(plain as Plain), methods: Object.fromEntries(shared) };
  }
  for (const { at, value } of places) plain = put(plain, at, value);
  const { methods } = plain as { readonly methods: Plain };
  try {
    const parsed = parseExperiment({ ...(plain as Plain), methods: Object.values(methods) });
    const again = { ...parsed, methods: Object.fromEntries(parsed.methods.map((spec) => [spec.id, spec])) };
    // What the schema does not know it leaves out: a sweep over a misspelt name would be many times the same run.
    for (const { at, path, value } of places) {
      if (JSON.stringify(take(again, at)) === JSON.stringify(value)) continue;
      const ids = experiment.methods.map(({ id }) => id).join(', ');
      throw new UsageError(
        `--grid: this experiment has no setting "${path}". It takes names of "training" (learningRate, epochs, …), METHOD.OPTION of its methods (${ids}), or a path of its file such as stream.order.`,
      );
    }
    return parsed;
  } catch (error) {
    if (error instanceof ExperimentError) throw new UsageError(`--grid ${settingText(setting)}: ${error.message}`);
    throw error;
  }
}
