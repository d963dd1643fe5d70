/** What methods know of themselves beside subspaces (continual/known.ts), as tables. */
import type { RunRecord, TaskResult } from '../../session/record';
import { methodRun } from './matrices';

export type Known = NonNullable<TaskResult['knows']>;
/** As `continual/known.ts` has them; a record of a later build may know more. */
const KINDS = ['importances', 'magnitudes', 'exemplars', 'picks'] as const;
export type KnownKind = (typeof KINDS)[number];

export const kindOf = ({ what }: Pick<Known, 'what'>): KnownKind | null => KINDS.find((kind) => kind === what) ?? null;

/** Methods of the record that told something of themselves. */
export const methodsThatKnow = (record: RunRecord): string[] =>
  record.methods.filter(({ results }) => results.some(({ knows }) => knows && kindOf(knows) !== null)).map(({ id }) => id);

export interface KnownNow {
  /** After which task. */
  readonly task: number;
  readonly kind: KnownKind;
  readonly known: Known;
}

/** As of the newest result that told something; null where none did. */
export function knownNow(record: RunRecord, id: string): KnownNow | null {
  const result = methodRun(record, id)?.results.findLast(({ knows }) => knows && kindOf(knows) !== null);
  const kind = result?.knows && kindOf(result.knows);
  return result?.knows && kind ? { task: result.task, kind, known: result.knows } : null;
}

/** After each task that told it, oldest first: the magnitude of every task's direction. */
export const magnitudesOf = (record: RunRecord, id: string): { readonly task: number; readonly values: readonly number[] }[] =>
  (methodRun(record, id)?.results ?? []).flatMap(({ task, knows }) =>
    knows && kindOf(knows) === 'magnitudes' ? [{ task, values: knows.values[0] ?? [] }] : [],
  );

/** More prompts than these are not told apart in a picture. */
const APART = 20;

/**
 * Prompts by the task that brought them, where they are too many to be told apart and tasks brought as many each: what an image gets of a
 * task's prompts, the mean over them. Else as they are.
 */
export function picksByTask({ values }: Pick<Known, 'values'>): {
  readonly together: number;
  readonly values: readonly (readonly number[])[];
} {
  const prompts = Math.max(0, ...values.map(({ length }) => length));
  const together = prompts / Math.max(1, values.length);
  if (prompts <= APART || !Number.isInteger(together) || together < 2) return { together: 1, values };
  const mean = (row: readonly number[], group: number) =>
    row.slice(group * together, (group + 1) * together).reduce((sum, value) => sum + value, 0) / together;
  return { together, values: values.map((row) => values.map((_, group) => mean(row, group))) };
}
