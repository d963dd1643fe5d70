/** A sweep: the runs of experiments, settings and seeds, each under a name that tells whether it was done before. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { METHOD_IDS } from '../src/session/experiment';
import { takeShard, type Sweep } from './arguments';
import { loadExperiments, withMethods } from './experiments';
import { settingsOf, settingText, withSetting } from './grid';
import { inParts } from './parts';
import type { PlannedRun } from './planned-run';

/** A run with what it is called by in a folder of runs. */
export interface NamedRun extends PlannedRun {
  readonly name: string;
}

/** All runs of a sweep in a fixed order, seeds innermost, parts of a run one after the other. Throws UsageError. */
export function runsOf(sweep: Sweep): PlannedRun[] {
  return sweep.experiments.flatMap(loadExperiments).flatMap((loaded) => {
    const methods = sweep.methods ?? (loaded.bundled && sweep.seeds > 1 ? METHOD_IDS : null);
    const base = methods ? withMethods(loaded.experiment, methods) : loaded.experiment;
    return settingsOf(sweep.grid).flatMap((setting) => {
      const experiment = withSetting(base, setting);
      const title = [loaded.label, settingText(setting)].filter((part) => part !== '').join(' ');
      return Array.from({ length: sweep.seeds }, (_, i) => ({
        ...loaded,
        title,
        experiment: { ...experiment, seed: experiment.seed + i },
      })).flatMap(inParts);
    });
  });
}

export const ownShard = <T>(runs: readonly T[], { shard }: Sweep): T[] => takeShard(runs, shard);

/** Keys in the order of the alphabet: two ways of writing one experiment are one. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, canonical(item)]),
  );
}

export const digestOf = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(canonical(value)))
    .digest('hex')
    .slice(0, 16);

const CHUNK = 1 << 22;

/** Of a file of any size. */
function fileDigest(path: string): string {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK);
  const file = openSync(path, 'r');
  try {
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) hash.update(chunk.subarray(0, read));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}

/** Names that only the same run has: experiment with its seed, the bytes of local files, the device asked for, the engine. */
export function namedRuns(sweep: Sweep, engine: string): NamedRun[] {
  const hashed = new Map<string, string>();
  const bytesOf = (path: string): string => {
    const digest = hashed.get(path) ?? fileDigest(path);
    hashed.set(path, digest);
    return digest;
  };
  const seen = new Set<string>();
  return runsOf(sweep)
    .map((run) => {
      const files = run.files.map(({ name, path }) => [name, bytesOf(path)]);
      return { ...run, name: digestOf({ experiment: { ...run.experiment, title: '' }, files, device: sweep.device, engine }) };
    })
    .filter(({ name }) => !seen.has(name) && seen.add(name));
}
