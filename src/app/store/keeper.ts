/** Keeps the run on the page as it goes: its record and its state, at each task's end and every half minute. */
import { say } from '../text/say';
import type { RunEvent } from '../../session/events';
import type { RunRecord } from '../../session/record';
import type { HostActions } from './host';
import { rowOf, type KeptRun } from './kept-run';
import { describeError } from './problem';
import type { RunsState } from './shelf';
import type { Store, Surroundings } from './surroundings';

const EVERY_MS = 30_000;
/** Saving takes at most this share of a run: the larger a state, the rarer it is saved. */
const SHARE = 0.02;

export interface Keeper {
  /** A run of its own from here on. */
  begin(): Promise<void>;
  /** The run of a row goes on here; false where another tab has it open. */
  adopt(run: KeptRun): Promise<boolean>;
  /** To be called while the worker stands still after `events`. */
  after(events: readonly RunEvent[]): Promise<void>;
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
  state: number;
  /** When its state was last saved, and what that took. */
  savedAt: number;
  took: number;
}

const endsTask = (event: RunEvent): boolean => event.type === 'phase' && event.phase === 'evaluate' && event.method === null;

export function createKeeper(store: Store, around: Surroundings, host: HostActions): Keeper {
  let kept: Kept | null = null;
  /** What is written is written one after the other. */
  let writing: Promise<unknown> = Promise.resolve();
  const set = (part: Partial<RunsState>) => store.setState(({ runs }) => ({ runs: { ...runs, ...part } }));
  const rowIn = (id: string) => store.getState().runs.list.find((run) => run.id === id);

  async function put({ row, state }: Kept, record: RunRecord): Promise<void> {
    const { name, reference } = rowIn(row.id) ?? {};
    const before = { ...row, ...(name === undefined ? {} : { name }), ...(reference === undefined ? {} : { reference }) };
    const bytes = await around.shelf.put(rowOf(record, before, { record: 0, state }), record);
    const now = rowOf(record, before, { record: bytes, state });
    const { list } = store.getState().runs;
    set({ list: rowIn(row.id) ? list.map((run) => (run.id === row.id ? now : run)) : [...list, now], trouble: null });
  }

  async function trying(work: () => Promise<void>): Promise<void> {
    writing = writing.then(work).catch((error: unknown) => {
      const trouble = say(around.words(), describeError(error).reason);
      if (store.getState().runs.trouble === trouble) return;
      set({ trouble });
      host.report(error, 'storage');
    });
    await writing;
  }

  /** The state where the run can be cut, then the record. */
  const save = (of: Kept, withState: boolean, record = store.getState().record) =>
    trying(async () => {
      if (record === null) return;
      const saved = withState && record.status !== 'finished' ? await (await host.connect()).keep(of.row.id) : null;
      if (saved) Object.assign(of, { state: saved.bytes, took: saved.milliseconds, savedAt: around.now() });
      await put(of, record);
    });

  /** At the first run worth keeping. */
  async function askToPersist() {
    if (store.getState().runs.persisted !== null) return;
    set({ persisted: false });
    set({ persisted: await around.shelf.persist().catch(() => false) });
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
    kept = { row, release, state, savedAt: around.now(), took: 0 };
    set({ shown: row.id });
    return true;
  }

  return {
    leave,
    async begin() {
      const order = Math.max(0, ...store.getState().runs.list.map((run) => run.order)) + 1;
      await claim({ id: crypto.randomUUID(), order }, 0);
    },
    adopt: ({ id, order, bytes }) => claim({ id, order }, bytes.state),
    async after(events) {
      if (kept === null) return;
      const dueIn = Math.max(EVERY_MS, kept.took / SHARE) - (around.now() - kept.savedAt);
      const taskEnds = events.some(endsTask);
      if (taskEnds || dueIn <= 0) await save(kept, true);
      else if (events.some(({ type }) => type === 'started' || type === 'result')) await save(kept, false);
      if (taskEnds) void askToPersist();
    },
    async save(record) {
      if (kept !== null) await save(kept, true, record);
    },
    async ended() {
      const of = kept;
      if (of === null) return;
      await trying(async () => {
        const { record } = store.getState();
        if (record === null) return;
        if (record.status === 'finished') {
          of.state = 0;
          await around.shelf.dropState(of.row.id);
        }
        await put(of, record);
      });
    },
  };
}
