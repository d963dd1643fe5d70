/** From dropped files to a listing. A new container is one more entry of CONTAINERS, a new layout one more of LAYOUTS. */
import { said, type Sentence } from '../common/said';
import { openFolder } from './containers/folder';
import { gunzip, isGzip, type UnpackOptions } from './containers/gzip';
import { ARCHIVE_LIMITS } from './containers/limits';
import { isTar, openTar } from './containers/tar';
import { endsAsZip, openZip } from './containers/zip';
import { DataError } from './errors';
import type { FileTree, NamedBlob } from './file-tree';
import type { ImageListing } from './labelled-images';
import { cleanPath, isClutter } from './names';
import { hashed, type HashedTree } from './manifest-digest';
import { arrays } from './layouts/arrays';
import type { LayoutOptions } from './layouts/assemble';
import { cifar } from './layouts/cifar';
import { IMAGE, listImageFiles } from './layouts/image-files';
import { idx } from './layouts/idx';
import type { Layout } from './layouts/layout';
import { pack } from './layouts/pack';
import { parquet } from './layouts/parquet';
import { memoryScratch } from './scratch';
import { sliceBytes } from './slice';
import type { Answers } from './understood';

/** How archives may be unpacked; by default in memory, and not to be cancelled. `nameEncoding`: of names that do not say it themselves. */
export type OpenOptions = Partial<UnpackOptions> & Pick<Answers, 'nameEncoding'>;

/** What was opened; `discard` gives back the scratch space, after which nothing can be read any more. */
interface Opened {
  readonly tree: FileTree;
  readonly discard?: () => Promise<void>;
}

interface Container {
  readonly title: string;
  /** By the first bytes (512 of them, fewer in a shorter file), whatever the file is called. */
  matches(head: Uint8Array): boolean;
  open(file: NamedBlob, options: OpenOptions): Promise<Opened>;
}

/** A gzipped tar is unpacked and opened; any other gzipped file is a tree of that one file. */
async function openGzip({ name, file }: NamedBlob, options: OpenOptions): Promise<Opened> {
  const unpacked = await gunzip(file, { scratch: memoryScratch(), ...options });
  try {
    if (isTar(await sliceBytes(unpacked.blob, 0, 512))) {
      return { tree: await openTar(unpacked.blob, options.limits, options.signal, options.nameEncoding), discard: unpacked.discard };
    }
  } catch (error) {
    await unpacked.discard();
    throw error;
  }
  return { tree: openFolder([{ name: name.replace(/\.gz$/i, ''), file: unpacked.blob }]), discard: unpacked.discard };
}

const CONTAINERS: readonly Container[] = [
  {
    title: 'zip',
    // "PK\x03\x04", or the end record of an empty archive.
    matches: (head) => head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5),
    open: async ({ file }, { limits, nameEncoding }) => ({ tree: await openZip(file, limits, nameEncoding) }),
  },
  {
    title: 'tar',
    matches: isTar,
    open: async ({ file }, { limits, signal, nameEncoding }) => ({ tree: await openTar(file, limits, signal, nameEncoding) }),
  },
  { title: 'tar.gz', matches: isGzip, open: openGzip },
];

/** Tried in this order; what none of them knows is images as files. */
const LAYOUTS: readonly Layout[] = [pack, cifar, idx, arrays, parquet];

/** Archives that are opened where several files come together. */
const PACKED = /\.(zip|tar|tgz|tar\.gz|npz)$/i;

/** Files that are read without an archive around them. */
const SINGLE = /\.(parquet|npy|csv|tsv)$|ubyte(\.gz)?$/i;

/** What is no archive that is read here, by its first bytes: what it is, and what would do instead. */
const REFUSED: readonly (readonly [start: string, what: Sentence])[] = [
  ['Rar!', said`a RAR archive`],
  ['7z\xbc\xaf', said`a 7-Zip archive`],
  ['\xfd7zXZ', said`packed with xz`],
  ['BZh', said`packed with bzip2`],
  ['\x28\xb5\x2f\xfd', said`packed with Zstandard`],
  ['\x89HDF', said`an HDF5 file`],
  ['MATLAB', said`a MATLAB file`],
];

function refusal(name: string, head: Uint8Array): DataError {
  const start = String.fromCharCode(...head.subarray(0, 8));
  const known = REFUSED.find(([magic]) => start.startsWith(magic))?.[1];
  const read = CONTAINERS.map(({ title }) => title).join(', ');
  return new DataError(
    known === undefined
      ? said`"${name}" is not an archive that is read here (${read}, npz, Parquet). Drop one of these or a folder with one folder of images per class.`
      : said`"${name}" is not an archive that is read here: it is ${known}. Unpack it and drop the folder, or pack it as ${read}.`,
    'stream.from',
  );
}

async function containerOf({ name, file }: NamedBlob): Promise<Container> {
  const head = await sliceBytes(file, 0, 512);
  const container = CONTAINERS.find((candidate) => candidate.matches(head));
  if (container !== undefined) return container;
  // A program that unpacks itself has the archive behind it.
  const [zip] = CONTAINERS;
  if (zip !== undefined && (await endsAsZip(file))) return zip;
  throw refusal(name, head);
}

/** Opens one archive, or many files as a folder. Throws DataError on a single file that is no known archive. */
export async function openFiles(blobs: readonly NamedBlob[], options: OpenOptions = {}): Promise<Opened> {
  const [only] = blobs;
  if (only === undefined) throw new DataError(said`There are no files. Drop an archive or a folder of images.`, 'stream.from');
  if (blobs.length > 1) return openMany(blobs, options);
  if (SINGLE.test(only.name)) return { tree: openFolder(blobs) };
  return (await containerOf(only)).open(only, options);
}

/** Files as a folder; archives among them (train.zip, test.zip) as folders of their names, unless images lie beside them already. */
async function openMany(blobs: readonly NamedBlob[], options: OpenOptions): Promise<Opened> {
  const isPacked = ({ name }: NamedBlob) => PACKED.test(name) && !isClutter(name);
  if (!blobs.some(isPacked) || blobs.some(({ name }) => IMAGE.test(name))) return { tree: openFolder(blobs) };
  const { files, skipped } = openFolder(blobs.filter((blob) => !isPacked(blob)));
  const opened: Opened[] = [];
  const discard = async () => {
    for (const one of opened) await one.discard?.();
  };
  const trees: FileTree[] = [{ files, skipped }];
  try {
    for (const blob of blobs.filter(isPacked)) {
      const one = await (await containerOf(blob)).open(blob, options);
      opened.push(one);
      const folder = withoutEnding(cleanPath(blob.name) ?? 'archive');
      trees.push({ ...one.tree, files: one.tree.files.map((entry) => ({ ...entry, path: `${folder}/${entry.path}` })) });
    }
  } catch (error) {
    await discard();
    throw error;
  }
  const understood = trees.flatMap((tree) => tree.understood ?? []);
  const all = trees.flatMap((tree) => tree.files);
  const most = options.limits?.entries ?? ARCHIVE_LIMITS.entries;
  if (all.length > most) {
    await discard();
    throw new DataError(said`The archives have ${all.length} files; at most ${most} are read. Split them.`);
  }
  return { tree: { files: all, skipped: trees.flatMap((tree) => tree.skipped), understood }, discard };
}

/** A title from the name of an archive or the folder that all files share. */
export function titleOf(blobs: readonly NamedBlob[]): string {
  const [first] = blobs;
  const name = first?.name ?? '';
  if (blobs.length > 1) return name.includes('/') ? (name.split('/')[0] ?? 'Images') : 'Images';
  return withoutEnding(name.split('/').at(-1) ?? '') || 'Images';
}

/** "cifar-100-python.tar.gz" → "cifar-100-python". */
export const withoutEnding = (name: string) => name.replace(/\.(zip|tar|tgz|tar\.gz|npz|parquet)$/i, '');

/** A listing with the manifest of the files that it was read from. */
export interface OpenedListing extends ImageListing {
  readonly manifest: Pick<HashedTree, 'size' | 'digest'>;
}

/** How the archive itself was read comes first. */
const withNote = ({ understood = [] }: FileTree, listing: OpenedListing): OpenedListing => ({
  ...listing,
  understood: [...understood, ...listing.understood],
});

/** What the files hold, nothing decoded yet. Throws DataError saying what is wrong and what would do. */
export async function listImages(
  blobs: readonly NamedBlob[],
  options: Omit<LayoutOptions, 'title'> & { readonly title?: string | undefined },
  open: OpenOptions = {},
): Promise<OpenedListing> {
  const { tree: opened, discard } = await openFiles(blobs, { ...open, nameEncoding: options.nameEncoding });
  try {
    const tree = hashed(opened);
    const found = { manifest: tree, ...(discard === undefined ? {} : { discard }) };
    const laid = { ...options, title: options.title ?? titleOf(blobs) };
    for (const layout of LAYOUTS) {
      const listing = await layout.list(tree, laid);
      if (listing !== null) return withNote(opened, { ...listing, ...found });
    }
    return withNote(opened, { ...(await listImageFiles(tree, laid)), ...found });
  } catch (error) {
    await discard?.();
    throw error;
  }
}
