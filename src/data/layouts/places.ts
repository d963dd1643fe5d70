/** What the folders of a set say: which split an image is of, and which class. */
import { said } from '../../common/said';
import { splitIn, splitsAmong, type NamedSplit, type SplitWord } from '../splits';
import { DataQuestion, type Answers } from '../understood';

export interface Place {
  readonly split: SplitWord | null;
  /** The folder that said so. */
  readonly from: string;
  /** The folders that are no split, outermost first: empty where an image lies in no class folder. */
  readonly parts: readonly string[];
  /** The same as the name of a class; null where there is none. */
  readonly className: string | null;
}

/** Folders such as `images` below a class or a split say nothing. */
const SAYS_NOTHING = /^(images?|imgs?|jpegimages|jpe?gs?|pngs?)$/i;

const inside = (parent: string, name: string) => (parent === '' ? name : `${parent}/${name}`);

interface Folders {
  /** Names of the folders below a folder. */
  readonly below: ReadonlyMap<string, ReadonlySet<string>>;
  /** Images that lie in a folder itself. */
  readonly images: ReadonlyMap<string, number>;
}

function foldersOf(images: ReadonlyMap<string, number>): Folders {
  const below = new Map<string, Set<string>>();
  for (const folder of images.keys()) {
    for (let path = folder; path !== '';) {
      const slash = path.lastIndexOf('/');
      const parent = slash < 0 ? '' : path.slice(0, slash);
      const known = below.get(parent);
      if (known === undefined) below.set(parent, new Set([path.slice(slash + 1)]));
      else known.add(path.slice(slash + 1));
      path = parent;
    }
  }
  return { below, images };
}

/** Splits beside each other, and what the folders are that name none. */
interface Level {
  readonly words: ReadonlyMap<string, NamedSplit>;
  readonly others: SplitWord | null;
}
const NO_SPLITS: Level = { words: new Map(), others: null };

const beyondOne = (names: readonly string[]) =>
  names
    .slice(0, 3)
    .map((name) => `"${name}"`)
    .join(', ');

function ask(words: readonly string[], others: readonly string[], images: (names: readonly string[]) => number): DataQuestion {
  const [first = ''] = words;
  const beside = others.length === 0 ? '' : said` beside ${beyondOne(others)}`;
  return new DataQuestion({
    field: 'splitWords',
    asks: said`Do the folders ${beyondOne(words)}${beside} divide the images into training and test, or are they classes?`,
    chosen: null,
    readings: [
      { value: 'splits', shows: said`the ${images(words)} images in ${beyondOne(words)} are a split of their own; "${first}" is no class` },
      { value: 'classes', shows: said`"${first}" is the name of a class` },
    ],
  });
}

/** How the folders below one folder are read. `everything`: all images lie below it. Throws DataQuestion where two readings are possible. */
function levelOf(parent: string, everything: boolean, { below, images }: Folders, answer: Answers['splitWords']): Level {
  const names = [...(below.get(parent) ?? [])];
  const words = splitsAmong(names);
  const kinds = new Set([...words.values()].map(({ split }) => split));
  const others = names.filter((name) => !words.has(name));
  const tested = kinds.has('test') || kinds.has('validation');
  if (kinds.has('train') && tested) return { words, others: null };
  if (!everything) return NO_SPLITS;
  const spoken = [...words.keys()];
  const childrenOf = (list: readonly string[]) => list.flatMap((name) => [...(below.get(inside(parent, name)) ?? [])]);
  const count = (list: readonly string[]) => {
    let sum = 0;
    for (const [folder, number] of images) if (list.some((name) => `${folder}/`.startsWith(`${inside(parent, name)}/`))) sum += number;
    return sum;
  };
  if (words.size === 0) {
    // "train_clean" beside "test_noisy": every name speaks of a split, but no two are parts of one thing.
    const all = new Map(
      names.flatMap((name) => {
        const found = splitIn(name);
        return found === null ? [] : [[name, found] as const];
      }),
    );
    const both = new Set([...all.values()].map(({ split }) => split));
    if (names.length < 2 || all.size < names.length || !both.has('train') || both.size < 2 || answer === 'classes') return NO_SPLITS;
    if (answer === 'splits') return { words: all, others: null };
    throw ask(names, [], count);
  }
  if (others.length === 0) return { words, others: null };
  if (answer !== undefined) return answer === 'splits' ? { words, others: null } : NO_SPLITS;
  const inWords = childrenOf(spoken);
  const inOthers = childrenOf(others);
  if (kinds.has('train')) {
    // A vehicle: "train" holds pictures, as "bus" beside it does.
    if (inWords.length === 0) return NO_SPLITS;
    if (inOthers.length === 0) return { words, others: null };
  } else {
    // "cats", "dogs" and "test/cats", "test/dogs".
    if (inWords.length > 0 && inWords.every((name) => others.includes(name))) return { words, others: 'train' };
    // "valid" beside "invalid".
    if (inWords.length === 0 && !kinds.has('test') && !kinds.has('unlabelled')) return NO_SPLITS;
  }
  throw ask(spoken, others, count);
}

/**
 * The place of every folder that holds images (given with their number). A split is the innermost folder that names one:
 * `train/train/cat`, `photo/train/cat` and `cat/train` are all training images of cats.
 */
export function readPlaces(images: ReadonlyMap<string, number>, answer?: Answers['splitWords']): Map<string, Place> {
  const folders = foldersOf(images);
  const around = new Set(['']);
  for (let path = ''; !images.has(path) && folders.below.get(path)?.size === 1;) {
    path = inside(path, [...(folders.below.get(path) ?? [])][0] ?? '');
    around.add(path);
  }
  const levels = new Map<string, Level>();
  const level = (parent: string): Level => {
    const known = levels.get(parent) ?? levelOf(parent, around.has(parent), folders, answer);
    levels.set(parent, known);
    return known;
  };
  const places = new Map<string, Placing>();
  for (const folder of images.keys()) places.set(folder, placing(folder, level, folders.below));
  return withoutShell(places);
}

interface Placing extends Omit<Place, 'className'> {
  /** How many of the parts lie outside the split. */
  readonly outside: number;
}

function placing(folder: string, level: (parent: string) => Level, below: Folders['below']): Placing {
  let split: SplitWord | null = null;
  let from = '';
  let outside = 0;
  const parts: string[] = [];
  let parent = '';
  for (const name of folder === '' ? [] : folder.split('/')) {
    const { words, others } = level(parent);
    const word = words.get(name);
    // Kaggle's shells: "seg_train/seg_train/cat".
    const again: NamedSplit | null = split !== null && below.get(parent)?.size === 1 ? splitIn(name) : null;
    if (word !== undefined || again !== null) {
      if (split === null) outside = parts.length;
      split = word?.split ?? again?.split ?? split;
      from = name;
      const rests = new Set([...words.values()].map(({ rest }) => rest));
      if (word !== undefined && rests.size > 1 && word.rest !== '') parts.push(word.rest);
    } else {
      split ??= others;
      if (split === null || !SAYS_NOTHING.test(name)) parts.push(name);
    }
    parent = inside(parent, name);
  }
  if (split !== null) return { split, from, parts, outside };
  const told = parts.filter((name) => !SAYS_NOTHING.test(name));
  const kept = told.length > 0 ? told : parts;
  return { split, from, parts: kept, outside: kept.length };
}

/**
 * Without the leading folders outside the split that all images share: an archive's own root. Below it every class keeps a
 * folder. Where classes lie below the splits (not splits below the classes), what lies there in no folder has no class.
 */
function withoutShell(places: ReadonlyMap<string, Placing>): Map<string, Place> {
  const all = [...places.values()];
  const divided = all.filter(({ split, parts }) => split !== null && parts.length > 0);
  const below = divided.filter(({ parts, outside }) => parts.length > outside);
  const telling = below.length > 0 ? below : divided.length > 0 ? divided : all;
  const [first] = telling;
  let depth = 0;
  while (first !== undefined && depth < first.outside) {
    const name = first.parts[depth];
    if (!telling.every(({ parts, outside }) => outside > depth && parts[depth] === name && parts.length > depth + 1)) break;
    depth++;
  }
  // "set/train" and "set/test": a set, not the one class of both.
  const classesOutside = new Set(divided.map(({ parts }) => parts.join('/'))).size > 1;
  const partsOf = ({ split, parts, outside }: Placing) =>
    split !== null && parts.length <= outside && (below.length > 0 || !classesOutside) ? [] : parts.slice(depth);
  return new Map(
    [...places].map(([folder, place]) => {
      const parts = partsOf(place);
      return [folder, { split: place.split, from: place.from, parts, className: parts.length === 0 ? null : parts.join('/') }];
    }),
  );
}
