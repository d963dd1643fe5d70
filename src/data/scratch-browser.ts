/** Scratch space on the browser's private disk (OPFS), in a worker. Whatever a tab left behind is cleared by the next one. */
import { said, type Sentence } from '../common/said';
import { formatBytes } from '../common/bytes';
import { DataError } from './errors';
import { memoryScratch, type Scratch } from './scratch';

const FOLDER = 'scratch';

/** Throws DataError where the browser's share of the disk would not hold so much more. */
async function checkQuota(bytes: number, remedy: Sentence): Promise<void> {
  const { quota, usage } = await navigator.storage.estimate();
  if (quota === undefined || bytes <= quota - (usage ?? 0)) return;
  throw new DataError(
    said`This import needs ${formatBytes(bytes)} of disk, and the browser has ${formatBytes(Math.max(0, quota - (usage ?? 0)))} left for this site. Free some disk, or ${remedy}.`,
    'stream.trainPerClass',
  );
}

/** Chromium throws nothing beyond its quota: it answers with an error code where the number of bytes should be. */
function writeAll(access: FileSystemSyncAccessHandle, chunk: Uint8Array, at: number): void {
  if (access.write(chunk, { at }) !== chunk.length) throw new DOMException('No room for what was written.', 'QuotaExceededError');
}

function full(error: unknown): unknown {
  if (!(error instanceof DOMException) || error.name !== 'QuotaExceededError') return error;
  return new DataError(
    said`The disk is full: the browser gives this site no more room. Nothing of the import was kept. Free some disk, or use fewer images per class.`,
    null,
    {
      cause: error,
    },
  );
}

interface Held {
  readonly handle: FileSystemFileHandle;
  readonly access: FileSystemSyncAccessHandle;
  remove(): Promise<void>;
}

async function create(folder: FileSystemDirectoryHandle): Promise<Held> {
  const name = crypto.randomUUID();
  const handle = await folder.getFileHandle(name, { create: true });
  const access = await handle.createSyncAccessHandle();
  return {
    handle,
    access,
    async remove() {
      access.close();
      await folder.removeEntry(name).catch(() => undefined);
    },
  };
}

/** A folder of this tab alone. A lock that lives as long as the tab tells others that it is in use; folders without one are cleared. */
async function ownFolder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  const all = await root.getDirectoryHandle(FOLDER, { create: true });
  const lockOf = (name: string) => `${FOLDER} ${name}`;
  const name = crypto.randomUUID();
  await new Promise<void>((granted) => {
    void navigator.locks.request(lockOf(name), () => {
      granted();
      return new Promise(() => undefined);
    });
  });
  const own = await all.getDirectoryHandle(name, { create: true });
  const { held = [] } = await navigator.locks.query();
  // The library's types leave out that folders can be walked.
  for await (const [other] of all as unknown as AsyncIterable<[string]>) {
    if (!held.some((lock) => lock.name === lockOf(other))) await all.removeEntry(other, { recursive: true }).catch(() => undefined);
  }
  return own;
}

/** Memory where the browser has no private disk (a private window, an old browser). */
export async function openScratch(): Promise<Scratch> {
  let folder: FileSystemDirectoryHandle;
  try {
    folder = await ownFolder();
    await (await create(folder)).remove();
  } catch {
    return memoryScratch();
  }
  return {
    async create(bytes = 0) {
      await checkQuota(bytes, said`unpack the archive and drop the folder`);
      const held = await create(folder);
      let size = 0;
      return {
        async write(chunk) {
          try {
            writeAll(held.access, chunk, size);
            size += chunk.length;
          } catch (error) {
            throw full(error);
          }
        },
        async finish() {
          held.access.flush();
          // A file that is open for writing cannot be read as a Blob.
          held.access.close();
          return held.handle.getFile();
        },
        discard: () => held.remove(),
      };
    },
    async room(bytes) {
      await checkQuota(bytes, said`use fewer images per class`);
      const held = await create(folder);
      return {
        write(at, chunk) {
          try {
            writeAll(held.access, chunk, at);
          } catch (error) {
            throw full(error);
          }
        },
        read(at, length) {
          const bytesRead = new Uint8Array(length);
          held.access.read(bytesRead, { at });
          return bytesRead;
        },
        discard: () => held.remove(),
      };
    },
  };
}
