/** From images with class names to a listing: classes ordered, train and test told apart, what cannot be used left out. */
import { oneByOne, said, worded, type Fact, type Sentence } from '../../common/said';
import { DataError } from '../errors';
import type { Skipped } from '../file-tree';
import { groupBy } from '../group-by';
import type { GivenTask, ImageListing, ListedImage, Split } from '../labelled-images';
import { classNamed, isClass, leftOut } from '../left-out';
import { byCodePoint } from '../names';
import { drawFrom, shuffled } from '../random';
import type { Answers, Understood } from '../understood';
import type { Placed } from './placed';
import { usageOf, type Labelled, type Usage } from './usage';

export interface LayoutOptions extends Answers {
  readonly title: string;
  /** Share of each class that becomes test images where the source has no split of its own. */
  readonly testFraction: number;
  readonly seed: number;
  /** What an outer folder that holds class folders stands for; `auto`: a domain where all of them hold the same classes. */
  readonly outerFolder?: 'auto' | 'group' | 'domain' | undefined;
}

export interface Assembly {
  readonly placed: readonly Placed[];
  /** Classes in the source's own order; absent: as Python's sorted() orders their names. */
  readonly classOrder?: readonly string[] | undefined;
  readonly domainOrder?: readonly string[] | undefined;
  readonly skipped: readonly Skipped[];
  readonly understood?: readonly Understood[] | undefined;
  /** Tasks that the source proposes, from the names of the classes that are left. */
  readonly tasks?: ((classNames: readonly string[], domainNames: readonly string[]) => GivenTask[] | null) | undefined;
}

/** Images of one kind that are left aside are listed one by one up to here. */
const LISTED = 20;

/** A seeded share of each class for the test, at least one image and never all; independent of the other classes. */
function divide(images: readonly Placed[], label: string, { testFraction, seed }: LayoutOptions): Map<Placed, Split> {
  const test = Math.min(images.length - 1, Math.max(1, Math.round(images.length * testFraction)));
  const order = shuffled(images, drawFrom(seed, `test share of ${label}`));
  return new Map(order.map((image, i) => [image, i < test ? 'test' : 'train']));
}

function missingSplit(train: number, test: number, divided: boolean): Sentence | null {
  if (!divided) return train < 2 ? said`it has one image, and training and test need one each` : null;
  return train === 0 ? said`it has no training images` : test === 0 ? said`it has no test images` : null;
}

/** The classes in order; those that the source's own order does not know come last, by name. */
function ordered(found: Iterable<string>, order: readonly string[] | undefined): string[] {
  const place = new Map((order ?? []).map((name, i) => [name, i]));
  const rank = (name: string) => place.get(name) ?? Infinity;
  return [...found].sort((a, b) => (rank(a) === rank(b) ? byCodePoint(a, b) : rank(a) - rank(b)));
}

function listedAside({ aside }: Usage): readonly Skipped[] {
  return [...groupBy(aside, ({ reason, image }) => `${worded(reason)} ${image.split ?? ''}`)].flatMap(([, some]): Skipped[] => {
    const [first] = some;
    if (first === undefined || some.length <= LISTED) return some.map(({ image, reason }) => ({ name: image.name, reason }));
    return [{ name: said`${some.length} images, such as ${first.image.name}`, reason: first.reason }];
  });
}

const hasClass = (image: Placed): image is Labelled => image.className !== null && image.split !== 'unlabelled';

/**
 * A class that cannot be both trained and tested is left out and listed. Where the source has no test of its own, each
 * class (of each domain) is divided by seed. Throws DataError with fewer than two classes.
 */
export function assemble(assembly: Assembly, options: LayoutOptions): ImageListing {
  const { classOrder, domainOrder, tasks } = assembly;
  const labelled: Labelled[] = [];
  const unlabelled: Placed[] = [];
  for (const image of assembly.placed) {
    if (hasClass(image)) labelled.push(image);
    else unlabelled.push(image);
  }
  const usage = usageOf(labelled, unlabelled);
  const skipped = [...assembly.skipped, ...listedAside(usage)];
  const divided = usage.test !== null;
  const used = [...usage.train, ...(usage.test ?? [])];
  const withDomains = used.some(({ domain }) => domain !== null);
  const domainNames = withDomains ? ordered(new Set(used.map(({ domain }) => domain ?? '')), domainOrder) : [];
  const domainIndex = new Map(domainNames.map((name, i) => [name, i]));
  const byClass = groupBy(used, ({ className }) => className);
  const held = new Set<Placed>(usage.test);
  const classNames: string[] = [];
  const train: ListedImage[] = [];
  const test: ListedImage[] = [];
  for (const className of ordered(byClass.keys(), classOrder)) {
    const images = (byClass.get(className) ?? []).sort((a, b) => byCodePoint(a.name, b.name));
    const tested = divided ? images.filter((image) => held.has(image)).length : 0;
    const reason = missingSplit(images.length - tested, tested, divided);
    if (reason !== null) {
      skipped.push({ name: classNamed(className), reason });
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
      const split = drawn.get(image) ?? (held.has(image) ? 'test' : 'train');
      const domain = withDomains ? (domainIndex.get(image.domain ?? '') ?? null) : null;
      const { name, read, at } = image;
      (split === 'train' ? train : test).push({ name, split, classIndex, domain, read, ...(at === undefined ? {} : { at }) });
    }
  }
  if (classNames.length < 2) throw tooFewClasses(classNames, skipped, usage);
  const drawnHere = divided
    ? []
    : [{ text: said`The test is drawn here, by the seed: ${test.length} of ${train.length + test.length} images.` }];
  return {
    title: options.title,
    kind: domainNames.length > 1 ? 'domain-incremental' : 'class-incremental',
    classNames,
    domainNames,
    images: [...train, ...test],
    givenTasks: tasks?.(classNames, domainNames) ?? null,
    dividedHere: !divided,
    skipped,
    understood: [...(assembly.understood ?? []), ...usage.understood, ...drawnHere],
  };
}

function tooFewClasses(classNames: readonly string[], skipped: readonly Skipped[], { understood }: Usage): DataError {
  const left = classNames[0] === undefined ? said`no class` : said`only the class "${classNames[0]}"`;
  const why = skipped.filter(isClass).map(({ name, reason }) => said`${name}: ${reason}`);
  const seen = understood.reduce<Fact>((some, { text }) => said`${some} ${text}`, '');
  return new DataError(
    said`A stream needs two or more classes, but there is ${left}${why.length > 0 ? said` (${oneByOne(why.slice(0, 3))})` : ''}.${seen}${leftOut(skipped)} Sort the images into one folder per class, or put a table of file names and labels beside them.`,
    'stream.from',
  );
}
