/**
 * States of runs, one file a run; a new one replaces the old only once it is whole. They lie in the origin's private file system, or in
 * IndexedDB where there is none: in private windows of Safari and Firefox, and in WebKitGTK.
 */
import { openDB } from 'idb';
import { said } from '../../common/said';
import { StorageError } from './storage-error';

export interface RunFiles {
  /** All or nothing: what was kept before stays until this is written. Throws StorageError. */
  write(id: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Newest first: several where a crash came between. Empty where nothing is kept. */
  read(id: string): Promise<readonly Blob[]>;
  /** As `write`, where it is not known to be a state: also outside of workers, as far as the browser can. */
  put(id: string, state: Blob): Promise<void>;
  remove(id: string): Promise<void>;
  /** Bytes by run. */
  list(): Promise<ReadonlyMap<string, number>>;
}

const FOLDER = 'runs';
const FULL = said`The browser gives this site no more room, so the run is no longer saved as it goes. It goes on; save its record at the end, or delete runs that you no longer need.`;

async function telling(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof StorageError) throw error;
    const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
    if (name === 'QuotaExceededError') throw new StorageError(FULL);
    throw new StorageError(
      said`This browser keeps no files of this site (${message}): a run is lost when the page closes. Save its record at the end.`,
    );
  }
}

type Entries = AsyncIterable<readonly [string, FileSystemFileHandle]>;
/** The DOM's types do not know that folders can be walked. */
const entriesOf = (folder: FileSystemDirectoryHandle): Entries => (folder as unknown as { entries(): Entries }).entries();

interface Version {
  readonly name: string;
  readonly id: string;
  /** Counts up: clocks are set back, counters are not. */
  readonly number: number;
}

function versionOf(name: string): Version {
  const at = name.lastIndexOf('.');
  return { name, id: name.slice(0, at), number: Number(name.slice(at + 1)) };
}

/** In the one of the two that this browser has; page and worker find the same. */
export function browserRunFiles(): RunFiles {
  let chosen: Promise<RunFiles> | null = null;
  const files = () => (chosen ??= hasFileSystem().then((has) => (has ? opfsRunFiles() : indexedRunFiles())));
  return {
    write: async (id, bytes) => (await files()).write(id, bytes),
    read: async (id) => (await files()).read(id),
    put: async (id, state) => (await files()).put(id, state),
    remove: async (id) => (await files()).remove(id),
    list: async () => (await files()).list(),
  };
}

async function hasFileSystem(): Promise<boolean> {
  try {
    await navigator.storage.getDirectory();
    return true;
  } catch {
    return false;
  }
}

export function opfsRunFiles(): RunFiles {
  const folder = async () => (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
  async function versions(of: FileSystemDirectoryHandle, id: string): Promise<Version[]> {
    const found: Version[] = [];
    for await (const [name] of entriesOf(of)) if (versionOf(name).id === id) found.push(versionOf(name));
    return found.sort((a, b) => b.number - a.number);
  }
  async function put(of: FileSystemDirectoryHandle, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const access = await (await of.getFileHandle(name, { create: true })).createSyncAccessHandle();
    try {
      // Chromium throws nothing beyond its quota: it answers with an error code where the number of bytes should be.
      if (access.write(bytes, { at: 0 }) !== bytes.length) throw new DOMException('No room for what was written.', 'QuotaExceededError');
      access.flush();
    } finally {
      access.close();
    }
  }
  return {
    write: (id, bytes) =>
      telling(async () => {
        const { quota, usage = 0 } = await navigator.storage.estimate();
        if (quota !== undefined && bytes.length > quota - usage) throw new StorageError(FULL);
        const runs = await folder();
        const before = await versions(runs, id);
        const name = `${id}.${(before[0]?.number ?? 0) + 1}`;
        try {
          await put(runs, name, bytes);
        } catch (error) {
          await runs.removeEntry(name).catch(() => undefined);
          throw error;
        }
        for (const old of before) await runs.removeEntry(old.name).catch(() => undefined);
      }),
    async put(id, state) {
      const to = await (await (await folder()).getFileHandle(`${id}.1`, { create: true })).createWritable();
      await to.write(state);
      await to.close();
    },
    async read(id) {
      const runs = await folder();
      const found = await versions(runs, id);
      return Promise.all(found.map(async ({ name }) => (await runs.getFileHandle(name)).getFile()));
    },
    async remove(id) {
      const runs = await folder();
      for (const { name } of await versions(runs, id)) await runs.removeEntry(name).catch(() => undefined);
    },
    async list() {
      const bytes = new Map<string, number>();
      for await (const [name, handle] of entriesOf(await folder())) {
        const { id } = versionOf(name);
        bytes.set(id, (bytes.get(id) ?? 0) + (await handle.getFile()).size);
      }
      return bytes;
    },
  };
}

export function indexedRunFiles(): RunFiles {
  const STORE = 'states';
  const open = () => openDB('inflora-playground states', 1, { upgrade: (fresh) => void fresh.createObjectStore(STORE) });
  let opened: ReturnType<typeof open> | null = null;
  const db = () =>
    (opened ??= open().catch((error: unknown) => {
      opened = null;
      throw error;
    }));
  const bytesOf = async (id: IDBValidKey) => (await (await db()).get(STORE, id)) as Uint8Array<ArrayBuffer> | undefined;
  // Bytes and no Blob: private windows of Safari refuse to keep one.
  const write = (id: string, bytes: Uint8Array<ArrayBuffer>) => telling(async () => void (await (await db()).put(STORE, bytes, id)));
  return {
    write,
    put: async (id, state) => write(id, new Uint8Array(await state.arrayBuffer())),
    async read(id) {
      const bytes = await bytesOf(id);
      return bytes === undefined ? [] : [new Blob([bytes])];
    },
    remove: async (id) => (await db()).delete(STORE, id),
    async list() {
      const ids = (await (await db()).getAllKeys(STORE)).map(String);
      return new Map(await Promise.all(ids.map(async (id) => [id, (await bytesOf(id))?.length ?? 0] as const)));
    },
  };
}

/** In memory alone: for tests, and where nothing outlives the page. */
export function memoryRunFiles(): RunFiles {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    write: async (id, bytes) => void files.set(id, bytes),
    read: async (id) => [files.get(id)].flatMap((bytes) => (bytes === undefined ? [] : [new Blob([bytes])])),
    put: async (id, state) => void files.set(id, new Uint8Array(await state.arrayBuffer())),
    remove: async (id) => void files.delete(id),
    list: async () => new Map([...files].map(([id, { length }]) => [id, length])),
  };
}
