/** What one method took a picture for, task after task. */
import type { RunRecord } from '../../session/record';
import type { Answers } from '../store/host';

export interface PastAnswer {
  /** 0-based. */
  readonly task: number;
  readonly label: string;
  /** Column of the label; -1 where the record does not name it. */
  readonly column: number;
  readonly probability: number;
  /** Null while the truth is not known, or the class was not learned yet. */
  readonly right: boolean | null;
}

/** Answers in the order of tasks. `truth`: name of the class that the picture shows. */
export function pastAnswers(
  record: RunRecord,
  method: string,
  after: ReadonlyMap<number, Answers>,
  truth: string | null,
): readonly PastAnswer[] {
  const names = record.stream.classNames;
  const wanted = truth === null ? -1 : names.indexOf(truth);
  const taught = record.stream.tasks.findIndex(({ from, to }) => wanted >= from && wanted < to);
  return [...after]
    .sort(([a], [b]) => a - b)
    .flatMap(([task, answers]) => {
      const row = answers.find((each) => each.method === method)?.rows[0];
      if (!row) return [];
      const judged = wanted >= 0 && task >= taught;
      return [{ task, ...row, column: names.indexOf(row.label), right: judged ? row.label === truth : null }];
    });
}

/** What the answers of all times say together; `since`: the (0-based) task after which it became so. */
export type Verdict = { readonly is: 'wrong' | 'right again'; readonly since: number } | { readonly is: 'always right' };

/** Null while nobody judged, or an answer that would tell is still to come or no longer to be had. `learned`: tasks in order. */
export function verdictOf(past: readonly PastAnswer[], learned: readonly number[]): Verdict | null {
  const last = past.at(-1);
  if (last === undefined || last.right === null || last.task !== learned.at(-1)) return null;
  const before = past.findLastIndex(({ right }) => right !== last.right);
  const since = past[before + 1]?.task ?? last.task;
  if (!last.right) return { is: 'wrong', since };
  if (past.some(({ right }) => right === false)) return { is: 'right again', since };
  return learned.every((task) => task < since || past.some((answer) => answer.task === task)) ? { is: 'always right' } : null;
}
