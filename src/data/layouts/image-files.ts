/** Images as files: their folders say class and split, and tables beside them say more. */
import { said, type Sentence } from '../../common/said';
import { decodeChecked } from '../decode';
import { DataError } from '../errors';
import type { FileEntry, FileTree, Skipped } from '../file-tree';
import type { GivenTask, ImageListing } from '../labelled-images';
import { counted, leftOut } from '../left-out';
import { isClutter } from '../names';
import { splitIn, type SplitWord } from '../splits';
import { assemble, type LayoutOptions } from './assemble';
import type { Placed } from './placed';
import { groupsAsTasks, trimSharedTail, withDomains } from './domains';
import { baseName } from './layout';
import { readPlaces, type Place } from './places';
import { secondCopies } from './second-copies';
import { factsFrom, type Fact, type Facts } from './tables';

export const IMAGE = /\.(png|jpe?g|jfif|webp|gif|bmp|avif|p[pgn]m)$/i;
const READ = said`PNG, JPEG, WebP, GIF, BMP, AVIF and PPM are read, sorted into one folder per class or listed in a table beside them.`;

const reasonAgainst = (name: string): Sentence =>
  /\.(zip|tar|tgz|gz|7z|rar|bz2|xz)$/i.test(name)
    ? said`it is an archive inside: unpack it and drop that`
    : /\.(hei[cf]|tiff?)$/i.test(name)
      ? said`browsers do not read this format: save it as JPEG or PNG`
      : said`it is not an image`;

const imagesOf = (count: number) => counted(count, said`${count} image`, said`${count} images`);

const folderOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('/')));

function noImages(tree: FileTree, others: readonly FileEntry[], { unmatched }: Facts): DataError {
  const [table] = unmatched;
  if (table !== undefined) {
    const columns = table.columns.slice(0, 6).join(', ');
    const pixels = table.columns.some((name) => /^(pixels?\d*|\d+x\d+)$/i.test(name));
    return new DataError(
      pixels
        ? said`"${table.name}" holds the pixels themselves as text (columns ${columns}, …). Pixels in tables are not read: save the images as PNG, or as arrays x and y with numpy.savez.`
        : said`"${table.name}" lists ${imagesOf(table.rows)}, none of which came with it (columns ${columns}). Drop the folder that holds both.`,
      'stream.from',
    );
  }
  const held =
    others[0] === undefined
      ? said`nothing`
      : said`${counted(others.length, said`${others.length} other file`, said`${others.length} other files`)}, such as "${others[0].path}"`;
  return new DataError(said`No images found: there is ${held}.${leftOut(tree.skipped)} ${READ}`, 'stream.from');
}

/** In a set whose folders name no split, file names may: "cat/train_1.png", "cat/test_1.png". */
function splitsByName(images: readonly FileEntry[]): ReadonlyMap<FileEntry, SplitWord> | null {
  const found = new Map<FileEntry, SplitWord>();
  for (const entry of images) {
    const split = splitIn(baseName(entry.path).replace(/\.\w+$/, ''))?.split;
    if (split === undefined) return null;
    found.set(entry, split);
  }
  const kinds = new Set(found.values());
  return kinds.has('train') && kinds.size > 1 ? found : null;
}

interface Known {
  readonly entry: FileEntry;
  readonly place: Place;
  readonly fact: Fact | undefined;
  readonly split: SplitWord | null;
}

/** Throws DataQuestion where the class of a listed image could stand in several columns, and no folder tells it. */
function classOf({ place, fact }: Known, foldersTell: boolean): string | null {
  const inFolder = place.className;
  if (fact === undefined || (inFolder !== null && foldersTell && !fact.sure)) return inFolder;
  if (fact.question !== null) throw fact.question;
  return fact.label === '' ? null : (fact.label ?? inFolder);
}

function place(known: readonly Known[], tabled: boolean): { placed: Placed[]; unlisted: Skipped[] } {
  // Tables that label some images of a split speak for all of it: what they do not list is no part of the set.
  const covered = new Set<SplitWord | null>();
  for (const { fact, split } of known) if (fact !== undefined && fact.label !== null && fact.sure) covered.add(split);
  // One folder around all images is no class.
  const folders = new Set<Place>();
  for (const image of known) folders.add(image.place);
  const foldersTell = new Set([...folders].flatMap(({ className }) => className ?? [])).size > 1;
  const placed: Placed[] = [];
  const unlisted: Skipped[] = [];
  known.forEach((image, i) => {
    const { entry, fact, split } = image;
    if (fact === undefined && covered.has(split)) {
      unlisted.push({ name: entry.path, reason: said`no table lists it` });
      return;
    }
    placed.push({
      name: entry.path,
      className: classOf(image, foldersTell),
      aside: fact?.aside ?? (fact === undefined ? said`it lies in no class folder` : undefined),
      split,
      from: fact?.split === null || fact === undefined ? image.place.from : fact.from,
      domain: fact?.domain ?? null,
      at: tabled ? (fact?.at ?? i) : i,
      read: async (decode) => decodeChecked(await entry.bytes(), decode),
    });
  });
  return { placed, unlisted };
}

/** Tasks in the order in which tables first name them. Throws DataError where a class is in two of them. */
function tasksFrom(known: readonly Known[]): ((classNames: readonly string[]) => GivenTask[] | null) | undefined {
  const tasks = new Map<string, Set<string>>();
  for (const { fact } of known) {
    if (fact === undefined || fact.task === null || fact.task === '' || fact.label === null) continue;
    tasks.set(fact.task, (tasks.get(fact.task) ?? new Set()).add(fact.label));
  }
  if (tasks.size < 2) return undefined;
  return (classNames) => {
    const first = new Map<string, string>();
    for (const [task, classes] of tasks) {
      for (const name of classes) {
        const other = first.get(name);
        if (other !== undefined) {
          throw new DataError(
            said`Class "${name}" is in task "${other}" and in task "${task}". A class belongs to one task; for the same classes under changing conditions call the column "domain".`,
            'stream.from',
          );
        }
        first.set(name, task);
      }
    }
    return [...tasks.keys()]
      .map((name) => ({ name, classes: classNames.flatMap((each, i) => (first.get(each) === name ? [i] : [])), domain: null }))
      .filter(({ classes }) => classes.length > 0);
  };
}

/**
 * Lists the images of a folder tree. Classes come from tables, else from folders (nested ones keep their path), in
 * Python's sorted() order; a single wrapping root folder, hidden files and `__MACOSX` are seen through. Throws DataError
 * without images or with fewer than two classes, DataQuestion where two readings are possible.
 */
export async function listImageFiles(tree: FileTree, options: LayoutOptions): Promise<ImageListing> {
  const visible = tree.files.filter(({ path }) => !isClutter(path));
  const all = visible.filter(({ path }) => IMAGE.test(path));
  const copies = secondCopies(all);
  const copied = new Map(copies.flatMap(({ folder, images: twice }) => [...twice].map((entry) => [entry, folder] as const)));
  const images = copies.length === 0 ? all : all.filter((entry) => !copied.has(entry));
  const others = visible.filter(({ path }) => !IMAGE.test(path));
  const facts = await factsFrom(tree, images, options);
  if (images.length === 0) throw noImages(tree, others, facts);
  const counts = new Map<string, number>();
  for (const { path } of images) {
    const folder = folderOf(path);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const places = readPlaces(counts, options.splitWords);
  const nowhere: Place = { split: null, from: '', parts: [], className: null };
  const first = images.map((entry): Known => {
    const at = places.get(folderOf(entry.path)) ?? nowhere;
    const fact = facts.of.get(entry);
    return { entry, place: at, fact, split: fact?.split ?? at.split };
  });
  const named = first.some(({ split }) => split !== null) ? null : splitsByName(images);
  const known = named === null ? first : first.map((one) => ({ ...one, split: named.get(one.entry) ?? null }));
  const { placed, unlisted } = place(known, facts.of.size > 0);
  const skipped = [
    ...tree.skipped,
    ...others
      .filter((entry) => !facts.tables.has(entry))
      .map((entry) => ({ name: entry.path, reason: facts.useless.get(entry) ?? reasonAgainst(entry.path) })),
    ...[...copied].map(([{ path }, folder]) => ({
      name: path,
      reason: said`it is a copy: all of "${folder}" lies once more in the folder around it`,
    })),
    ...facts.skipped,
    ...unlisted,
  ];
  const understood = [
    ...copies.map(({ folder, images: twice }) => ({
      text: said`${imagesOf(twice.size)} in "${folder}" lie once more in the folder around it: left aside.`,
    })),
    ...facts.understood,
    ...facts.unmatched.map(({ name }) => ({ text: said`"${name}" lists no image that is here.` })),
  ];
  const labelled = known.some(({ fact }) => fact !== undefined && fact.sure && fact.label !== null);
  if (labelled) {
    const domainOrder = [...new Set(known.flatMap(({ fact }) => fact?.domain ?? []))];
    return assemble({ placed, skipped, understood, domainOrder, tasks: tasksFrom(byRow(known)) }, options);
  }
  const trimmed = trimSharedTail(placed);
  const domains = withDomains(trimmed, options.outerFolder);
  if (domains !== null) return assemble({ placed: domains, skipped, understood }, options);
  return assemble({ placed: trimmed, skipped, understood, tasks: groupsAsTasks }, options);
}

/** Tasks and domains come in the order of the tables' rows. */
const byRow = (known: readonly Known[]) => [...known].sort((a, b) => (a.fact?.at ?? Infinity) - (b.fact?.at ?? Infinity));
