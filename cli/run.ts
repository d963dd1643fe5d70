/** `lab run`: experiments, settings and seeds one after the other, each as the page would run it. */
import { writeFileSync } from 'node:fs';
import type { RunRecord } from '../src/session/record';
import { summaryText } from '../src/session/summary';
import { UsageError, type Command } from './arguments';
import { chooseDevice } from './device';
import { duration, type ProgressWriter } from './progress';
import { openRunFolder, type RunFolder } from './run-folder';
import { runOnce } from './run-once';
import { joined, partText, wholeOf } from './parts';
import type { Site } from './site';
import type { PlannedRun } from './planned-run';
import { namedRuns, ownShard, runsOf, type NamedRun } from './sweep';

/** Exit code of a sweep that was told to stop and saved where it stands: the same call goes on. */
export const STOPPED = 75;

/** One record as it is (the page loads it), several as a list of records. */
function save(path: string, records: readonly RunRecord[], runs: number): void {
  writeFileSync(path, JSON.stringify(runs === 1 ? records[0] : { kind: 'inflora-runs', schema: 1, records }));
}

const recordsOf = (runs: readonly { readonly record: RunRecord }[]): RunRecord[] => runs.map(({ record }) => record);

/** Opened with the first run that needs it, and again after a page that crashed. */
function openSites(command: Command & { readonly kind: 'run' }, open: () => Promise<Site>, writer: ProgressWriter) {
  let site: Site | null = null;
  return {
    async get(): Promise<Site> {
      if (site) return site;
      site = await open();
      await chooseDevice(site, writer, command);
      return site;
    },
    async close(): Promise<void> {
      const gone = site;
      site = null;
      await gone?.close();
    },
  };
}

/** True from the first signal on; a second one ends the process as ever. */
function untilTold(): { readonly stopping: () => boolean; readonly forget: () => void } {
  let told = false;
  const signals = ['SIGTERM', 'SIGINT'] as const;
  const tell = () => {
    told = true;
    forget();
  };
  const forget = () => {
    for (const signal of signals) process.off(signal, tell);
  };
  for (const signal of signals) process.on(signal, tell);
  return { stopping: () => told, forget };
}

/**
 * Exit code 0 when every run finished, 1 when one failed, 2 when an experiment was no good, 75 when told to stop. Throws UsageError.
 */
export async function run(
  command: Extract<Command, { kind: 'run' }>,
  open: () => Promise<Site>,
  engine: () => string,
  writer: ProgressWriter,
  print: (text: string) => void,
): Promise<number> {
  const version = command.outDir === null ? '' : engine();
  const sweep = command.outDir === null ? runsOf(command).map((planned) => ({ ...planned, name: '' })) : namedRuns(command, version);
  const list = ownShard(sweep, command);
  if (list.length === 0) {
    print('This shard has no run.');
    return 0;
  }
  const folder = command.outDir === null ? null : await openRunFolder(command.outDir, version, sweep);
  const sites = openSites(command, open, writer);
  const signal = folder ? untilTold() : null;
  const runs: { readonly of: PlannedRun; record: RunRecord }[] = [];
  const wholes = new Set(list.map(wholeOf)).size;
  const counts = { finished: 0, skipped: 0, failed: 0, refused: 0 };

  async function finish(named: NamedRun, record: RunRecord, into: RunFolder | null) {
    counts.finished++;
    if (record.status !== 'finished') counts.failed++;
    writer.keep(`${record.status} in ${duration(record.seconds)}`);
    if (into) return into.finish(named, record);
    took(named, record);
  }

  /** A part joins the one before it. */
  function took(named: NamedRun, record: RunRecord): void {
    const newest = runs.at(-1);
    if (newest?.of === wholeOf(named)) newest.record = joined(newest.record, record);
    else runs.push({ of: wholeOf(named), record });
  }

  async function fail(named: NamedRun, error: unknown, into: RunFolder | null) {
    if (error instanceof UsageError) counts.refused++;
    else counts.failed++;
    const reason = error instanceof Error ? error.message : String(error);
    writer.keep(`failed: ${reason}`);
    if (into) await into.fail(named, reason);
    // What was learned before stays worth having.
    const partial = into ? null : await sites.get().then((site) => site.call('record').catch(() => null));
    if (partial) took(named, partial);
    if (into && !(error instanceof UsageError)) await sites.close();
  }

  try {
    for (const [i, named] of list.entries()) {
      // Asked now: another worker may have finished it in the meantime.
      if (folder?.has(named.name, 'json')) {
        counts.skipped++;
        continue;
      }
      if (signal?.stopping()) return STOPPED;
      writer.keep(`run ${i + 1} of ${list.length}: ${named.title}, seed ${named.experiment.seed}${partText(named)}`);
      const site = await sites.get();
      try {
        const record =
          folder && signal
            ? await runOnce(site, writer, named, { state: folder.path(named.name, 'state'), stopping: signal.stopping })
            : await runOnce(site, writer, named);
        if (record === null) {
          writer.keep(`told to stop: saved, the same call goes on from here`);
          return STOPPED;
        }
        await finish(named, record, folder);
      } catch (error) {
        // Some schedulers tell the browser to stop as well: then the run stands where it was saved last.
        if (signal?.stopping()) {
          writer.keep('told to stop, and the browser with it: the same call goes on from what was saved last');
          return STOPPED;
        }
        await fail(named, error, folder);
      }
      // After each run, so that an interruption loses at most one.
      if (command.out !== null && runs.length > 0) save(command.out, recordsOf(runs), wholes);
    }
  } finally {
    signal?.forget();
    await sites.close();
  }
  for (const title of new Set(runs.map(({ of }) => of.title))) {
    print(`\n${wholes > 1 ? `${title}\n\n` : ''}${summaryText(recordsOf(runs.filter(({ of }) => of.title === title)))}`);
  }
  if (command.out !== null && runs.length > 0) print(`\nWritten: ${command.out}`);
  if (folder) {
    const { finished, skipped, failed, refused } = counts;
    const said = [`${finished} finished`, `${skipped} there before`, ...(failed + refused > 0 ? [`${failed + refused} failed`] : [])];
    print(`${said.join(', ')} of ${list.length} runs. All of the folder: lab merge ${command.outDir ?? ''}`);
  }
  if (counts.refused > 0) return 2;
  return counts.failed === 0 ? 0 : 1;
}
