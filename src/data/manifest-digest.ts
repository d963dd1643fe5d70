/**
 * The manifest of a data set and its digest: the same for a folder and for any archive of it, so that a link finds its
 * images again however they are packed. A line `<sha256>  <path>` for each file, sorted by path (what `sha256sum`
 * prints), without what systems leave behind and without the folders that all files share. A single file is its own digest.
 */
import type { FileEntry, FileTree } from './file-tree';
import { digestBlob, digestBytes } from './digest';
import { byCodePoint, isClutter } from './names';
import { Sha256 } from './sha256';

/** A tree whose files are hashed as they are read, so that nothing is read twice. */
export interface HashedTree extends FileTree {
  /** Number and bytes of the files that the manifest lists. */
  readonly size: { readonly files: number; readonly bytes: number };
  /** Hashes what nobody has read yet. Rejects with the signal's reason once aborted, and where a file cannot be read. */
  digest(onProgress?: (done: number, total: number) => void, signal?: AbortSignal): Promise<string>;
}

/** Beyond it a file that can be read in pieces is. */
const LARGE = 2 ** 20;
/** Files hashed side by side where nobody decodes them meanwhile. */
const LANES = 8;
const REPORT_EVERY = 64;
/** A file that cannot be read whole (damaged inside its archive) takes part by its size. */
const unreadable = ({ size }: FileEntry) => `unreadable, ${size} bytes`;

/** Length of the folders, with their slash, that all paths share. */
function sharedFolders(paths: readonly string[]): number {
  const [first] = paths;
  if (first === undefined) return 0;
  let length = 0;
  for (let slash = first.indexOf('/'); slash >= 0; slash = first.indexOf('/', slash + 1)) {
    const folder = first.slice(0, slash + 1);
    if (!paths.every((path) => path.startsWith(folder))) return length;
    length = folder.length;
  }
  return length;
}

export function hashed(tree: FileTree): HashedTree {
  const listed = tree.files.filter(({ path }) => !isClutter(path));
  const digests = new Array<string | undefined>(listed.length);
  const place = new Map(listed.map((entry, i) => [entry, i]));
  const note = async (i: number, bytes: Uint8Array) => {
    digests[i] ??= await digestBytes(bytes);
  };
  const wrap = (entry: FileEntry): FileEntry => {
    const i = place.get(entry);
    if (i === undefined) return entry;
    return {
      ...entry,
      async bytes() {
        const bytes = await entry.bytes();
        if (digests[i] === undefined) void note(i, bytes);
        return bytes;
      },
    };
  };
  const hash = async (entry: FileEntry): Promise<string> => {
    const large = entry.size > LARGE ? await entry.blob?.() : undefined;
    return large === undefined ? digestBytes(await entry.bytes()) : digestBlob(large);
  };
  return {
    skipped: tree.skipped,
    files: tree.files.map(wrap),
    size: { files: listed.length, bytes: listed.reduce((sum, { size }) => sum + size, 0) },
    async digest(onProgress, signal) {
      let next = 0;
      const lane = async () => {
        for (let i = next++; i < listed.length; i = next++) {
          signal?.throwIfAborted();
          const entry = listed[i];
          if (entry !== undefined) digests[i] ??= await hash(entry).catch(() => unreadable(entry));
          if (i % REPORT_EVERY === 0) onProgress?.(i, listed.length);
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      const [only] = digests;
      if (digests.length === 1 && only !== undefined) return only;
      const shared = sharedFolders(listed.map(({ path }) => path));
      const manifest = new Sha256();
      const encoder = new TextEncoder();
      const order = listed.map(({ path }, i) => ({ path, i })).sort((a, b) => byCodePoint(a.path, b.path));
      for (const { path, i } of order) manifest.update(encoder.encode(`${digests[i] ?? ''}  ${path.slice(shared)}\n`));
      return manifest.hex();
    },
  };
}
