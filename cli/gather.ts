/** What folders of runs hold: the results by method, setting and seed, and what is missing of their sweeps. */
import { statSync } from 'node:fs';
import { findDefinition } from '../src/continual/registry';
import { parseRecord, RecordError } from '../src/session/migrations';
import type { MethodRun, RunRecord } from '../src/session/record';
import { UsageError } from './arguments';
import { jsonFiles, runParts, type SweepFacts, type SweepList } from './run-folder';
import { digestOf } from './sweep';

/** One method in one run. */
export interface MethodResult {
  readonly record: RunRecord;
  readonly run: MethodRun;
  /** The run's name in its folder, or the file's. */
  readonly name: string;
  readonly engine: string;
}

export type SettingValue = string | number | boolean;

/** A method under one setting, over seeds. */
export interface SettingGroup {
  readonly method: string;
  /** What the groups of this method differ in, by path. */
  readonly setting: Readonly<Record<string, SettingValue>>;
  /** One result a seed, by seed. */
  readonly results: readonly MethodResult[];
}

export interface Gathered {
  readonly groups: readonly SettingGroup[];
  readonly engines: readonly string[];
  readonly devices: readonly string[];
  /** Runs that are not there, and methods that stopped early, in sentences. */
  readonly missing: readonly string[];
  /** Worth knowing: the same run twice with other numbers, for example. */
  readonly warnings: readonly string[];
  readonly readBy: string;
}

interface Found {
  readonly record: RunRecord;
  readonly name: string;
  readonly engine: string;
}

type Plain = Readonly<Record<string, unknown>>;
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Records of a file: one, or the list that `--out` writes. */
function recordsOf(path: string, value: Plain): Found[] {
  const each = value.kind === 'inflora-runs' && Array.isArray(value.records) ? (value.records as unknown[]) : [value];
  return each.map((json, i) => {
    const facts = isPlain(json) && isPlain(json.sweep) ? (json.sweep as unknown as SweepFacts) : null;
    try {
      const record = parseRecord(json);
      return {
        record,
        name: facts?.name ?? `${path}${each.length > 1 ? ` (${i + 1})` : ''}`,
        engine: facts?.engine ?? record.software.version,
      };
    } catch (error) {
      if (error instanceof RecordError) throw new UsageError(`"${path}": ${error.message}`);
      throw error;
    }
  });
}

/** Leaves of plain data by path; lists are leaves. */
function leaves(value: unknown, path: string, into: Map<string, SettingValue>): void {
  if (value === undefined) return;
  if (isPlain(value)) for (const [key, item] of Object.entries(value)) leaves(item, path === '' ? key : `${path}.${key}`, into);
  else into.set(path, typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string' ? value : JSON.stringify(value));
}

/** All that decides a method's numbers, the seed aside: what other methods run beside it does not. */
function settingOf({ experiment, device }: RunRecord, id: string): Map<string, SettingValue> {
  const { methods, seed: _seed, title: _title, schema: _schema, readBy: _read, training, ...rest } = experiment;
  const spec = methods.find((method) => method.id === id);
  const { id: _id, ...options } = { id, ...spec };
  const trains = findDefinition(id)?.trainsOn !== 'none';
  const own = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const found = new Map<string, SettingValue>();
  leaves({ ...rest, device: device.kind, ...(trains && training), ...own }, '', found);
  return found;
}

const label = ({ setting, method }: SettingGroup): string =>
  [method, ...Object.entries(setting).map(([path, value]) => `${path}=${value}`)].join(' ');

export const settingWords = ({ setting }: SettingGroup): string =>
  Object.entries(setting)
    .map(([path, value]) => `${path}=${value}`)
    .join(' ');

/** Numbers as numbers, words as words. */
const order = (a: SettingValue, b: SettingValue): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : Number(a !== b);

function groupsOf(found: readonly Found[], warnings: string[]): SettingGroup[] {
  const ids = [...new Set(found.flatMap(({ record }) => record.methods.map(({ id }) => id)))];
  return ids.flatMap((id) => {
    const results = found.flatMap(({ record, name, engine }) =>
      record.methods.filter((run) => run.id === id).map((run) => ({ record, run, name, engine, whole: settingOf(record, id) })),
    );
    const paths = [...new Set(results.flatMap(({ whole }) => [...whole.keys()]))];
    const differing = paths.filter((path) => new Set(results.map(({ whole }) => whole.get(path))).size > 1);
    const groups = new Map<string, { setting: Record<string, SettingValue>; seeds: Map<number, MethodResult> }>();
    for (const { whole, ...result } of results) {
      const setting = Object.fromEntries(differing.flatMap((path) => (whole.has(path) ? [[path, whole.get(path) ?? '']] : [])));
      const key = digestOf(setting);
      const group = groups.get(key) ?? { setting, seeds: new Map<number, MethodResult>() };
      groups.set(key, group);
      const { seed } = result.record.experiment;
      const before = group.seeds.get(seed);
      if (!before) group.seeds.set(seed, result);
      else if (JSON.stringify(readings(before)) !== JSON.stringify(readings(result))) {
        warnings.push(`${id}, seed ${seed}: ${before.name} and ${result.name} are the same run with other numbers; the first one counts.`);
      }
    }
    return [...groups.values()]
      .map(({ setting, seeds }) => ({
        method: id,
        setting,
        results: [...seeds].sort(([a], [b]) => a - b).map(([, result]) => result),
      }))
      .sort((a, b) => {
        const path = differing.find((each) => a.setting[each] !== b.setting[each]);
        return path === undefined ? 0 : order(a.setting[path] ?? '', b.setting[path] ?? '');
      });
  });
}

const readings = ({ run }: MethodResult): unknown => run.results.map((result) => result.readings);

/** Reads folders and files. Throws UsageError: nothing there, not a record, or results of several engines unless they may be mixed. */
export function gather(from: readonly string[], anyEngine: boolean): Gathered {
  const found: Found[] = [];
  const missing: string[] = [];
  for (const given of from) {
    const kind = statSync(given, { throwIfNoEntry: false });
    if (!kind) throw new UsageError(`There is no folder or file "${given}".`);
    const values = jsonFiles(given).flatMap(({ path, value }) => (isPlain(value) ? [{ path, value }] : []));
    const of = (wanted: string) => values.filter(({ value }) => value.kind === wanted);
    const here = [...of('inflora-run'), ...of('inflora-runs')].flatMap(({ path, value }) => recordsOf(path, value));
    found.push(...here);
    const names = new Set(here.map(({ name }) => name));
    const failures = new Map(of('inflora-failure').map(({ value }) => [value.name, value.reason]));
    for (const { value } of of('inflora-sweep')) {
      for (const { name, title, seed } of (value as unknown as SweepList).runs) {
        if (names.has(name)) continue;
        names.add(name);
        const state = failures.has(name)
          ? `failed: ${String(failures.get(name))}`
          : runParts(given, name).has('state')
            ? 'begun, not finished'
            : 'missing';
        missing.push(`${title}, seed ${seed} (${name}): ${state}`);
      }
    }
  }
  if (found.length === 0) {
    throw new UsageError(`No finished run in ${from.join(', ')}.${missing.length > 0 ? `\n${missing.join('\n')}` : ''}`);
  }
  const engines = [...new Set(found.map(({ engine }) => engine))];
  if (engines.length > 1 && !anyEngine) {
    const counted = engines.map((engine) => `${found.filter((each) => each.engine === engine).length} of ${engine}`);
    throw new UsageError(
      `These runs are of several engine versions (${counted.join(', ')}), which may give other numbers. Merge the folders of one, or say --any-engine.`,
    );
  }
  const warnings: string[] = [];
  const groups = groupsOf(found, warnings);
  for (const group of groups) {
    for (const { run, record, name } of group.results) {
      const seed = record.experiment.seed;
      if (run.failure !== null) missing.push(`${label(group)}, seed ${seed} (${name}): stopped early: ${run.failure}`);
      else if (record.status !== 'finished') missing.push(`${label(group)}, seed ${seed} (${name}): ${record.status}, not finished`);
    }
  }
  const devices = [...new Set(found.map(({ record: { device } }) => `${device.kind}, ${device.name}`))];
  if (devices.length > 1) warnings.push(`Computed on ${devices.join('; ')}: runs of two devices differ in rounding.`);
  return { groups, engines, devices, missing, warnings, readBy: found[0]?.record.experiment.readBy ?? 'own' };
}
