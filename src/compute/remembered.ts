/** Small findings about this machine, kept for the next visit; where nothing can be kept, nothing is remembered. */
const DATABASE = 'inflora-compute';
const STORE = 'findings';

function open(): Promise<IDBDatabase | null> {
  return new Promise((resolve) => {
    if (typeof indexedDB === 'undefined') return resolve(null);
    try {
      const request = indexedDB.open(DATABASE, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
      request.onblocked = () => resolve(null);
    } catch {
      // Private windows of some browsers throw.
      resolve(null);
    }
  });
}

async function request<T>(mode: IDBTransactionMode, make: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> {
  const database = await open();
  if (!database) return undefined;
  return new Promise((resolve) => {
    const asked = make(database.transaction(STORE, mode).objectStore(STORE));
    const done = (value: T | undefined): void => {
      database.close();
      resolve(value);
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => done(undefined);
  });
}

/** What was kept under a name, if it is what `is` says; else, or in any case (`again`), what `find` finds, which is kept. */
export async function remembered<T>(name: string, is: (value: unknown) => value is T, find: () => Promise<T>, again = false): Promise<T> {
  const known: unknown = again ? undefined : await request('readonly', (store) => store.get(name) as IDBRequest<unknown>);
  if (is(known)) return known;
  const found = await find();
  await request('readwrite', (store) => store.put(found, name));
  return found;
}
