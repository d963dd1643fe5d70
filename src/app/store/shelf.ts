/** Where runs are kept: what the store asks of the browser's storage. */
import type { RunRecord } from '../../session/record';
import type { KeptRun } from './kept-run';

export interface Shelf {
  /** In the order of the list. `others`: rows that a newer version wrote. Rejects where the browser keeps nothing. */
  list(): Promise<{ readonly runs: readonly KeptRun[]; readonly others: number }>;
  /** Both or neither; the number of bytes that the record takes. Throws StorageError. */
  put(run: KeptRun, record: RunRecord): Promise<number>;
  /** The row alone. */
  change(run: KeptRun): Promise<void>;
  /** Null where it is gone. Throws RecordError. */
  record(id: string): Promise<RunRecord | null>;
  /** With its state. */
  remove(id: string): Promise<void>;
  /** Its state alone. */
  dropState(id: string): Promise<void>;
  state(id: string): Promise<Blob | null>;
  putState(id: string, state: Blob): Promise<void>;
  /** For this tab alone, until what it resolves with is called; null where another tab has it open. */
  claim(id: string): Promise<(() => void) | null>;
  /** Runs that some tab has open. */
  claimed(): Promise<ReadonlySet<string>>;
  /** Asks the browser not to clear this site; false where it may. */
  persist(): Promise<boolean>;
  room(): Promise<{ readonly used: number; readonly of: number } | null>;
  /** Called when another tab has changed the list. */
  watch(changed: () => void): Promise<void>;
}

export interface RunsState {
  readonly list: readonly KeptRun[];
  /** Rows that a newer version wrote: kept, not shown. */
  readonly others: number;
  /** The row whose record is on the page; null for none, or one from elsewhere. */
  readonly shown: string | null;
  /** Runs that another tab has open. */
  readonly elsewhere: ReadonlySet<string>;
  /** Why nothing is kept here; null while all is well. */
  readonly trouble: string | null;
  /** Whether the browser promised not to clear it; null: not asked yet. */
  readonly persisted: boolean | null;
  readonly room: { readonly used: number; readonly of: number } | null;
  /** Whether the list is open, the rows that are chosen to be compared, and whether they are. */
  readonly open: boolean;
  readonly comparing: boolean;
  readonly compared: readonly string[];
}

export const noRuns: RunsState = {
  list: [],
  others: 0,
  shown: null,
  elsewhere: new Set(),
  trouble: null,
  persisted: null,
  room: null,
  open: false,
  comparing: false,
  compared: [],
};
