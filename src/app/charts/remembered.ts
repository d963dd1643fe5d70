/** Which test images of a task each method still recognises, as tasks arrive. */
import { readBy } from '../../session/read-by';
import type { RunRecord } from '../../session/record';
import { isLevel } from './matrices';

export interface Recognition {
  readonly method: string;
  /** After which task each row was measured. */
  readonly after: readonly number[];
  /** [rows][images]: right or wrong; rows without predictions are left out. */
  readonly right: readonly (readonly boolean[])[];
  /** Column that was answered, same shape. */
  readonly answered: readonly (readonly number[])[];
}

/** For the given test images of `task` (positions into `predicted`, true columns), the answers after every task. */
export function recognition(
  record: RunRecord,
  task: number,
  positions: readonly number[],
  labels: readonly number[],
  reading?: string,
): Recognition[] {
  return record.methods
    .filter((method) => !isLevel(method, record.stream.tasks.length))
    .map((method) => {
      const rows = readBy(method, reading).filter((result) => (result.predicted[task] ?? []).length > 0);
      const answered = rows.map((result) => positions.map((position) => result.predicted[task]?.[position] ?? -1));
      return {
        method: method.id,
        after: rows.map((result) => result.task),
        answered,
        right: answered.map((row) => row.map((column, i) => column === labels[i])),
      };
    })
    .filter((entry) => entry.after.length > 0);
}

/** Name of the task that a column belongs to; domain-incremental streams share columns, then the first one. */
export function taskOfColumn(record: RunRecord, column: number): string {
  return record.stream.tasks.find((task) => column >= task.from && column < task.to)?.name ?? '';
}
