/** A dropped or picked folder: files with their relative paths. */
import { said } from '../../common/said';
import { DataError } from '../errors';
import type { FileEntry, FileTree, NamedBlob, Skipped } from '../file-tree';
import { cleanPath } from '../names';

/** The files as a tree; unsafe and repeated paths are left out and listed. */
export function openFolder(blobs: readonly NamedBlob[]): FileTree {
  const files: FileEntry[] = [];
  const skipped: Skipped[] = [];
  const seen = new Set<string>();
  for (const { name, file } of blobs) {
    const path = cleanPath(name);
    if (path === null || seen.has(path)) {
      skipped.push({ name, reason: path === null ? said`its path leads out of the folder` : said`another file has the same name` });
      continue;
    }
    seen.add(path);
    files.push({ path, size: file.size, bytes: () => readBlob(path, file), blob: async () => file });
  }
  return { files, skipped };
}

async function readBlob(path: string, file: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw new DataError(
      said`"${path}" can no longer be read: it was moved, changed or deleted since it was dropped. Drop it again.`,
      null,
      {
        cause,
      },
    );
  }
}
