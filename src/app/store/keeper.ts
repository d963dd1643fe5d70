/** Keeps the run on the page as it goes: its record and its state, at each task's end and every half minute. */
import { say } from '../text/say';
import type { RunEvent } from '../../session/events';
import type { RunRecord } from '../../session/record';
import type { HostActions } from './host';
import { rowOf, type KeptRun } from './kept-run';
import { wholeRecord } from './playback';
import { describeError } from './problem';
import type { RunsState } from './shelf';
import type { Store, Surroundings } from './surroundings';

const EVERY_MS = 30_000;
/** For saving as it goes a run stands still for at most this share of its time: the longer one takes, the rarer it is done. */
const SHARE = 0.02;

export interface Keeper {
  /** A run of its own from here on. */
  begin(): Promise<void>;
  /** The run of a row goes on here; false where another tab has it open. */
  adopt(run: KeptRun): Promise<boolean>;
  /** Whether the run should be saved now, after these events: then the worker has to stand still. */
  due(events: readonly RunEvent[]): boolean;
  /** To be called after each of the run's `events`; saves where it is due and the worker stands still. */
  after(events: readonly RunEvent[], still: boolean): Promise<void>;
  /** Now: the run pauses, or is about to be closed. */
  save(record?: RunRecord | null): Promise<void>;
  /** The run is over, as the record on the page says. */
  ended(): Promise<void>;
  /** No run is open any more: another tab may go on with it. */
  leave(): void;
}

interface Kept {
  readonly row: Pick<KeptRun, 'id' | 'order'>;
  readonly release: () => void;
  /** Bytes. */
  state: number;
  /** When it was opened here, and how long it stood still for saving as it went since then. */
  readonly since: number;
  spent: number;
  /** When a state was taken last, and how long the run stood still for it. */
  triedAt: number;
  took: number;
  /** The last try found no room, or no place where the run can be cut: the next one does not wait half a minute. */
  behind: boolean;
  /** What was taken last is on its way to the disk. */
  writing: boolean;
}

const endsTask = (event: RunEvent): boolean => event.type === 'phase' && event.phase === 'evaluate' && event.method === null;

export function createKeeper(store: Store, around: Surroundings, host: HostActions): Keeper {
  let kept: Kept | null = null;
  /** What this run's page says already. */
  let told: string | null = null;
  /** What is written is written one after the other. */
  let writing: Promise<unknown> = Promise.resolve();
  const set = (part: Partial<RunsState>) => store.setState(({ runs }) => ({ runs: { ...runs, ...part } }));
  const rowIn = (id: string) => store.getState().runs.list.find((run) => run.id === id);

  async function put({ row, state }: Kept, record: RunRecord): Promise<true> {
    const { name, reference } = rowIn(row.id) ?? {};
    const before = { ...row, ...(name === undefined ? {} : { name }), ...(reference === undefined ? {} : { reference }) };
    const bytes = await around.shelf.put(rowOf(record, before, { record: 0, state }), record);
    const now = rowOf(record, before, { record: bytes, state });
    const { list } = store.getState().runs;
    set({ list: rowIn(row.id) ? list.map((run) => (run.id === row.id ? now : run)) : [...list, now], trouble: null });
    return true;
  }

  /** `work` says whether it wrote anything; nothing written proves no room. */
  async function trying(of: Kept, work: () => Promise<boolean>): Promise<void> {
    writing = writing
      .then(work)
      .then((wrote) => {
        if (wrote) told = null;
      })
      .catch((error: unknown) => {
        of.behind = true;
        const trouble = say(around.words(), describeError(error).reason);
        set({ trouble });
        if (told !== trouble) host.report(error, 'storage');
        told = trouble;
      });
    await writing;
  }

  /**
   * The state where the run can be cut, then the record; where it cannot, the record alone, or nothing yet of a run that is saved as it
   * goes. That one goes on as soon as its state was taken; the others wait until all is written.
   */
  async function save(of: Kept, record = wholeRecord(store.getState()), asItGoes = false): Promise<void> {
    if (record === null) return;
    await writing;
    const start = around.now();
    const h = await host.connect();
    const [taken] = await Promise.allSettled([record.status === 'finished' ? null : h.keep(of.row.id)]);
    const bytes = taken.status === 'fulfilled' ? taken.value?.bytes : undefined;
    of.behind = bytes === undefined;
    if (asItGoes && of.behind && taken.status === 'fulfilled') return;
    of.triedAt = around.now();
    of.took = of.triedAt - start;
    if (asItGoes) of.spent += of.took;
    // `npm run bench -- --saving` adds these up.
    performance.measure('save', { start, end: of.triedAt });
    of.writing = true;
    const written = trying(of, async () => {
      // Where a state finds no room the results may.
      const [kept] = await Promise.allSettled([bytes === undefined ? Promise.resolve() : h.kept()]);
      if (kept.status === 'fulfilled') of.state = bytes ?? of.state;
      await put(of, record);
      for (const each of [taken, kept]) if (each.status === 'rejected') throw each.reason;
      performance.measure('written', { start: of.triedAt, end: around.now() });
      return true;
    }).finally(() => (of.writing = false));
    if (!asItGoes) await written;
  }

  /** At the first run worth keeping. */
  async function askToPersist() {
    if (store.getState().runs.persisted !== null) return;
    set({ persisted: false });
    set({ persisted: await around.shelf.persist().catch(() => false) });
  }

  function due(events: readonly RunEvent[]): boolean {
    if (kept === null || kept.writing) return false;
    const now = around.now();
    const late = events.some(endsTask) || kept.behind || now - kept.triedAt >= EVERY_MS;
    // The next one takes about what the last one took.
    return late && kept.spent + kept.took <= SHARE * (now - kept.since);
  }

  function leave() {
    kept?.release();
    kept = null;
  }

  async function claim(row: Kept['row'], state: number): Promise<boolean> {
    if (kept?.row.id === row.id) return true;
    leave();
    const release = await around.shelf.claim(row.id);
    if (release === null) return false;
    const now = around.now();
    kept = { row, release, state, since: now, spent: 0, triedAt: now, took: 0, behind: false, writing: false };
    set({ shown: row.id });
    return true;
  }

  return {
    leave,
    async begin() {
      told = null;
      const order = Math.max(0, ...store.getState().runs.list.map((run) => run.order)) + 1;
      await claim({ id: crypto.randomUUID(), order }, 0);
    },
    adopt: ({ id, order, bytes }) => claim({ id, order }, bytes.state),
    due,
    async after(events, still) {
      const of = kept;
      const { record } = store.getState();
      if (of === null || record === null) return;
      if (events.some(({ type }) => type === 'started')) await trying(of, () => put(of, record));
      if (still && due(events)) await save(of, record, true);
      if (events.some(endsTask)) void askToPersist();
    },
    async save(record) {
      if (kept !== null) await save(kept, record);
    },
    async ended() {
      const of = kept;
      if (of === null) return;
      await trying(of, async () => {
        const { record } = store.getState();
        if (record === null) return false;
        const whole = record.status === 'finished';
        if (whole) of.state = 0;
        await put(of, record);
        // Not before the record is whole on the disk: until then the run goes on from its state.
        if (whole) await around.shelf.dropState(of.row.id);
        return true;
      });
    },
  };
}
