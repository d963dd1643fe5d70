/** The picture everyone came for: accuracy on each task as tasks arrive. */
import type { AccuracyKind } from '../../continual/metrics';
import type { RunRecord } from '../../session/record';
import { isLevel, matrixOf } from './matrices';

export interface AccuracyPoint {
  /** 0-based: measured after this task. */
  readonly after: number;
  readonly accuracy: number;
}

export interface AccuracySeries {
  readonly method: string;
  readonly points: readonly AccuracyPoint[];
  /** A method judged only at the end (joint training): one level for the whole width. */
  readonly level: number | null;
  /** Newest value, null before the task was learned. */
  readonly now: number | null;
}

export interface TaskPanel {
  readonly task: number;
  readonly name: string;
  readonly series: readonly AccuracySeries[];
}

/** One panel a task; a line starts where its task is learned, before that there is nothing. */
export function taskPanels(record: RunRecord, kind: AccuracyKind, reading?: string): TaskPanel[] {
  const tasks = record.stream.tasks;
  return tasks.map((task, j) => ({
    task: j,
    name: task.name,
    series: record.methods.map((method) => {
      const matrix = matrixOf(method, kind, reading);
      const points = matrix.flatMap((row, after) => {
        const accuracy = row?.[j];
        return accuracy === undefined ? [] : [{ after, accuracy }];
      });
      const now = points.at(-1)?.accuracy ?? null;
      return isLevel(method, tasks.length)
        ? { method: method.id, points: [], level: now, now }
        : { method: method.id, points, level: null, now };
    }),
  }));
}
