/** What a training step brings down: a sum of terms, as data. */
import type { LabelledBatch } from './images';
import type { ClassRange } from './trainables';

interface TermOf<Kind extends string> {
  readonly kind: Kind;
  readonly classes: ClassRange;
  readonly weight: number;
  /** The part of a batch (`LabelledBatch.parts`, from 0) whose rows the term sees; absent: all rows. */
  readonly part?: number;
}

/**
 * `weight` times the mean of −log softmax(logits of `classes` alone)[label] over the rows that the term sees, whose labels lie in
 * `classes`. No term of any kind adds anything for a batch without such rows.
 */
export type CrossEntropyTerm = TermOf<'cross-entropy'>;

/**
 * `weight` times the mean of −Σ softmax(t/T) · log softmax(z/T) over `classes`, T = `temperature`, towards the batch's target logits
 * t (Li & Hoiem, ECCV 2016). Not multiplied by T².
 */
export interface DistilTerm extends TermOf<'distil'> {
  readonly temperature: number;
}

/**
 * `weight` times the mean over the rows of the mean of (z − t)² over those of `classes` for which the batch has a target logit t: one
 * that is NaN is none (Buzzega et al., NeurIPS 2020).
 */
export type LogitsTerm = TermOf<'logits'>;

/** Told apart by `kind`. */
export type Term = CrossEntropyTerm | DistilTerm | LogitsTerm;

/** Rows of a batch that a term sees. */
export function rowsOf({ part }: Term, { count, parts = [count] }: Pick<LabelledBatch, 'count' | 'parts'>): { from: number; to: number } {
  if (part === undefined) return { from: 0, to: count };
  const from = parts.slice(0, part).reduce((sum, rows) => sum + rows, 0);
  return { from, to: from + (parts[part] ?? 0) };
}

export interface Objective {
  readonly terms: readonly Term[];
}

/** Mean cross-entropy over the logits of `classes` only ("local" when that is one task's classes). */
export const crossEntropy = (classes: ClassRange): Objective => ({ terms: [{ kind: 'cross-entropy', classes, weight: 1 }] });

/** The classes of an objective that is `crossEntropy` of them; null for any other. */
export function soleClasses({ terms }: Objective): ClassRange | null {
  const [term] = terms;
  return term?.kind === 'cross-entropy' && terms.length === 1 && term.weight === 1 && term.part === undefined ? term.classes : null;
}

/** From the first column that a term of it sees to the last. */
export function columnsOf({ terms }: Objective): ClassRange {
  return { from: Math.min(...terms.map(({ classes }) => classes.from)), to: Math.max(...terms.map(({ classes }) => classes.to)) };
}

/** Whether its batches must bring target logits. */
export const needsTargets = ({ terms }: Objective): boolean => terms.some(({ kind }) => kind !== 'cross-entropy');
