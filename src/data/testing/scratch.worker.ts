/** Scratch space is to be had in workers alone: this one tries it and tells what it saw. */
import { openScratch } from '../scratch-browser';

async function filesOnDisk(): Promise<number> {
  const root = await navigator.storage.getDirectory();
  let count = 0;
  const walk = async (folder: FileSystemDirectoryHandle): Promise<void> => {
    for await (const [, entry] of folder as unknown as AsyncIterable<[string, FileSystemHandle]>) {
      if (entry.kind === 'file') count++;
      else await walk(entry as FileSystemDirectoryHandle);
    }
  };
  await walk(root);
  return count;
}

async function tryOut() {
  const root = await navigator.storage.getDirectory();
  const old = await (await root.getDirectoryHandle('scratch', { create: true })).getDirectoryHandle('left behind', { create: true });
  await old.getFileHandle('file', { create: true });
  const scratch = await openScratch();
  const afterOpening = await filesOnDisk();
  const file = await scratch.create();
  await file.write(Uint8Array.from([1, 2, 3]));
  await file.write(Uint8Array.from([4]));
  const written = [...new Uint8Array(await (await file.finish()).arrayBuffer())];
  const room = await scratch.room?.(100);
  room?.write(50, Uint8Array.from([9, 8, 7]));
  const read = [...(room?.read(51, 2) ?? [])];
  const during = await filesOnDisk();
  await file.discard();
  await room?.discard();
  const afterwards = await filesOnDisk();
  navigator.storage.estimate = async () => ({ quota: 1000, usage: 900 });
  const refused = await scratch.room?.(5_000_000).then(
    () => 'given',
    (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : ''),
  );
  const unpacking = await scratch.create(5_000_000).then(
    () => 'given',
    (error: unknown) => (error instanceof Error ? error.message : ''),
  );
  return { unpacking, afterOpening, written, read, during, afterwards, refused };
}

void tryOut().then(
  (seen) => self.postMessage(seen),
  (error: unknown) => self.postMessage({ error: String(error) }),
);
