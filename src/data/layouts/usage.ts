/** Which images are learned from and which are the test, from what their source says: decided here for every layout. */
import { listed, said, worded, type Fact, type Said, type Sentence } from '../../common/said';
import { DataError } from '../errors';
import { groupBy } from '../group-by';
import { counted } from '../left-out';
import type { SplitWord } from '../splits';
import type { Understood } from '../understood';
import type { Placed } from './placed';

/** Images whose class is known. */
export type Labelled = Placed & { readonly className: string };

interface LeftAside {
  readonly image: Placed;
  readonly reason: Sentence;
}

export interface Usage {
  readonly train: readonly Labelled[];
  /** Null: the test is drawn here, from the training images. */
  readonly test: readonly Labelled[] | null;
  readonly aside: readonly LeftAside[];
  readonly understood: readonly Understood[];
}

const NO_TRAIN = said`There are test images, but none to learn from: no train folder, table or column. Add train/<class>/… with the images to learn from.`;

const classesOf = (images: readonly Labelled[]) => new Set(images.map(({ className }) => className));

/** The names that said so: `from "seg_train"`. */
function saidBy(images: readonly Placed[]): Fact {
  const names = new Map<string, Said>();
  for (const { from } of images) if (from !== undefined && from !== '') names.set(worded(from), from);
  const shown = [...names.values()].slice(0, 3).map((name) => (typeof name === 'string' ? `"${name}"` : name));
  return shown.length === 0 ? '' : said` from ${listed(names.size > 3 ? [...shown, '…'] : shown)}`;
}

const SPLITS = { train: said`train`, test: said`test`, validation: said`validation`, unlabelled: said`further` };

const told = (images: readonly Placed[], what: Sentence): Sentence =>
  said`${counted(images.length, said`${images.length} ${what} image`, said`${images.length} ${what} images`)}${saidBy(images)}`;

/** Names that differ in capitals or marks alone were meant to be one. */
const alike = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** Throws DataError where test classes are training classes spelled otherwise. */
function checkSpelling(train: ReadonlySet<string>, test: ReadonlySet<string>): void {
  const known = new Map([...train].map((name) => [alike(name), name]));
  for (const name of test) {
    const other = known.get(alike(name));
    if (other !== undefined && alike(name) !== '') {
      throw new DataError(
        said`The training images call a class "${other}", the test images "${name}": no class has both. Give the folders or labels the same names.`,
        'stream.from',
      );
    }
  }
}

/**
 * Validation is left aside where there is a test, and is the test where there is none whose classes are known. Where the
 * splits share no class at all they divide classes, as few-shot sets do, and each class is divided here. Throws DataError
 * without training images.
 */
export function usageOf(labelled: readonly Labelled[], unlabelled: readonly Placed[]): Usage {
  const aside: LeftAside[] = unlabelled.map((image) => ({ image, reason: image.aside ?? said`it has no label` }));
  const lines: Sentence[] = [];
  for (const [split, some] of groupBy(unlabelled, (image) => image.split ?? '')) {
    const what = split === '' ? counted(some.length, said`${some.length} image`, said`${some.length} images`) : told(some, SPLITS[split]);
    lines.push(counted(some.length, said`${what} has no class: left aside.`, said`${what} have no class: left aside.`));
  }
  const leave = (images: readonly Placed[], reason: Sentence, why: Sentence, what: Sentence) => {
    if (images.length === 0) return;
    aside.push(...images.map((image) => ({ image, reason })));
    lines.push(said`${told(images, what)}: left aside, ${why}.`);
  };
  const bySplit = groupBy(labelled, ({ split }) => split ?? '');
  const of = (split: SplitWord | null) => bySplit.get(split ?? '') ?? [];
  const [test, validation, named, unnamed] = [of('test'), of('validation'), of('train'), of(null)];
  const done = (train: readonly Labelled[], held: readonly Labelled[] | null): Usage => ({
    train,
    test: held,
    aside,
    understood: lines.map((text) => ({ text })),
  });
  // Beside a test alone, what names no split is what is learned from.
  const train = named.length > 0 ? named : unnamed;
  if (train.length === 0) {
    if (test.length + validation.length === 0) return done([], null);
    throw new DataError(NO_TRAIN, 'stream.from');
  }
  if (named.length > 0) leave(unnamed, said`it lies outside train/ and test/`, said`outside training and test`, said`further`);
  const held = test.length > 0 ? test : validation;
  if (held.length === 0) {
    if (named.length > 0) lines.unshift(said`${told(train, said`training`)}; no test images whose class is known.`);
    return done(train, null);
  }
  const [learned, tested] = [classesOf(train), classesOf([...validation, ...test])];
  // One class that is trained on or tested alone is a slip of somebody's, not a set made so.
  if (learned.size > 1 && tested.size > 1 && ![...tested].some((name) => learned.has(name))) {
    checkSpelling(learned, tested);
    const all = [...train, ...validation, ...test];
    lines.unshift(
      said`Training and test hold different classes (${learned.size} and ${tested.size}), as few-shot sets do: all ${classesOf(all).size} are used, each divided here.`,
    );
    return done(all, null);
  }
  if (test.length > 0)
    leave(
      validation,
      said`the validation split is not used where there is a test split`,
      said`because there is a test split`,
      SPLITS.validation,
    );
  const tests = test.length > 0 ? told(test, SPLITS.test) : said`${told(validation, SPLITS.validation)} as the test`;
  lines.unshift(said`${told(train, said`training`)}, ${tests}.`);
  return done(train, held);
}
