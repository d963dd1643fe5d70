/** Files of a drop, folders walked through, each with its path below what was dropped. */
import type { NamedFile } from '../../worker/api';

const fileOf = (entry: FileSystemFileEntry) => new Promise<File>((resolve, reject) => entry.file(resolve, reject));

/** `readEntries` gives at most 100 entries a call; an empty answer ends it. */
async function childrenOf(entry: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = entry.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

async function walk(entry: FileSystemEntry, path: string): Promise<NamedFile[]> {
  const name = path === '' ? entry.name : `${path}/${entry.name}`;
  if (entry.isFile) return [{ name, file: await fileOf(entry as FileSystemFileEntry) }];
  const children = await childrenOf(entry as FileSystemDirectoryEntry);
  const nested = await Promise.all(children.map((child) => walk(child, name)));
  return nested.flat();
}

export async function droppedFiles(data: DataTransfer): Promise<NamedFile[]> {
  // Entries must be taken before the first await: the list is emptied when the event ends.
  const entries = Array.from(data.items).map((item) => item.webkitGetAsEntry());
  const plain = Array.from(data.files);
  const walkable = entries.filter((entry) => entry !== null);
  if (walkable.length === 0) return plain.map((file) => ({ name: file.name, file }));
  return (await Promise.all(walkable.map((entry) => walk(entry, '')))).flat();
}

/** Files of an `<input>`, a folder's with their relative paths. */
export function pickedFiles(files: FileList | readonly File[]): NamedFile[] {
  return Array.from(files).map((file) => ({ name: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath, file }));
}
