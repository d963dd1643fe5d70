/** Classes and splits from folder names: `train/<class>/…` with `test/<class>/…`, or `<class>/…` alone. */
import { decodeChecked } from './decode';
import { DataError } from './errors';
import type { FileEntry, FileTree, Skipped } from './file-tree';
import type { GivenTask, ImageListing, ListedImage, Split } from './labelled-images';
import { byCodePoint, isClutter } from './names';
import { drawFrom, shuffled } from './random';

const IMAGE = /\.(png|jpe?g|jfif|webp|gif|bmp)$/i;
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

export interface LayoutOptions {
  readonly title: string;
  /** Share of each class that becomes test images where the source has no split of its own. */
  readonly testFraction: number;
  readonly seed: number;
}

interface Placed {
  readonly entry: FileEntry;
  readonly className: string;
  readonly split: Split | null;
}

const splitOf = (part: string) => (Object.hasOwn(SPLITS, part.toLowerCase()) ? SPLITS[part.toLowerCase()] : undefined);

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

function place(files: readonly FileEntry[], others: readonly string[], skipped: Skipped[]): { placed: Placed[]; divided: boolean } {
  const paths = files.map(({ path }) => path.split('/'));
  const depth = wrapperDepth(paths);
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
    } else placed.push({ entry, className, split: divided ? (top === 'train' ? 'train' : 'test') : null });
  });
  return { placed: trimSharedTail(placed), divided };
}

/** A seeded share of each class for the test, at least one image and never all; independent of the other classes. */
function divide(images: readonly Placed[], className: string, { testFraction, seed }: LayoutOptions): Map<Placed, Split> {
  const test = Math.min(images.length - 1, Math.max(1, Math.round(images.length * testFraction)));
  const order = shuffled(images, drawFrom(seed, `test share of ${className}`));
  return new Map(order.map((image, i) => [image, i < test ? 'test' : 'train']));
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

function missingSplit(images: readonly Placed[], divided: boolean): string | null {
  if (!divided) return images.length < 2 ? 'it has one image, and training and test need one each' : null;
  if (!images.some(({ split }) => split === 'train')) return 'it has no training images';
  return images.some(({ split }) => split === 'test') ? null : 'it has no test images';
}

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
 * a single wrapping root folder, hidden files and `__MACOSX` are seen through. A class that cannot be both trained and
 * tested is left out and listed. Throws DataError without images, without test images, or with fewer than two classes.
 */
export function listFolders(tree: FileTree, options: LayoutOptions): ImageListing {
  const { images: files, others } = imageFiles(tree);
  const skipped: Skipped[] = [...tree.skipped, ...others.map((name) => ({ name, reason: 'it is not an image' }))];
  const { placed, divided } = place(files, others, skipped);
  if (divided && !placed.some(({ split }) => split === 'test')) {
    throw new DataError(
      'The test split is empty. Put images into test/<class>/…, or remove the folder to have them divided here.',
      'stream.from',
    );
  }
  const byClass = new Map<string, Placed[]>();
  for (const image of placed) {
    const same = byClass.get(image.className);
    if (same === undefined) byClass.set(image.className, [image]);
    else same.push(image);
  }
  const classNames: string[] = [];
  const train: ListedImage[] = [];
  const test: ListedImage[] = [];
  for (const className of [...byClass.keys()].sort(byCodePoint)) {
    const images = (byClass.get(className) ?? []).sort((a, b) => byCodePoint(a.entry.path, b.entry.path));
    const reason = missingSplit(images, divided);
    if (reason !== null) {
      skipped.push({ name: `class ${className}`, reason });
      continue;
    }
    const drawn = divided ? null : divide(images, className, options);
    const classIndex = classNames.push(className) - 1;
    for (const image of images) {
      const split = image.split ?? drawn?.get(image) ?? 'train';
      const { entry } = image;
      const read: ListedImage['read'] = async (decode) => decodeChecked(await entry.bytes(), decode);
      (split === 'train' ? train : test).push({ name: entry.path, split, classIndex, domain: null, read });
    }
  }
  if (classNames.length < 2) {
    const left = classNames[0] === undefined ? 'no class' : `only the class "${classNames[0]}"`;
    const why = skipped.filter(({ name }) => name.startsWith('class ')).map(({ name, reason }) => `${name}: ${reason}`);
    throw new DataError(
      `A stream needs two or more classes, but there is ${left}${why.length > 0 ? ` (${why.slice(0, 3).join('; ')})` : ''}. Sort the images into one folder per class.`,
      'stream.from',
    );
  }
  return {
    title: options.title,
    kind: 'class-incremental',
    classNames,
    domainNames: [],
    images: [...train, ...test],
    givenTasks: groupsAsTasks(classNames),
    dividedHere: !divided,
    skipped,
  };
}
