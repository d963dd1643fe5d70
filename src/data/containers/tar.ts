/** Tar archives: files are slices of the Blob; hard links are their targets under another name. */
import { said, type Sentence } from '../../common/said';
import { formatBytes } from '../../common/bytes';
import { DataError } from '../errors';
import type { FileEntry, FileTree, Skipped } from '../file-tree';
import { encodingNamed, encodingNote, readTexts } from '../text/decode-texts';
import { entryPaths, noPath } from './entry-paths';
import { ARCHIVE_LIMITS, type ArchiveLimits } from './limits';
import { openSparse } from './tar-sparse';
import { walkTar, type TarEntry, type TarWalk } from './tar-headers';

export { isTar } from './tar-headers';

const FILES = new Set(['0', '\0', '7', 'S']);

interface Opening {
  readonly blob: Blob;
  readonly read: TarWalk['read'];
  readonly limits: ArchiveLimits;
}

/** The file behind an entry, or why there is none. */
async function openEntry(entry: TarEntry, { blob, read, limits }: Opening): Promise<Omit<FileEntry, 'path'> | Sentence> {
  const { type, from, size, sparse } = entry;
  if (!FILES.has(type)) return type === '2' ? said`it is a link, not a file` : said`it is no plain file`;
  if (size > limits.entryBytes) return said`it takes ${formatBytes(size)}, more than ${formatBytes(limits.entryBytes)}`;
  if (sparse === null) return { size, bytes: () => read(from, from + size), blob: async () => blob.slice(from, from + size) };
  const most = Math.min(limits.entryBytes, Math.max(limits.ratioFloor, size * limits.ratio));
  try {
    return await openSparse(sparse, from, size, most, read);
  } catch (error) {
    if (error instanceof DataError) return error.said;
    throw error;
  }
}

/**
 * Opens a tar archive. Unsafe, duplicate and special entries are left out and listed. Throws DataError on an archive
 * that is cut off, damaged or beyond the limits.
 */
export async function openTar(
  blob: Blob,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
  signal?: AbortSignal,
  nameEncoding?: string,
): Promise<FileTree> {
  const { entries, ended, read } = await walkTar(blob, signal);
  const texts = readTexts(
    entries.flatMap(({ name, link }) => [name, link]),
    encodingNamed(nameEncoding),
  );
  const named = entries.map((entry, i) => ({ entry, name: texts.texts[2 * i] ?? '', link: texts.texts[2 * i + 1] ?? '' }));
  const listed = named.filter(({ entry, name }) => entry.type !== '5' && !name.endsWith('/'));
  const paths = entryPaths(listed.map(({ name }) => name));
  const targets = entryPaths(listed.map(({ link }) => link));
  const files = new Map<string, FileEntry>();
  const skipped: Skipped[] = [];
  for (const [i, { entry, name, link }] of listed.entries()) {
    const path = paths[i] ?? null;
    if (path === null || files.has(path)) {
      skipped.push({ name, reason: path === null ? noPath(name) : said`another entry has the same name` });
      continue;
    }
    // GNU tar writes the second name of a file as a link to the first.
    const target = entry.type === '1' ? files.get(targets[i] ?? '') : undefined;
    const opened =
      entry.type === '1'
        ? (target ?? said`it is a link to "${link}", which is no earlier file of the archive`)
        : await openEntry(entry, { blob, read, limits });
    if ('code' in opened) skipped.push({ name, reason: opened });
    else files.set(path, { ...opened, path });
    if (files.size > limits.entries) throw new DataError(said`The archive has more than ${limits.entries} files. Split it.`);
  }
  if (!ended) skipped.push({ name: said`end of the archive`, reason: said`its end mark is missing: it may have been cut off` });
  const note = encodingNote(said`Names in the archive are read`, 'nameEncoding', texts);
  return { files: [...files.values()], skipped, understood: note === null ? [] : [note] };
}
