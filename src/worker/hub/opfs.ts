/** Downloaded models in the origin's private file system: a folder per model, written in place so that a break loses nothing. */
import { said } from '../../common/said';
import { DownloadError } from '../download';
import type { KeptFiles } from './kept-files';

const ROOT = 'hub';
const encode = encodeURIComponent;
const isNamed = (error: unknown, ...names: readonly string[]): boolean => error instanceof DOMException && names.includes(error.name);

/** The DOM's types do not know that folders can be walked. */
const entriesOf = (folder: FileSystemDirectoryHandle): AsyncIterable<readonly [string, FileSystemHandle]> =>
  (folder as unknown as { entries(): AsyncIterable<readonly [string, FileSystemHandle]> }).entries();

const diskFull = (file: string): DownloadError =>
  new DownloadError(
    said`The browser has no room for more of ${file}. What has arrived is kept: delete a kept model or free space on the disk, then try again to go on from there.`,
  );

/** Any of the calls may find the disk full. Throws DownloadError in its words. */
async function within<T>(file: string, call: () => T | Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw isNamed(error, 'QuotaExceededError') ? diskFull(file) : error;
  }
}

/** One writer at a time: another tab that fetches the same model has the file. */
async function openForWriting(handle: FileSystemFileHandle, file: string): Promise<FileSystemSyncAccessHandle> {
  try {
    return await handle.createSyncAccessHandle();
  } catch (error) {
    if (!isNamed(error, 'NoModificationAllowedError', 'InvalidStateError')) throw error;
    throw new DownloadError(said`Another tab is fetching ${file} already. Wait until it has, or close that tab, then try again.`);
  }
}

/** Null where this browser has no private file system (or a private window keeps none). */
export async function opfsFiles(): Promise<KeptFiles | null> {
  let root: FileSystemDirectoryHandle;
  try {
    root = await (await navigator.storage.getDirectory()).getDirectoryHandle(ROOT, { create: true });
  } catch {
    return null;
  }
  const folder = (model: string, create: boolean) => root.getDirectoryHandle(encode(model), { create });
  return {
    async open(model, file) {
      const access = await within(file, async () => {
        const handle = await (await folder(model, true)).getFileHandle(encode(file), { create: true });
        return openForWriting(handle, file);
      });
      return {
        size: () => access.getSize(),
        write(at, bytes) {
          let written: number;
          try {
            written = access.write(bytes, { at });
          } catch (error) {
            if (isNamed(error, 'QuotaExceededError')) throw diskFull(file);
            throw error;
          }
          // Chromium throws nothing beyond its quota: it answers with an error code where the number of bytes should be.
          if (written !== bytes.length) throw diskFull(file);
        },
        truncate: (size) => access.truncate(size),
        close() {
          try {
            access.flush();
          } catch (error) {
            if (!isNamed(error, 'QuotaExceededError')) throw error;
            // What the disk did not take is missing afterwards: the size tells.
          } finally {
            access.close();
          }
        },
      };
    },
    async read(model, file) {
      try {
        return await (await (await folder(model, false)).getFileHandle(encode(file))).getFile();
      } catch (error) {
        if (isNamed(error, 'NotFoundError')) return null;
        throw error;
      }
    },
    async list() {
      const models = [];
      for await (const [name, handle] of entriesOf(root)) {
        if (handle.kind !== 'directory') continue;
        let bytes = 0;
        const files: string[] = [];
        for await (const [fileName, file] of entriesOf(handle as FileSystemDirectoryHandle)) {
          if (file.kind !== 'file') continue;
          files.push(decodeURIComponent(fileName));
          bytes += (await (file as FileSystemFileHandle).getFile()).size;
        }
        models.push({ id: decodeURIComponent(name), bytes, files });
      }
      return models;
    },
    async remove(model) {
      await root.removeEntry(encode(model), { recursive: true });
    },
    async free() {
      const { quota, usage } = await navigator.storage.estimate();
      return quota === undefined || usage === undefined ? null : Math.max(0, quota - usage);
    },
  };
}
