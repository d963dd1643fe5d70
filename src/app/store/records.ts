/** Saving, loading and replaying run records. */
import { reasonOf } from '../../common/said';
import { runnable } from '../../session/experiment';
import { parseRecord, parseRecordText } from '../../session/migrations';
import { OWN } from '../../session/read-by';
import type { RunRecord } from '../../session/record';
import { say } from '../text/say';
import type { Store, Surroundings } from './surroundings';
import { wholeRecord, type PlaybackActions } from './playback';
import { problemFrom } from './problem';
import type { RunActions } from './run';
import { readCatalogue, type RunEntry } from './catalogue';
import { sameRun } from './changes';
import { bringBack, shownOn } from './shown';
import { currentReading } from './state';
import { methodIn } from '../names';

export interface RecordActions {
  /** Reads the site's lists and shows what is recorded of the experiment. */
  welcome(): Promise<void>;
  /** On a page that shows no run of its own: plays the recorded run of exactly this experiment, or shows empty charts. */
  showRecorded(): Promise<void>;
  /** Plays a recorded run and sets up its experiment, which Start then computes here; what was on the page can be had back. */
  playRecorded(entry: RunEntry): Promise<void>;
  /** Fetches what other learning rates reach on a bundled stream, where the site has it. */
  ensureRates(stream: string): Promise<void>;
  /** Shows a record from a file; what was on the page can be had back. */
  open(name: string, content: string): Promise<void>;
  /** As `open`, a run of the list. */
  show(name: string, record: RunRecord, id: string): Promise<void>;
  saveJson(): void;
  saveCsv(): Promise<void>;
}

/** A file name that says what was run. */
export const fileName = (record: RunRecord, extension: string) => {
  const words = [record.stream.title, ...record.methods.map((method) => method.id), `seed-${record.experiment.seed}`];
  return `${words
    .join('-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')}.${extension}`;
};

/** An extension that says by which reading the numbers are, where it is not the methods' own. */
export const readExtension = (extension: string, reading: string): string => (reading === OWN ? extension : `${reading}.${extension}`);

export function createRecordActions(store: Store, around: Surroundings, run: RunActions, playback: PlaybackActions): RecordActions {
  const { getState: get, setState: set } = store;
  const report = (error: unknown) =>
    set((state) => ({ problems: { ...state.problems, record: problemFrom(around.words(), error, 'record') } }));

  const recorded = async ({ file }: RunEntry) => parseRecord(await around.fetchJson(`runs/${file}`));

  async function showRecorded() {
    if (get().playback !== null) playback.leave();
    const { experiment, catalogue } = get();
    const { from } = experiment.stream;
    const untouched = () => get().status === 'idle' && get().record === null && get().experiment === experiment;
    const candidates = from.source === 'bundled' ? (catalogue?.runs.filter(({ stream }) => stream === from.id) ?? []) : [];
    try {
      for (const entry of candidates) {
        if (!untouched()) return;
        const full = await recorded(entry);
        if (!untouched() || !sameRun(around.words(), full.experiment, experiment)) continue;
        // How it is read is part of a link, and every reading is part of a record.
        playback.start(entry.id, entry.title, { ...full, experiment: { ...experiment, title: full.experiment.title } });
        return;
      }
    } catch (error) {
      report(error);
    }
  }

  /** Shows `record` by `show`, with what of its experiment can run here in the set-up; offers to have back what was there. */
  async function inPlaceOfAll(name: string, record: RunRecord, show: () => void): Promise<void> {
    const { experiment, unknown } = runnable(record.experiment);
    const missing = unknown.map((id) => methodIn(around.words(), record, id).name).join(', ');
    if (get().status === 'running' || get().status === 'paused') await run.stop();
    const before = shownOn(get());
    playback.leave();
    set(({ runs }) => ({
      ...(experiment === null ? {} : { experiment }),
      ...{ status: 'idle', opened: null, live: null, problems: {}, runs: { ...runs, shown: null } },
    }));
    show();
    const undo = () => {
      playback.leave();
      bringBack(store, before);
    };
    const said =
      missing === ''
        ? around.words().shell.recordOpened(name)
        : `${around.words().shell.recordOpened(name)} ${around.words().shell.methodsMissing(missing)}`;
    around.notify({ text: said, undo });
  }

  return {
    async playRecorded(entry) {
      try {
        const full = await recorded(entry);
        await inPlaceOfAll(entry.title, full, () => playback.start(entry.id, entry.title, full));
      } catch (error) {
        report(error);
      }
    },
    async ensureRates(stream) {
      const { rates, catalogue } = get();
      const file = catalogue?.rates[stream];
      if (file === undefined || rates.for === stream) return;
      set({ rates: { state: 'loading', for: stream, value: null } });
      const parsed = await around
        .fetchJson(`runs/${file}`)
        .then(async (json) => (await import('../../session/rate-sweep')).readRateSweep(json))
        .catch(() => null);
      if (get().rates.for !== stream) return;
      set({
        rates: parsed === null ? { state: 'failed', for: stream, value: null } : { state: 'ready', for: stream, value: parsed },
      });
    },
    async welcome() {
      set({ catalogue: await readCatalogue(around.fetchJson) });
      await showRecorded();
    },
    showRecorded,
    show: (name, record, id) =>
      inPlaceOfAll(name, record, () => set(({ runs }) => ({ record, results: record, origin: 'kept', runs: { ...runs, shown: id } }))),
    async open(name, content) {
      try {
        const record = parseRecordText(content);
        await inPlaceOfAll(name, record, () => set({ record, results: record, origin: 'loaded' }));
      } catch (error) {
        const words = around.words();
        report(new Error(words.problems.recordFailed(name, say(words, reasonOf(error)))));
      }
    },
    saveJson() {
      const record = wholeRecord(get());
      if (record !== null) around.download(fileName(record, 'json'), 'application/json', JSON.stringify(record));
    },
    async saveCsv() {
      const record = wholeRecord(get());
      const reading = currentReading(get());
      if (record === null) return;
      const { accuracyCsv } = await import('../../session/csv');
      around.download(fileName(record, readExtension('csv', reading)), 'text/csv', accuracyCsv(record, reading));
    },
  };
}
