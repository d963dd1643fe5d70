/** One run in the page, from the start or from where it stood. */
import { statSync } from 'node:fs';
import { applyEvents } from '../src/session/fold';
import type { RunRecord } from '../src/session/record';
import type { LoadedExperiment } from './experiments';
import { eventLine, phaseLine, type ProgressWriter } from './progress';
import { replaceFile } from './run-folder';
import { RunFailure, type Site } from './site';

const PULL_MS = 500;
/** A run that is kept loses at most so much, or as much as keeps saving below a fiftieth of its time. */
const KEEP_MS = 30_000;
const KEEP_SHARE = 50;

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

/** Where a run is kept as it goes, and whether somebody wants it to stop. */
export interface Keeping {
  readonly state: string;
  readonly stopping: () => boolean;
}

/** The run that was kept, if it can go on; else from the start. */
async function openRun(site: Site, writer: ProgressWriter, loaded: LoadedExperiment, keeping?: Keeping): Promise<RunRecord | null> {
  await site.call('provide', site.publish(loaded.files));
  const tell = ({ assumed, skipped }: { readonly assumed: readonly string[]; readonly skipped: readonly string[] }) => {
    for (const line of assumed) writer.keep(`assumed ${line}`);
    if (skipped.length > 0) writer.keep(`skipped ${skipped.length} files, the first: ${skipped[0] ?? ''}`);
  };
  const [kept] =
    keeping && statSync(keeping.state, { throwIfNoEntry: false }) ? site.publish([{ name: 'state', path: keeping.state }]) : [];
  if (kept) {
    try {
      tell(await withProgress(site, writer, site.call('goOnFrom', kept.url)));
      const record = await site.call('record');
      writer.keep(`goes on where it stood after ${Math.round(record?.seconds ?? 0)} s`);
      return record;
    } catch (error) {
      writer.keep(`begins again: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  tell(await withProgress(site, writer, site.call('open', loaded.experiment)));
  return null;
}

/** To its end; the record folds as the page folds it. */
export async function runOnce(site: Site, writer: ProgressWriter, loaded: LoadedExperiment): Promise<RunRecord>;
/** Kept as it goes. Null: it was told to stop, and stands in its file. */
export async function runOnce(site: Site, writer: ProgressWriter, loaded: LoadedExperiment, keeping: Keeping): Promise<RunRecord | null>;
export async function runOnce(site: Site, writer: ProgressWriter, loaded: LoadedExperiment, keeping?: Keeping): Promise<RunRecord | null> {
  if (keeping?.stopping()) return null;
  let record = await openRun(site, writer, loaded, keeping);
  let due = performance.now() + KEEP_MS;
  for (;;) {
    const wanted = keeping !== undefined && (keeping.stopping() || performance.now() > due);
    if (wanted) {
      const since = performance.now();
      const saved = await replaceFile(keeping.state, (beside) => site.call('sendState', site.receive(beside)));
      if (saved && keeping.stopping()) return null;
      const now = performance.now();
      if (saved) due = now + Math.max(KEEP_MS, KEEP_SHARE * (now - since));
    }
    // Event by event where it could not be cut.
    const events = await site.call('next', wanted ? 0 : PULL_MS);
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
