/** What a training step brings down: a sum of terms, as data. */
import type { ClassRange } from './trainables';

/** Rows of a batch, half-open; to its end where `to` is not given. */
export interface RowRange {
  readonly from: number;
  readonly to?: number;
}

/**
 * `weight` times the mean of −log softmax(logits of `classes` alone)[label] over the rows that the term sees: all of the
 * batch, or those of `rows` that it has. Labels of these rows lie in `classes`; a batch without any adds nothing.
 */
export interface CrossEntropyTerm {
  readonly kind: 'cross-entropy';
  readonly classes: ClassRange;
  readonly weight: number;
  readonly rows?: RowRange;
}

/** Rows of a batch of `count` that a term sees. */
export function rowsOf({ rows }: Term, count: number): { readonly from: number; readonly to: number } {
  return { from: Math.min(rows?.from ?? 0, count), to: Math.min(rows?.to ?? count, count) };
}

/** Told apart by `kind`. */
export type Term = CrossEntropyTerm;

export interface Objective {
  readonly terms: readonly Term[];
}

/** Mean cross-entropy over the logits of `classes` only ("local" when that is one task's classes). */
export const crossEntropy = (classes: ClassRange): Objective => ({ terms: [{ kind: 'cross-entropy', classes, weight: 1 }] });

/** The classes of an objective that is `crossEntropy` of them; null for any other. */
export function soleClasses({ terms }: Objective): ClassRange | null {
  const [term] = terms;
  return term && terms.length === 1 && term.weight === 1 && !term.rows ? term.classes : null;
}
