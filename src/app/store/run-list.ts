/** The list of kept runs itself: names, the reference, taking away, taking along. */
import { reasonOf } from '../../common/said';
import { say } from '../text/say';
import type { HostActions } from './host';
import type { KeptRun } from './kept-run';
import { problemFrom } from './problem';
import { nameOfRun } from './run-words';
import type { RunsState } from './shelf';
import type { Store, Surroundings } from './surroundings';

export interface RunListActions {
  refresh(): Promise<void>;
  open(open: boolean): void;
  /** Changes a row, here and on the shelf. */
  change(row: KeptRun): Promise<void>;
  rename(id: string, name: string): Promise<void>;
  /** What the others are measured by; null for none. */
  pin(id: string | null): Promise<void>;
  /** Takes a run from the list; can be undone for a while. */
  remove(id: string): Promise<void>;
  /** Runs to compare. */
  compare(ids: readonly string[]): void;
  showCompared(shown: boolean): void;
  exportAll(): Promise<void>;
  importFrom(name: string, file: Blob): Promise<void>;
}

/** As long as the message with its Undo stands, and a little. */
const FORGET_MS = 15_000;

export function createRunListActions(store: Store, around: Surroundings, host: HostActions): RunListActions {
  const { shelf } = around;
  const get = store.getState;
  const set = (part: Partial<RunsState>) => store.setState(({ runs }) => ({ runs: { ...runs, ...part } }));
  const rowOf = (id: string) => get().runs.list.find((each) => each.id === id);
  const trying = (work: Promise<unknown>) => work.catch((error: unknown) => host.report(error, 'storage'));

  async function refresh() {
    try {
      const { runs: list, others } = await shelf.list();
      const [claimed, room] = [await shelf.claimed(), await shelf.room()];
      const { status, runs } = get();
      const mine = status === 'idle' ? null : runs.shown;
      // Of the run that is going here nobody knows more than this tab.
      const own = runs.list.find(({ id }) => id === mine);
      set({
        list: list.map((row) => (row.id === mine && own ? own : row)),
        others,
        room,
        elsewhere: new Set([...claimed].filter((id) => id !== mine)),
        trouble: null,
      });
    } catch (error) {
      set({ trouble: say(around.words(), reasonOf(error)) });
    }
  }

  async function change(row: KeptRun) {
    set({ list: get().runs.list.map((each) => (each.id === row.id ? row : each)) });
    await trying(shelf.change(row));
  }

  return {
    refresh,
    change,
    open(open) {
      set({ open, comparing: false });
      if (open) void refresh();
    },
    async rename(id, name) {
      const row = rowOf(id);
      if (row !== undefined) await change({ ...row, name: name.trim() });
    },
    async pin(id) {
      for (const row of get().runs.list) {
        if (row.reference !== (row.id === id)) await change({ ...row, reference: row.id === id });
      }
    },
    async remove(id) {
      const row = rowOf(id);
      if (row === undefined) return;
      set({ compared: get().runs.compared.filter((each) => each !== id) });
      await change({ ...row, gone: true });
      const cancel = around.later(() => {
        set({ list: get().runs.list.filter((each) => each.id !== id) });
        void trying(shelf.remove(id));
      }, FORGET_MS);
      around.notify({
        text: around.words().runs.removed(nameOfRun(around.words(), row)),
        undo() {
          cancel();
          void change({ ...row, gone: false });
        },
      });
    },
    compare: (compared) => set({ compared }),
    showCompared: (comparing) => set({ comparing }),
    async exportAll() {
      const { packRuns } = await import('./run-archive');
      await trying(
        packRuns(
          shelf,
          get().runs.list.filter(({ gone }) => !gone),
        ).then((zip) => around.download('my-runs.zip', 'application/zip', zip)),
      );
    },
    async importFrom(name, file) {
      try {
        const { unpackRuns } = await import('./run-archive');
        const { runs, unread } = await unpackRuns(around.words(), file);
        const known = new Set(get().runs.list.map(({ id }) => id));
        const fresh = runs.filter(({ run }) => !known.has(run.id));
        let order = Math.max(0, ...get().runs.list.map((run) => run.order));
        for (const { run, record, state } of fresh) {
          const kept = state === null ? false : await shelf.putState(run.id, new Blob([state])).then(...settled);
          const bytes = { ...run.bytes, state: kept ? (state?.length ?? 0) : 0 };
          // What ran elsewhere when it was packed does not run here.
          const status = run.status === 'running' ? 'stopped' : run.status;
          await shelf.put({ ...run, bytes, status, order: ++order, reference: false, gone: false }, record);
        }
        await refresh();
        around.notify({ text: around.words().runs.imported(fresh.length, runs.length - fresh.length, unread) });
      } catch (error) {
        const words = around.words();
        const happened = words.runs.importFailed(name, say(words, reasonOf(error)));
        host.show({ ...problemFrom(words, new Error(happened), 'storage'), remedy: null });
      }
    },
  };
}

/** Whether it went well. */
const settled = [() => true, () => false] as const;
