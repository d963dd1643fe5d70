/** Sets that hold themselves once more, in a folder of their own name: Kaggle's "chest_xray/chest_xray/train" beside "chest_xray/train". */
import type { FileEntry } from '../file-tree';

const DOUBLED = /(^|\/)([^/]+)\/\2\//;

export interface SecondCopy {
  /** "chest_xray/chest_xray". */
  readonly folder: string;
  readonly images: ReadonlySet<FileEntry>;
}

/** Folders within folders of the same name, each of whose images lies outside as well, of the same size. */
export function secondCopies(images: readonly FileEntry[]): SecondCopy[] {
  const doubled = images.filter(({ path }) => DOUBLED.test(path));
  if (doubled.length === 0) return [];
  const sizes = new Map(images.map(({ path, size }) => [path, size]));
  const found = new Map<string, Set<FileEntry>>();
  const alone = new Set<string>();
  for (const entry of doubled) {
    const { path, size } = entry;
    const [inner = '', before = '', name = ''] = DOUBLED.exec(path) ?? [];
    const at = path.indexOf(inner);
    const folder = `${path.slice(0, at)}${before}${name}/${name}`;
    const outside = `${path.slice(0, at)}${before}${name}/${path.slice(at + inner.length)}`;
    if (sizes.get(outside) !== size) alone.add(folder);
    found.set(folder, (found.get(folder) ?? new Set()).add(entry));
  }
  return [...found].filter(([folder]) => !alone.has(folder)).map(([folder, entries]) => ({ folder, images: entries }));
}
