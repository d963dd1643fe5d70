/** Classes and splits from folder names: `train/<class>/…` with `test/<class>/…`, or `<class>/…` alone. */
import { decodeChecked } from '../decode';
import { DataError } from '../errors';
import type { FileEntry, FileTree, Skipped } from '../file-tree';
import type { GivenTask, ImageListing } from '../labelled-images';
import { isClutter } from '../names';
import { assemble, type LayoutOptions, type Placed } from './assemble';

export const IMAGE = /\.(png|jpe?g|jfif|webp|gif|bmp)$/i;
const SPLITS: Readonly<Record<string, 'train' | 'test' | 'validation'>> = {
  train: 'train',
  training: 'train',
  test: 'test',
  testing: 'test',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
  eval: 'validation',
};

const EMPTY_TEST =
  'The test split is empty. Put images into test/<class>/…, or remove the folder to have the training images divided here.';

export const splitOf = (part: string) => (Object.hasOwn(SPLITS, part.toLowerCase()) ? SPLITS[part.toLowerCase()] : undefined);

/** Number of leading folders that all images share and that are no split: an archive's own root folder. */
function wrapperDepth(paths: readonly string[][]): number {
  const [first] = paths;
  if (first === undefined) return 0;
  let depth = 0;
  for (;;) {
    const part = first[depth];
    if (part === undefined || splitOf(part) !== undefined) return depth;
    // Below the wrapper every image still needs a class folder.
    if (!paths.every((path) => path[depth] === part && path.length > depth + 2)) return depth;
    depth++;
  }
}

/** Tiny-ImageNet and others keep `<class>/images/…`: a last folder that all classes share says nothing. */
function trimSharedTail(placed: Placed[]): Placed[] {
  const tails = new Set(placed.map(({ className }) => className.split('/').at(-1)));
  const classes = new Set(placed.map(({ className }) => className));
  const nested = placed.every(({ className }) => className.includes('/'));
  if (!nested || tails.size !== 1 || classes.size < 2) return placed;
  return placed.map((image) => ({ ...image, className: image.className.slice(0, image.className.lastIndexOf('/')) }));
}

interface Laid {
  readonly placed: Placed[];
  readonly divided: boolean;
}

/** `<domain>/train/<class>/…` read as `train/<domain>/<class>/…`. */
function splitFirst(path: string[], depth: number, nested: boolean): string[] {
  if (!nested) return path;
  const [outer = '', inner = ''] = path.slice(depth, depth + 2);
  return [...path.slice(0, depth), inner, outer, ...path.slice(depth + 2)];
}

function place(files: readonly FileEntry[], others: readonly string[], skipped: Skipped[]): Laid {
  const raw = files.map(({ path }) => path.split('/'));
  const depth = wrapperDepth(raw);
  const nested = raw.length > 0 && raw.every((path) => path.length > depth + 3 && splitOf(path[depth + 1] ?? '') !== undefined);
  const paths = raw.map((path) => splitFirst(path, depth, nested));
  const tops = new Set(paths.map((path) => splitOf(path.length > depth + 1 ? (path[depth] ?? '') : '')));
  const divided = tops.has('train') && (tops.has('test') || tops.has('validation'));
  if (!tops.has('train') && tops.has('test') && tops.size === 1) {
    throw new DataError('There is a test folder, but no train folder. Add train/<class>/… with the images to learn from.', 'stream.from');
  }
  if (tops.has('train') && !tops.has('test') && others.some((path) => splitOf(path.split('/')[depth] ?? '') === 'test')) {
    throw new DataError(EMPTY_TEST, 'stream.from');
  }
  const testFolder = tops.has('test') ? 'test' : 'validation';
  const placed: Placed[] = [];
  files.forEach((entry, i) => {
    const path = paths[i] ?? [];
    const top = splitOf(path[depth] ?? '');
    const underSplit = tops.has('train') && path.length > depth + 1 && top !== undefined;
    if (tops.has('train') && !underSplit) {
      skipped.push({ name: entry.path, reason: 'it lies outside train/ and test/' });
      return;
    }
    const className = path.slice(depth + (underSplit ? 1 : 0), -1).join('/');
    if (className === '') skipped.push({ name: entry.path, reason: 'it lies in no class folder' });
    else if (divided && top === 'validation' && testFolder === 'test') {
      skipped.push({ name: entry.path, reason: 'the validation split is not used where there is a test split' });
    } else {
      placed.push({
        name: entry.path,
        className,
        split: divided ? (top === 'train' ? 'train' : 'test') : null,
        domain: null,
        at: i,
        read: async (decode) => decodeChecked(await entry.bytes(), decode),
      });
    }
  });
  return { placed: trimSharedTail(placed), divided };
}

/** `<domain>/<class>`, where a folder that all share may stand between (Office-31's `amazon/images/bike`); null elsewhere. */
function domainAndClass(className: string): readonly [domain: string, inner: string] | null {
  const at = className.indexOf('/');
  return at < 0 ? null : [className.slice(0, at), className.slice(at + 1)];
}

/**
 * Outer folders as domains: asked for, or where each of them holds the same two or more classes. Omniglot's alphabets
 * share names such as "character01", but not all of them.
 */
function withDomains(placed: readonly Placed[], outerFolder: LayoutOptions['outerFolder']): Placed[] | null {
  if (outerFolder === 'group') return null;
  const classesOf = new Map<string, Set<string>>();
  for (const { className } of placed) {
    const parts = domainAndClass(className);
    if (parts === null) return null;
    const [domain, inner] = parts;
    classesOf.set(domain, (classesOf.get(domain) ?? new Set()).add(inner));
  }
  const sets = [...classesOf.values()];
  const alike = sets.every((set) => set.size > 1 && set.size === sets[0]?.size && [...set].every((name) => sets[0]?.has(name)));
  if (sets.length < 2 || (outerFolder !== 'domain' && !alike)) return null;
  const middles = new Set(
    sets.flatMap((set) => [...set].map((inner) => (inner.includes('/') ? inner.slice(0, inner.indexOf('/') + 1) : ''))),
  );
  const [middle = ''] = middles;
  return placed.map((image) => {
    const [domain, inner] = domainAndClass(image.className) ?? ['', image.className];
    return { ...image, domain, className: middles.size === 1 ? inner.slice(middle.length) : inner };
  });
}

/** Tasks for classes that are grouped one folder up (Omniglot's alphabets), where every group has two or more. */
function groupsAsTasks(classNames: readonly string[]): GivenTask[] | null {
  const groups = new Map<string, number[]>();
  for (const [index, name] of classNames.entries()) {
    const parts = name.split('/');
    const [group] = parts;
    if (parts.length !== 2 || group === undefined) return null;
    groups.set(group, [...(groups.get(group) ?? []), index]);
  }
  if (groups.size < 2 || [...groups.values()].some(({ length }) => length < 2)) return null;
  return [...groups].map(([name, classes]) => ({ name, classes, domain: null }));
}

const reasonAgainst = (name: string) =>
  /\.(zip|tar|tgz|gz|7z|rar|bz2|xz)$/i.test(name) ? 'it is an archive inside: unpack it and drop that' : 'it is not an image';

/** The images of a tree, or DataError where there are none. What is no image is left out and listed. */
function imageFiles(tree: FileTree): { images: FileEntry[]; others: string[] } {
  const visible = tree.files.filter(({ path }) => !isClutter(path));
  const images = visible.filter(({ path }) => IMAGE.test(path));
  const others = visible.filter(({ path }) => !IMAGE.test(path)).map(({ path }) => path);
  if (images.length > 0) return { images, others };
  const held = others[0] === undefined ? 'nothing' : `${others.length} other files, such as "${others[0]}"`;
  throw new DataError(
    `No images found: there is ${held}. PNG, JPEG, WebP, GIF and BMP are read, sorted into one folder per class.`,
    'stream.from',
  );
}

/**
 * Lists the images of a folder tree. Classes are folders (nested ones keep their path), in Python's sorted() order;
 * a single wrapping root folder, hidden files and `__MACOSX` are seen through. Throws DataError without images, without test images, or with fewer than two classes.
 */
export function listFolders(tree: FileTree, options: LayoutOptions): ImageListing {
  const { images: files, others } = imageFiles(tree);
  const skipped: Skipped[] = [...tree.skipped, ...others.map((name) => ({ name, reason: reasonAgainst(name) }))];
  const { placed, divided } = place(files, others, skipped);
  if (divided && !placed.some(({ split }) => split === 'test')) {
    throw new DataError(
      'The test split is empty. Put images into test/<class>/…, or remove the folder to have them divided here.',
      'stream.from',
    );
  }
  const domains = withDomains(placed, options.outerFolder);
  if (domains !== null) return assemble({ placed: domains, skipped }, options);
  return assemble({ placed, skipped, tasks: groupsAsTasks }, options);
}
