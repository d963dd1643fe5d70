/** `lab run`: experiments and seeds one after the other, each as the page would run it. */
import { writeFileSync } from 'node:fs';
import { METHOD_IDS } from '../src/session/experiment';
import type { DeviceReport } from '../src/worker/api';
import { applyEvents } from '../src/session/fold';
import type { RunRecord } from '../src/session/record';
import { summaryText } from '../src/session/summary';
import { takeShard, UsageError, type Command } from './arguments';
import { loadExperiment, withMethods, type LoadedExperiment } from './experiments';
import { duration, eventLine, phaseLine, type ProgressWriter } from './progress';
import { RunFailure, type Site } from './site';

const PULL_MS = 500;

/** While `work` goes on, says now and then what is being loaded. */
export async function withProgress<T>(site: Site, writer: ProgressWriter, work: Promise<T>): Promise<T> {
  let going = true;
  const watching = (async () => {
    while (going) {
      await new Promise((resolve) => setTimeout(resolve, PULL_MS));
      const now = going ? await site.call('progress').catch(() => null) : null;
      if (!now) continue;
      const what = 'stage' in now ? now.stage : `task ${now.task + 1} · ${now.phase}`;
      writer.live(`${what} · ${now.done}${now.total > 0 ? ` of ${now.total}` : ''}`);
    }
  })();
  try {
    return await work;
  } finally {
    going = false;
    await watching;
  }
}

export function deviceLines({ chosen, unavailable }: DeviceReport): string[] {
  const engine = chosen.engine === 'plan' ? 'own kernels' : 'tfjs';
  return [`device  ${chosen.kind} (${engine}), ${chosen.name}`, ...unavailable.map(({ kind, reason }) => `        not ${kind}: ${reason}`)];
}

/** One run to its end; the record folds as the page folds it. */
export async function runOnce(site: Site, writer: ProgressWriter, loaded: LoadedExperiment): Promise<RunRecord> {
  await site.call('provide', site.publish(loaded.files));
  const { assumed, skipped } = await withProgress(site, writer, site.call('open', loaded.experiment));
  for (const line of assumed) writer.keep(`assumed ${line}`);
  if (skipped.length > 0) writer.keep(`skipped ${skipped.length} files, the first: ${skipped[0] ?? ''}`);
  let record: RunRecord | null = null;
  for (;;) {
    const events = await site.call('next', PULL_MS);
    if (events === null) break;
    record = applyEvents(record, events);
    const tasks = record?.stream.tasks.length ?? 0;
    for (const event of events) {
      const line = eventLine(event);
      if (line !== null) writer.keep(line);
    }
    const phase = events.findLast((event) => event.type === 'phase');
    if (phase?.type === 'phase') writer.live(phaseLine(phase, tasks));
  }
  if (record === null) throw new RunFailure('The run ended before it began.');
  return record;
}

/** One record as it is (the page loads it), several as a list of records. */
function save(path: string, records: readonly RunRecord[], runs: number): void {
  writeFileSync(path, JSON.stringify(runs === 1 ? records[0] : { kind: 'inflora-runs', schema: 1, records }));
}

/** Exit code 0 when every run finished, 1 when one failed, 2 when an experiment was no good. Throws UsageError. */
export async function run(
  command: Extract<Command, { kind: 'run' }>,
  open: () => Promise<Site>,
  writer: ProgressWriter,
  print: (text: string) => void,
): Promise<number> {
  const experiments = command.experiments.map(loadExperiment).map((loaded) => {
    const methods = command.methods ?? (loaded.bundled && command.seeds > 1 ? METHOD_IDS : null);
    return methods ? { ...loaded, experiment: withMethods(loaded.experiment, methods) } : loaded;
  });
  const list = takeShard(
    experiments.flatMap((loaded) =>
      Array.from({ length: command.seeds }, (_, i) => ({
        ...loaded,
        experiment: { ...loaded.experiment, seed: loaded.experiment.seed + i },
      })),
    ),
    command.shard,
  );
  if (list.length === 0) {
    print('This shard has no run.');
    return 0;
  }
  const site = await open();
  const records: RunRecord[] = [];
  const finished = new Map<string, RunRecord[]>();
  let failed = 0;
  let refused = 0;
  try {
    for (const line of deviceLines(await site.call('useDevice', command.device))) writer.keep(line);
    for (const [i, loaded] of list.entries()) {
      writer.keep(`run ${i + 1} of ${list.length}: ${loaded.label}, seed ${loaded.experiment.seed}`);
      try {
        const record = await runOnce(site, writer, loaded);
        records.push(record);
        finished.set(loaded.label, [...(finished.get(loaded.label) ?? []), record]);
        if (record.status !== 'finished') failed++;
        writer.keep(`${record.status} in ${duration(record.seconds)}`);
      } catch (error) {
        if (error instanceof UsageError) refused++;
        else failed++;
        writer.keep(`failed: ${error instanceof Error ? error.message : String(error)}`);
        // What was learned before stays worth having.
        const partial = await site.call('record').catch(() => null);
        if (partial) records.push(partial);
      }
      // After each run, so that an interruption loses at most one.
      if (command.out !== null && records.length > 0) save(command.out, records, list.length);
    }
  } finally {
    await site.close();
  }
  for (const [label, done] of finished) print(`\n${list.length > 1 ? `${label}\n\n` : ''}${summaryText(done)}`);
  if (command.out !== null && records.length > 0) print(`\nWritten: ${command.out}`);
  if (refused > 0) return 2;
  return failed === 0 ? 0 : 1;
}
