/** What went wrong, in the order a person needs it: what happened, what is safe, what to do. */
import { reasonOf, type Said } from '../../common/said';
import type { Choice } from '../../data/understood';
import type { Experiment } from '../../session/experiment';
import type { Texts } from '../text/en';
import { say } from '../text/say';

export type ProblemPlace = 'backbone' | 'stream' | 'device' | 'experiment' | 'record' | 'memory' | 'run' | 'predict' | 'mix' | 'storage';

export interface Problem {
  readonly place: ProblemPlace;
  /** The error's own name, for tests and reports. */
  readonly name: string;
  /** The setting that would have to change, where one could; null or absent where the files are at fault. */
  readonly field?: string | null;
  readonly happened: string;
  readonly safe: string;
  readonly todo: string;
  /** A remedy that the page can apply itself. */
  readonly remedy:
    | { readonly kind: 'batch-size'; readonly value: number }
    | { readonly kind: 'retry' }
    /** The backbone that could not be had. */
    | { readonly kind: 'backbone'; readonly value: Experiment['backbone'] }
    /** Two readings are possible: one of them is chosen. */
    | { readonly kind: 'answer'; readonly choice: Choice }
    /** Files that are not those of the link, to be used all the same. */
    | { readonly kind: 'use-refused'; readonly name: string }
    | null;
}

const placesByName: Readonly<Record<string, ProblemPlace>> = {
  DeviceLostError: 'device',
  OutOfMemoryError: 'memory',
  ExperimentError: 'experiment',
  StateFileError: 'storage',
  StorageError: 'storage',
};

/** Errors that cross the worker boundary keep name and what they say, not their class. */
export function describeError(error: unknown): { readonly name: string; readonly reason: Said } {
  const name = typeof error === 'object' && error !== null && 'name' in error ? error.name : null;
  return { name: typeof name === 'string' ? name : 'Error', reason: reasonOf(error) };
}

/** The question that an error asks; it comes from our own worker, where it is a DataQuestion. */
const choiceOf = (error: unknown): Choice | null =>
  typeof error === 'object' && error !== null && 'choice' in error ? (error.choice as Choice) : null;

const fieldOf = (error: unknown): string | null =>
  typeof error === 'object' && error !== null && 'field' in error && typeof error.field === 'string' ? error.field : null;

/** A problem for people from an error met while working on `place`. */
export function problemFrom(text: Texts, error: unknown, place: ProblemPlace): Problem {
  const { name, reason } = describeError(error);
  const where = placesByName[name] ?? place;
  const words = text.problems.byPlace[where];
  const choice = choiceOf(error);
  if (choice !== null) {
    return {
      place: where,
      name,
      happened: say(text, choice.asks),
      safe: words.safe,
      todo: text.problems.choose,
      remedy: { kind: 'answer', choice },
    };
  }
  return {
    place: where,
    name,
    field: fieldOf(error),
    happened: say(text, reason),
    safe: words.safe,
    todo: words.todo,
    remedy: { kind: 'retry' },
  };
}

export function memoryProblem(text: Texts, needed: string, available: string, batchSize: number | null): Problem {
  return {
    place: 'memory',
    name: 'EstimateTooLarge',
    happened: text.problems.memoryHappened(needed, available),
    safe: text.problems.byPlace.memory.safe,
    todo: batchSize === null ? text.problems.memoryTodoSmaller : text.problems.memoryTodoBatch(batchSize),
    remedy: batchSize === null ? null : { kind: 'batch-size', value: batchSize },
  };
}
