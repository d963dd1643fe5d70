/** The picture everyone came for: accuracy on each task as tasks arrive, and their average. */
import { averageAccuracies, type AccuracyKind } from '../../continual/metrics';
import { OWN } from '../../session/read-by';
import type { MethodRun, RunRecord } from '../../session/record';
import { isLevel, matrixOf } from './matrices';

export interface AccuracyPoint {
  /** 0-based: measured after this task. */
  readonly after: number;
  readonly accuracy: number;
}

export interface AccuracySeries {
  readonly method: string;
  readonly points: readonly AccuracyPoint[];
  /** What was seen on the way from one task's end to the next, a list a task; `after` is no whole number there. Empty where nobody looked. */
  readonly between: readonly (readonly AccuracyPoint[])[];
  /** A method judged only at the end (joint training): one level for the whole width. */
  readonly level: number | null;
  /** Newest value, null before the task was learned. */
  readonly now: number | null;
}

export interface TaskPanel {
  /** Null: the average over the tasks seen. */
  readonly task: number | null;
  readonly name: string;
  readonly series: readonly AccuracySeries[];
  /** What guessing reaches after each task; empty where no line of it is drawn. */
  readonly chance: readonly number[];
}

function seriesOf(
  id: string,
  points: readonly AccuracyPoint[],
  level: boolean,
  between: readonly (readonly AccuracyPoint[])[] = [],
): AccuracySeries {
  const now = points.at(-1)?.accuracy ?? null;
  return level ? { method: id, points: [], between: [], level: now, now } : { method: id, points, between, level: null, now };
}

/** Looks were taken by the heads in training, among all classes: they belong to that reading alone. */
export const looksBelong = (kind: AccuracyKind, reading: string | undefined): boolean =>
  kind === 'classIncremental' && (reading ?? OWN) === OWN;

/** Of an old task, while each later one was learned. */
function looksAt({ probes = [] }: MethodRun, old: number): AccuracyPoint[][] {
  const later = [...new Set(probes.map(({ task }) => task))].filter((task) => task > old);
  return later.map((task) =>
    probes.flatMap(({ task: of, step, of: total, accuracy }) => {
      const value = accuracy[old];
      return of !== task || value === undefined ? [] : [{ after: task - 1 + step / Math.max(1, total), accuracy: value }];
    }),
  );
}

/**
 * Accuracy of guessing after each task: one of the classes seen so far, or of a task's own where the task is known. Pure: it follows
 * from the tasks alone.
 */
export function chanceAfter(tasks: RunRecord['stream']['tasks'], kind: AccuracyKind): number[] {
  const among = (after: number) => 1 / Math.max(1, ...tasks.slice(0, after + 1).map(({ to }) => to));
  const known = (after: number) =>
    tasks.slice(0, after + 1).reduce((sum, { from, to }) => sum + 1 / Math.max(1, to - from), 0) / (after + 1);
  return tasks.map((_, after) => (kind === 'taskAware' ? known(after) : among(after)));
}

/** Average over the tasks seen, with what guessing would reach. */
export function averagePanel(record: RunRecord, kind: AccuracyKind, name: string, reading?: string): TaskPanel {
  const { tasks } = record.stream;
  const series = record.methods.map((method) => {
    const averages = averageAccuracies(matrixOf(method, kind, reading));
    const points = averages.flatMap((accuracy, after) => (accuracy === null ? [] : [{ after, accuracy }]));
    return seriesOf(method.id, points, isLevel(method, tasks.length));
  });
  return { task: null, name, series, chance: chanceAfter(tasks, kind) };
}

/** Of a long stream: so many tasks, evenly spread, the first and the last among them. All of them where there are no more. */
export function spreadTasks(tasks: number, most: number): number[] {
  if (tasks <= most) return Array.from({ length: tasks }, (_, j) => j);
  return Array.from({ length: most }, (_, i) => Math.round((i * (tasks - 1)) / (most - 1)));
}

/** A panel for each of these tasks, all unless told; a line starts where its task is learned, before that there is nothing. */
export function taskPanels(record: RunRecord, kind: AccuracyKind, reading?: string, which?: readonly number[]): TaskPanel[] {
  const { tasks } = record.stream;
  const methods = record.methods.map((method) => ({ method, matrix: matrixOf(method, kind, reading) }));
  return (which ?? tasks.map((_, j) => j)).map((j) => ({
    task: j,
    name: tasks[j]?.name ?? '',
    series: methods.map(({ method, matrix }) => {
      const points = matrix.flatMap((row, after) => {
        const accuracy = row?.[j];
        return accuracy === undefined ? [] : [{ after, accuracy }];
      });
      const between = looksBelong(kind, reading) ? looksAt(method, j) : [];
      return seriesOf(method.id, points, isLevel(method, tasks.length), between);
    }),
    chance: [],
  }));
}
