/** A shelf in memory, for tests and for developing the page; what it is told to refuse it refuses. */
import { parseRecordText } from '../../session/migrations';
import type { KeptRun } from '../store/kept-run';
import type { Shelf } from '../store/shelf';

export interface MemoryShelf extends Shelf {
  readonly rows: Map<string, KeptRun>;
  readonly states: Map<string, Blob>;
  /** Runs that another tab has open. */
  readonly elsewhere: Set<string>;
  /** The next writes fail with this; null: none does. */
  refuse: Error | null;
}

export function memoryShelf(): MemoryShelf {
  const rows = new Map<string, KeptRun>();
  const records = new Map<string, string>();
  const states = new Map<string, Blob>();
  const mine = new Set<string>();
  const elsewhere = new Set<string>();
  const writing = () => {
    if (shelf.refuse) throw shelf.refuse;
  };
  const shelf: MemoryShelf = {
    ...{ rows, states, elsewhere, refuse: null },
    list: async () => ({ runs: [...rows.values()].sort((a, b) => a.order - b.order), others: 0 }),
    async put(run, record) {
      writing();
      const written = JSON.stringify(record);
      rows.set(run.id, { ...run, bytes: { ...run.bytes, record: written.length } });
      records.set(run.id, written);
      return written.length;
    },
    async change(run) {
      writing();
      rows.set(run.id, run);
    },
    async record(id) {
      const written = records.get(id);
      return written === undefined ? null : parseRecordText(written);
    },
    async remove(id) {
      rows.delete(id);
      records.delete(id);
      states.delete(id);
    },
    dropState: async (id) => void states.delete(id),
    state: async (id) => states.get(id) ?? null,
    putState: async (id, state) => void states.set(id, state),
    async claim(id) {
      if (elsewhere.has(id) || mine.has(id)) return null;
      mine.add(id);
      return () => void mine.delete(id);
    },
    claimed: async () => new Set([...mine, ...elsewhere]),
    persist: async () => true,
    room: async () => ({ used: 1e6, of: 1e9 }),
    watch: async () => undefined,
  };
  return shelf;
}
