/** From dropped files to a listing. A new container is one more entry of CONTAINERS, a new layout one more branch of `listImages`. */
import { openZip } from './archive';
import { DataError } from './errors';
import type { FileTree, NamedBlob } from './file-tree';
import { openFolder } from './folder';
import type { ImageListing } from './labelled-images';
import { listFolders, type LayoutOptions } from './layout';
import { findManifest, listPack } from './pack';
import { sliceBytes } from './zip-directory';

interface Container {
  readonly title: string;
  /** By the first bytes (512 of them, fewer in a shorter file), whatever the file is called. */
  matches(head: Uint8Array): boolean;
  open(blob: Blob): Promise<FileTree>;
}

const CONTAINERS: readonly Container[] = [
  // "PK\x03\x04", or the end record of an empty archive.
  { title: 'zip', matches: (head) => head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5), open: openZip },
];

/** Opens one archive, or many files as a folder. Throws DataError on a single file that is no known archive. */
export async function openFiles(blobs: readonly NamedBlob[]): Promise<FileTree> {
  const [only] = blobs;
  if (only === undefined) throw new DataError('There are no files. Drop an archive or a folder of images.', 'stream.from');
  if (blobs.length > 1) return openFolder(blobs);
  const head = await sliceBytes(only.file, 0, 512);
  const container = CONTAINERS.find((candidate) => candidate.matches(head));
  if (container !== undefined) return container.open(only.file);
  throw new DataError(
    `"${only.name}" is not an archive that is read here (${CONTAINERS.map(({ title }) => title).join(', ')}). Drop a zip or a folder with one folder of images per class.`,
    'stream.from',
  );
}

/** A title from the name of an archive or the folder that all files share. */
export function titleOf(blobs: readonly NamedBlob[]): string {
  const [first] = blobs;
  const name = first?.name ?? '';
  if (blobs.length > 1) return name.includes('/') ? (name.split('/')[0] ?? 'Images') : 'Images';
  return (name.split('/').at(-1) ?? '').replace(/\.(zip|tar|tgz|tar\.gz)$/i, '') || 'Images';
}

/** What the files hold, nothing decoded yet. Throws DataError saying what is wrong and what would do. */
export async function listImages(
  blobs: readonly NamedBlob[],
  options: Omit<LayoutOptions, 'title'> & { readonly title?: string | undefined },
): Promise<ImageListing> {
  const tree = await openFiles(blobs);
  const manifest = findManifest(tree);
  if (manifest !== null) return listPack(tree, manifest);
  return listFolders(tree, { ...options, title: options.title ?? titleOf(blobs) });
}
