/** From images with class names to a listing: classes ordered, train and test told apart, what cannot be used left out. */
import { DataError } from '../errors';
import type { Skipped } from '../file-tree';
import type { GivenTask, ImageListing, ListedImage, Split } from '../labelled-images';
import { byCodePoint } from '../names';
import { drawFrom, shuffled } from '../random';

export interface LayoutOptions {
  readonly title: string;
  /** Share of each class that becomes test images where the source has no split of its own. */
  readonly testFraction: number;
  readonly seed: number;
  /** What an outer folder that holds class folders stands for; `auto`: a domain where all of them hold the same classes. */
  readonly outerFolder?: 'auto' | 'group' | 'domain' | undefined;
}

/** One image as a layout found it. */
export interface Placed {
  readonly name: string;
  readonly className: string;
  /** Null where the source does not say. */
  readonly split: Split | null;
  readonly domain: string | null;
  /** Place in the source, where reading in that order is quicker. */
  readonly at?: number;
  readonly read: ListedImage['read'];
}

export interface Assembly {
  readonly placed: readonly Placed[];
  /** Classes in the source's own order; absent: as Python's sorted() orders their names. */
  readonly classOrder?: readonly string[] | undefined;
  readonly domainOrder?: readonly string[] | undefined;
  readonly skipped: readonly Skipped[];
  /** Tasks that the source proposes, from the names of the classes that are left. */
  readonly tasks?: (classNames: readonly string[], domainNames: readonly string[]) => GivenTask[] | null;
}

/** A seeded share of each class for the test, at least one image and never all; independent of the other classes. */
function divide(images: readonly Placed[], label: string, { testFraction, seed }: LayoutOptions): Map<Placed, Split> {
  const test = Math.min(images.length - 1, Math.max(1, Math.round(images.length * testFraction)));
  const order = shuffled(images, drawFrom(seed, `test share of ${label}`));
  return new Map(order.map((image, i) => [image, i < test ? 'test' : 'train']));
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const same = groups.get(key);
    if (same === undefined) groups.set(key, [item]);
    else same.push(item);
  }
  return groups;
}

function missingSplit(images: readonly Placed[], divided: boolean): string | null {
  if (!divided) return images.length < 2 ? 'it has one image, and training and test need one each' : null;
  if (images.every(({ split }) => split === 'test')) return 'it has no training images';
  return images.some(({ split }) => split === 'test') ? null : 'it has no test images';
}

/** The classes in order; those that the source's own order does not know come last, by name. */
function ordered(found: Iterable<string>, order: readonly string[] | undefined): string[] {
  const place = new Map((order ?? []).map((name, i) => [name, i]));
  const rank = (name: string) => place.get(name) ?? Infinity;
  return [...found].sort((a, b) => (rank(a) === rank(b) ? byCodePoint(a, b) : rank(a) - rank(b)));
}

/**
 * A class that cannot be both trained and tested is left out and listed. Where no image names a split, each class (of
 * each domain) is divided by seed. Throws DataError with fewer than two classes.
 */
export function assemble({ placed, classOrder, domainOrder, skipped: before, tasks }: Assembly, options: LayoutOptions): ImageListing {
  const skipped = [...before];
  const divided = placed.some(({ split }) => split !== null);
  const withDomains = placed.some(({ domain }) => domain !== null);
  const domainNames = withDomains ? ordered(new Set(placed.map(({ domain }) => domain ?? '')), domainOrder) : [];
  const domainIndex = new Map(domainNames.map((name, i) => [name, i]));
  const byClass = groupBy(placed, ({ className }) => className);
  const classNames: string[] = [];
  const train: ListedImage[] = [];
  const test: ListedImage[] = [];
  for (const className of ordered(byClass.keys(), classOrder)) {
    const images = (byClass.get(className) ?? []).sort((a, b) => byCodePoint(a.name, b.name));
    const reason = missingSplit(images, divided);
    if (reason !== null) {
      skipped.push({ name: `class ${className}`, reason });
      continue;
    }
    const drawn = new Map<Placed, Split>();
    if (!divided) {
      for (const [domain, some] of groupBy(images, (image) => image.domain ?? '')) {
        const label = domain === '' ? className : `${domain}/${className}`;
        for (const [image, split] of divide(some, label, options)) drawn.set(image, split);
      }
    }
    const classIndex = classNames.push(className) - 1;
    for (const image of images) {
      const split = image.split ?? drawn.get(image) ?? 'train';
      const domain = withDomains ? (domainIndex.get(image.domain ?? '') ?? null) : null;
      const { name, read, at } = image;
      (split === 'train' ? train : test).push({ name, split, classIndex, domain, read, ...(at === undefined ? {} : { at }) });
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
    kind: domainNames.length > 1 ? 'domain-incremental' : 'class-incremental',
    classNames,
    domainNames,
    images: [...train, ...test],
    givenTasks: tasks?.(classNames, domainNames) ?? null,
    dividedHere: !divided,
    skipped,
  };
}
