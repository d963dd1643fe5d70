/** Runs in this browser: the list and the records in IndexedDB, states in the private file system, one lock for each open run. */
import { asIs } from '../../common/said';
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import * as v from 'valibot';
import { parseRecordText } from '../../session/migrations';
import { browserRunFiles } from '../../worker/runs/run-files';
import { StorageError } from '../../worker/runs/storage-error';
import { keptRun, type KeptRun } from '../store/kept-run';
import type { Shelf } from '../store/shelf';
import type { Texts } from '../text/en';

interface Runs extends DBSchema {
  runs: { key: string; value: KeptRun };
  records: { key: string; value: string };
}

const LOCK = 'run ';

const telling =
  (words: () => Texts) =>
  async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const { name, message } = error instanceof Error || error instanceof DOMException ? error : { name: '', message: String(error) };
      const { full, noStorage } = words().runs;
      throw new StorageError(asIs(name === 'QuotaExceededError' ? full : noStorage(message)));
    }
  };

export function browserShelf(words: () => Texts): Shelf {
  const trying = telling(words);
  let opened: Promise<IDBPDatabase<Runs>> | null = null;
  const db = () =>
    (opened ??= openDB<Runs>('inflora-playground', 1, {
      upgrade(fresh) {
        fresh.createObjectStore('runs', { keyPath: 'id' });
        fresh.createObjectStore('records');
      },
      // A newer version in another tab wants the list: what this one still does not know it need not write.
      blocking: (_now, _wanted, event) => (event.target as IDBDatabase).close(),
      terminated: () => (opened = null),
    }).catch((error: unknown) => {
      opened = null;
      throw error;
    }));
  const files = browserRunFiles();
  const others = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('runs');
  const changed = () => others?.postMessage(null);
  return {
    list: () =>
      trying(async () => {
        const rows: readonly unknown[] = await (await db()).getAll('runs');
        // A crash, or a lack of room, may have come between a state and its row: the files know.
        const states = await files.list().catch(() => null);
        const runs = rows.flatMap((row) => {
          const read = v.safeParse(keptRun, row);
          if (!read.success) return [];
          const { id, bytes } = read.output;
          return [{ ...read.output, bytes: { ...bytes, state: states === null ? bytes.state : (states.get(id) ?? 0) } }];
        });
        return { runs: runs.sort((a, b) => a.order - b.order), others: rows.length - runs.length };
      }),
    put: (run, record) =>
      trying(async () => {
        const written = JSON.stringify(record);
        const bytes = written.length;
        const both = (await db()).transaction(['runs', 'records'], 'readwrite');
        const row = { ...run, bytes: { ...run.bytes, record: bytes } };
        await Promise.all([both.objectStore('runs').put(row), both.objectStore('records').put(written, run.id), both.done]);
        changed();
        return bytes;
      }),
    change: (run) =>
      trying(async () => {
        await (await db()).put('runs', run);
        changed();
      }),
    async record(id) {
      const written = await trying(async () => (await db()).get('records', id));
      return written === undefined ? null : parseRecordText(written);
    },
    remove: (id) =>
      trying(async () => {
        const both = (await db()).transaction(['runs', 'records'], 'readwrite');
        await Promise.all([both.objectStore('runs').delete(id), both.objectStore('records').delete(id), both.done]);
        await files.remove(id).catch(() => undefined);
        changed();
      }),
    // Where there is no private file system there is nothing to drop.
    dropState: (id) => files.remove(id).catch(() => undefined),
    state: async (id) => (await files.read(id))[0] ?? null,
    putState: (id, state) => trying(() => files.put(id, state)),
    claim: (id) =>
      new Promise((resolve) => {
        // Where there are no locks there are hardly two tabs.
        if (!('locks' in navigator)) return resolve(() => undefined);
        void navigator.locks.request(LOCK + id, { ifAvailable: true }, (lock) => {
          if (lock === null) return resolve(null);
          return new Promise<void>((release) => resolve(release));
        });
      }),
    async claimed() {
      if (!('locks' in navigator)) return new Set();
      const { held = [] } = await navigator.locks.query();
      return new Set(held.flatMap(({ name = '' }) => (name.startsWith(LOCK) ? [name.slice(LOCK.length)] : [])));
    },
    persist: async () => (await navigator.storage.persisted()) || (await navigator.storage.persist()),
    async room() {
      // Not everywhere, whatever the types say: WebKitGTK has no StorageManager.
      if (!('storage' in navigator)) return null;
      const { usage, quota } = await navigator.storage.estimate();
      return usage === undefined || quota === undefined ? null : { used: usage, of: quota };
    },
    watch: async (callback) => others?.addEventListener('message', callback),
  };
}
