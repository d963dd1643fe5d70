/** From a listing to images in memory: decoded, brought to the model's size and kept as bytes. */
import { oneByOne, reasonOf, said } from '../common/said';
import { limitPixelsInFlight, type DecodeImage } from './decode';
import { DataError } from './errors';
import type { Skipped } from './file-tree';
import { createStore, type Room } from './image-store';
import { classNamed, leftOut } from './left-out';
import type { Scratch } from './scratch';
import type { GivenTask, ImageListing, ImageStore, LabelledImages, ListedImage } from './labelled-images';
import { resizeAndCenterCrop, type ResizeFilter } from './resize';

export interface LoadOptions {
  /** Side S of the model's input, pixels. */
  readonly imageSize: number;
  readonly resize: ResizeFilter;
  /** Only the first classes in natural order, and the first images of each: nothing else is decoded. */
  readonly maxClasses?: number | undefined;
  readonly trainPerClass?: number | undefined;
  readonly testPerClass?: number | undefined;
  /** Digest of the source; a function is asked last, when most files have been read anyway. */
  readonly sha256: string | (() => Promise<string>);
  /** Called now and then with images read so far. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Called once for each of the first classes, early: its first training image that could be read, rgb [imageSize, imageSize, 3]. */
  readonly onFirst?: ((className: string, rgb: Uint8Array) => void) | undefined;
  /** Rejects with the signal's reason once aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Where decoded images go that are more than `memoryBytes` together. */
  readonly scratch?: Scratch | undefined;
  readonly memoryBytes?: number | undefined;
}

/** Decoded images beyond this go to disk where there is one: what the tab takes does not grow with the set. */
const MEMORY_BYTES = 128 * 2 ** 20;

/** Images decoded side by side; the browser has its own threads for that. */
const LANES = 8;
const REPORT_EVERY = 64;

/** The images that the options leave: the first `perClass` of each class, split and domain, of the first classes. */
export function selectImages(
  listing: ImageListing,
  options: Pick<LoadOptions, 'maxClasses' | 'trainPerClass' | 'testPerClass'>,
): ListedImage[] {
  const classes = options.maxClasses ?? Infinity;
  const taken = new Map<string, number>();
  return listing.images.filter(({ classIndex, split, domain }) => {
    if (classIndex >= classes) return false;
    const key = `${split} ${classIndex} ${domain ?? ''}`;
    const already = taken.get(key) ?? 0;
    taken.set(key, already + 1);
    return already < ((split === 'train' ? options.trainPerClass : options.testPerClass) ?? Infinity);
  });
}

/** Runs `work` for every index, a few at a time, in order of index as far as starting goes. */
async function inLanes(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(LANES, count) }, lane));
}

interface Kept {
  readonly classNames: readonly string[];
  readonly classOf: (before: number) => number | null;
  readonly excluded: readonly Skipped[];
}

/** Classes that can still be trained and tested after decoding. Throws DataError where fewer than two are left. */
function keepUsable(
  names: readonly string[],
  train: ReadonlyMap<number, number>,
  test: ReadonlyMap<number, number>,
  failures: readonly Skipped[],
): Kept {
  const renumbered = new Map<number, number>();
  const classNames: string[] = [];
  const excluded: Skipped[] = [];
  names.forEach((name, index) => {
    const lacks = train.has(index) ? (test.has(index) ? null : said`test`) : said`training`;
    if (lacks === null) renumbered.set(index, classNames.push(name) - 1);
    else excluded.push({ name: classNamed(name), reason: said`none of its ${lacks} images could be read` });
  });
  if (classNames.length < 2) {
    throw new DataError(
      said`Of ${names.length} classes, ${classNames.length} could be read: ${oneByOne(excluded.slice(0, 3).map(({ name, reason }) => said`${name}: ${reason}`))}.${leftOut(failures)} A stream needs two or more.`,
      'stream.from',
    );
  }
  return { classNames, classOf: (before) => renumbered.get(before) ?? null, excluded };
}

function renumberTasks(tasks: readonly GivenTask[] | null, classOf: Kept['classOf']): GivenTask[] | null {
  return (
    tasks
      ?.map((task) => ({ ...task, classes: task.classes.map(classOf).filter((index) => index !== null) }))
      .filter(({ classes }) => classes.length > 0) ?? null
  );
}

/**
 * Reads, decodes and resizes the selected images: short side to S, then the central S x S. What cannot be read is left
 * out and listed with the reason; a class of which nothing is left, too. The result does not depend on the order in
 * which decoding ends. Throws DataError where fewer than two classes remain or memory does not suffice.
 */
export async function loadImages(listing: ImageListing, decode: DecodeImage, options: LoadOptions): Promise<LabelledImages> {
  const selected = selectImages(listing, options);
  const bytes = selected.length * options.imageSize * options.imageSize * 3;
  const room = bytes > (options.memoryBytes ?? MEMORY_BYTES) ? ((await options.scratch?.room?.(bytes)) ?? null) : null;
  try {
    const images = await decodeInto(room, selected, listing, decode, options);
    return room === null ? images : { ...images, discard: () => room.discard() };
  } catch (error) {
    await room?.discard();
    throw error;
  }
}

/** The classes whose first images are read before all others, so that people soon see what they dropped. */
const EARLY_CLASSES = 20;

/** Classes whose first picture is told of: each costs the page a redraw. */
const SHOWN_CLASSES = 40;

/** In the source's own order where it has one: its row groups and sheets are then unpacked once. */
function readingOrder(selected: readonly ListedImage[]): number[] {
  const early = new Map<number, number>();
  selected.forEach(({ classIndex, split }, index) => {
    if (split === 'train' && early.size < EARLY_CLASSES && !early.has(classIndex)) early.set(classIndex, index);
  });
  const first = new Set(early.values());
  const place = (index: number) => (first.has(index) ? -1 : (selected[index]?.at ?? index));
  return selected.map((_, index) => index).sort((a, b) => place(a) - place(b));
}

async function decodeInto(
  room: Room | null,
  selected: readonly ListedImage[],
  listing: ImageListing,
  decode: DecodeImage,
  options: LoadOptions,
): Promise<LabelledImages> {
  const { imageSize } = options;
  const train = selected.filter(({ split }) => split === 'train');
  const test = selected.filter(({ split }) => split === 'test');
  const place = (from: number) => (room === null ? null : { room, from });
  const builders = {
    train: createStore(train, imageSize, place(0)),
    test: createStore(test, imageSize, place(train.length * imageSize * imageSize * 3)),
  };
  const careful = limitPixelsInFlight(decode);
  const failures = new Map<number, Skipped>();
  const total = selected.length;
  let done = 0;
  const rows = new Map<ListedImage, number>();
  for (const list of [train, test]) list.forEach((image, row) => rows.set(image, row));
  const order = readingOrder(selected);
  const shown = new Set<number>();
  await inLanes(total, async (turn) => {
    options.signal?.throwIfAborted();
    const index = order[turn] ?? -1;
    const image = selected[index];
    if (image === undefined) return;
    let rgb: Uint8Array | null = null;
    try {
      rgb = resizeAndCenterCrop(await image.read(careful), imageSize, options.resize).rgb;
    } catch (error) {
      failures.set(index, { name: image.name, reason: error instanceof Error ? reasonOf(error) : said`it cannot be read` });
    }
    // A disk that is full ends the import; it is no fault of this image.
    if (rgb !== null) builders[image.split].put(rows.get(image) ?? 0, rgb);
    if (rgb !== null && image.split === 'train' && shown.size < SHOWN_CLASSES && !shown.has(image.classIndex)) {
      shown.add(image.classIndex);
      options.onFirst?.(listing.classNames[image.classIndex] ?? '', rgb);
    }
    done++;
    if (done % REPORT_EVERY === 0 || done === total) options.onProgress?.(done, total);
  });
  const names = listing.classNames.slice(0, options.maxClasses);
  const inOrder = [...failures].sort(([a], [b]) => a - b).map(([, skipped]) => skipped);
  const { classNames, classOf, excluded } = keepUsable(names, builders.train.counts(), builders.test.counts(), inOrder);
  return {
    title: listing.title,
    kind: listing.kind,
    classNames,
    domainNames: listing.domainNames,
    imageSize,
    train: builders.train.finish(classOf),
    test: builders.test.finish(classOf),
    givenTasks: renumberTasks(listing.givenTasks, classOf),
    skipped: [...listing.skipped, ...inOrder, ...excluded],
    understood: listing.understood,
    sha256: typeof options.sha256 === 'string' ? options.sha256 : await options.sha256(),
  };
}

/** At most `limit` entries of a list of things left out, the rest as one line with their number. */
export function summariseSkipped(skipped: readonly Skipped[], limit = 100): readonly Skipped[] {
  if (skipped.length <= limit) return skipped;
  return [...skipped.slice(0, limit), { name: said`${skipped.length - limit} more`, reason: said`not listed one by one` }];
}

/** The first training image of each class, as [classes, side, side, 3], for the classes in this order. */
export function thumbnails(
  images: { readonly train: ImageStore },
  classes: readonly number[],
  side = 32,
): { side: number; pixels: Uint8Array } {
  const { train } = images;
  const from = train.size * train.size * 3;
  const to = side * side * 3;
  const pixels = new Uint8Array(classes.length * to);
  const firstRow = new Map<number, number>();
  for (let row = train.count - 1; row >= 0; row--) firstRow.set(train.classes[row] ?? -1, row);
  classes.forEach((index, i) => {
    const row = firstRow.get(index);
    if (row === undefined) return;
    const rgb = train.pixels.subarray(row * from, (row + 1) * from);
    pixels.set(resizeAndCenterCrop({ width: train.size, height: train.size, rgb }, side, 'bilinear').rgb, i * to);
  });
  return { side, pixels };
}
