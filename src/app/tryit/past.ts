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

/** The task after which the present run of wrong answers began; null where the newest answer is right or nobody judged. */
export function wrongSince(past: readonly PastAnswer[]): number | null {
  if (past.at(-1)?.right !== false) return null;
  const lastRight = past.findLastIndex(({ right }) => right !== false);
  return past[lastRight + 1]?.task ?? null;
}
