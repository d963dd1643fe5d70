/** Downloaded models in the origin's private file system: a folder per model, written in place so that a break loses nothing. */
import type { KeptFiles } from './kept-files';

const ROOT = 'hub';
const encode = encodeURIComponent;
const isMissing = (error: unknown): boolean => error instanceof DOMException && error.name === 'NotFoundError';

/** The DOM's types do not know that folders can be walked. */
const entriesOf = (folder: FileSystemDirectoryHandle): AsyncIterable<readonly [string, FileSystemHandle]> =>
  (folder as unknown as { entries(): AsyncIterable<readonly [string, FileSystemHandle]> }).entries();

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
      const handle = await (await folder(model, true)).getFileHandle(encode(file), { create: true });
      const access = await handle.createSyncAccessHandle();
      return {
        size: () => access.getSize(),
        write(at, bytes) {
          access.write(bytes, { at });
        },
        truncate: (size) => access.truncate(size),
        close() {
          access.flush();
          access.close();
        },
      };
    },
    async read(model, file) {
      try {
        return await (await (await folder(model, false)).getFileHandle(encode(file))).getFile();
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    async list() {
      const models = [];
      for await (const [name, handle] of entriesOf(root)) {
        if (handle.kind !== 'directory') continue;
        let bytes = 0;
        for await (const [, file] of entriesOf(handle as FileSystemDirectoryHandle)) {
          if (file.kind === 'file') bytes += (await (file as FileSystemFileHandle).getFile()).size;
        }
        models.push({ id: decodeURIComponent(name), bytes });
      }
      return models;
    },
    async remove(model) {
      await root.removeEntry(encode(model), { recursive: true });
    },
  };
}
