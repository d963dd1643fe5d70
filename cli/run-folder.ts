/**
 * A folder of runs: `NAME.json` a finished run's record, `NAME.state` where an unfinished one stood, `NAME.failed.json` why one failed,
 * `sweep-….json` which runs a sweep has. Whatever is written is written beside and renamed, so that restarts, shards, requeued jobs
 * and several workers on one folder do each other no harm.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '../src/session/record';
import { UsageError } from './arguments';
import { digestOf, type NamedRun } from './sweep';

/** What a sweep adds to a run's record; the page leaves it aside. */
export interface SweepFacts {
  readonly name: string;
  readonly title: string;
  readonly engine: string;
}

export interface SweepList {
  readonly kind: 'inflora-sweep';
  readonly schema: 1;
  readonly engine: string;
  readonly runs: readonly { readonly name: string; readonly title: string; readonly seed: number }[];
}

/** What is written beside for so long was left by a process that was killed. */
const LEFT_OVER_MS = 3_600_000;

let written = 0;

/** Beside and renamed: nobody ever sees half a file. `write` is given the name to write to; false where it had nothing to write. */
export async function replaceFile(path: string, write: (beside: string) => Promise<boolean> | undefined): Promise<boolean> {
  const beside = `${path}.${process.pid}-${Date.now().toString(36)}-${written++}.part`;
  try {
    if ((await write(beside)) === false) return false;
    renameSync(beside, path);
    return true;
  } finally {
    rmSync(beside, { force: true });
  }
}

export type RunPart = 'json' | 'state' | 'failed.json';

export interface RunFolder {
  readonly path: (name: string, part: RunPart) => string;
  readonly has: (name: string, part: RunPart) => boolean;
  finish(run: NamedRun, record: RunRecord): Promise<void>;
  /** The reason stays until the run is finished. */
  fail(run: NamedRun, reason: string): Promise<void>;
}

/** Makes the folder where there is none, and notes which runs the sweep has. Throws UsageError. */
export async function openRunFolder(folder: string, engine: string, sweep: readonly NamedRun[]): Promise<RunFolder> {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new UsageError(`--out-dir: "${folder}" cannot be made a folder (${error instanceof Error ? error.message : String(error)}).`);
  }
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.part'))) {
    const beside = statSync(join(folder, name), { throwIfNoEntry: false });
    if (beside && Date.now() - beside.mtimeMs > LEFT_OVER_MS) rmSync(join(folder, name), { force: true });
  }
  const path = (name: string, part: RunPart) => join(folder, `${name}.${part}`);
  const json = async (to: string, value: unknown): Promise<void> => {
    await replaceFile(to, (beside) => void writeFileSync(beside, JSON.stringify(value)));
  };
  const facts = ({ name, title }: NamedRun): SweepFacts => ({ name, title, engine });
  const runs = sweep.map(({ name, title, experiment }) => ({ name, title, seed: experiment.seed }));
  const list: SweepList = { kind: 'inflora-sweep', schema: 1, engine, runs };
  await json(join(folder, `sweep-${digestOf(list)}.json`), list);
  return {
    path,
    has: (name, part) => existsSync(path(name, part)),
    async finish(run, record) {
      await json(path(run.name, 'json'), { ...record, sweep: facts(run) });
      rmSync(path(run.name, 'state'), { force: true });
      rmSync(path(run.name, 'failed.json'), { force: true });
    },
    fail: (run, reason) =>
      json(path(run.name, 'failed.json'), { kind: 'inflora-failure', ...facts(run), seed: run.experiment.seed, reason }),
  };
}

/** Which parts a run of the folder has. */
export const runParts = (folder: string, name: string): ReadonlySet<RunPart> =>
  new Set((['json', 'state', 'failed.json'] as const).filter((part) => existsSync(join(folder, `${name}.${part}`))));

/** A JSON file, or those of a folder. Throws UsageError naming one that is none. */
export function jsonFiles(from: string): { readonly path: string; readonly value: unknown }[] {
  const inside = () => readdirSync(from).filter((name) => name.endsWith('.json'));
  const paths = statSync(from).isDirectory()
    ? inside()
        .sort()
        .map((name) => join(from, name))
    : [from];
  return paths.map((path) => {
    try {
      return { path, value: JSON.parse(readFileSync(path, 'utf8')) as unknown };
    } catch {
      throw new UsageError(`"${path}" is not JSON.`);
    }
  });
}
