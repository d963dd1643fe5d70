/** Kept runs on the page: shown again, and gone on with. */
import { runnable } from '../../session/experiment';
import type { RunRecord } from '../../session/record';

import type { HostActions } from './host';
import { resumable, type KeptRun } from './kept-run';
import { nameOfRun } from './run-words';
import type { RecordActions } from './records';
import type { RunListActions } from './run-list';
import type { RunActions } from './run';
import type { RunsState } from './shelf';
import type { AppState } from './state';
import type { Store, Surroundings } from './surroundings';

export interface KeptRunActions {
  /** Reads the list; a run of the set-up on the page that was cut off is shown. */
  welcome(): Promise<void>;
  /** Brings a run back to the page, with its set-up; what was there can be had back. */
  show(id: string): Promise<void>;
  /** Null where it cannot be read (the problem is on the page). */
  record(id: string): Promise<RunRecord | null>;
  /** Goes on with a run where it stood. */
  goOn(id: string): Promise<void>;
  /** Offers a run that was cut off no more; the list still does. */
  settle(id: string): Promise<void>;
}

/** The run that the page offers to go on with: the one that it shows, or else the newest that was cut off. Null while another is going. */
export function offered({ runs, status }: AppState): KeptRun | null {
  if (status !== 'idle' && status !== 'failed') return null;
  const free = runs.list.filter((run) => !run.gone && resumable(run) && !runs.elsewhere.has(run.id));
  return free.find(({ id }) => id === runs.shown) ?? free.findLast((run) => run.status === 'running') ?? null;
}

export function createKeptRunActions(
  store: Store,
  around: Surroundings,
  host: HostActions,
  run: RunActions,
  records: RecordActions,
  list: RunListActions,
): KeptRunActions {
  const get = store.getState;
  const set = (part: Partial<RunsState>) => store.setState(({ runs }) => ({ runs: { ...runs, ...part } }));
  const rowOf = (id: string) => get().runs.list.find((each) => each.id === id);

  async function recordOf(id: string) {
    try {
      const record = await around.shelf.record(id);
      if (record === null) throw new Error(around.words().runs.gone);
      return record;
    } catch (error) {
      host.report(error, 'record');
      return null;
    }
  }

  return {
    record: recordOf,
    async welcome() {
      await list.refresh();
      void around.shelf.watch(() => void list.refresh());
      // Those that were taken away when the page closed.
      for (const { id } of get().runs.list.filter(({ gone }) => gone)) await around.shelf.remove(id).catch(() => undefined);
      const row = offered(get());
      if (row === null || JSON.stringify(row.experiment) !== JSON.stringify(get().experiment)) return;
      const record = await around.shelf.record(row.id).catch(() => null);
      if (record === null || get().record !== null || get().status !== 'idle') return;
      store.setState({ record, results: record, origin: 'kept' });
      set({ shown: row.id });
    },
    async show(id) {
      const [row, record] = [rowOf(id), await recordOf(id)];
      if (row !== undefined && record !== null) await records.show(nameOfRun(around.words(), row), record, id);
    },
    async goOn(id) {
      const row = rowOf(id);
      const { experiment } = row === undefined ? { experiment: null } : runnable(row.experiment);
      if (row === undefined || experiment === null) return;
      store.setState({ experiment });
      await run.goOn(row);
    },
    async settle(id) {
      const row = rowOf(id);
      if (row !== undefined) await list.change({ ...row, status: 'stopped' });
      if (get().runs.shown === id) set({ shown: null });
    },
  };
}
