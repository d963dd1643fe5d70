/** Predictions and accuracies beside recorded ones. Samples whose recorded decision was a near tie may differ. */
import type { ClassRange } from '../compute/backbone';
import { averageAccuracies, averagedAccuracy, forgetting, type AccuracyMatrix } from '../continual/metrics';
import type { Comparison } from './compare';
import type { TrainingScenario } from './files';

/** A recorded decision with a smaller gap between its two largest logits may fall the other way in float32. */
export const NEAR_TIE = 1e-3;

export interface TaskPredictions {
  /** Row of the accuracy matrix, class-incremental and task-aware. */
  readonly classIncremental: readonly number[];
  readonly taskAware: readonly number[];
  /** Predictions that differ although the record was no near tie; null where no logits were recorded. */
  readonly differing: number | null;
  /** Share of near ties per task. */
  readonly ties: readonly number[];
}

function argmax(values: readonly number[], from: number, to: number): number {
  let best = from;
  for (let c = from + 1; c < to; c++) if ((values[c] ?? 0) > (values[best] ?? 0)) best = c;
  return best;
}

/**
 * Evaluates scores [rows, columns]; the first rowsPerTask[0] rows belong to task 0, and so on.
 */
export function predictions(
  scores: readonly number[],
  recorded: ArrayLike<number> | null,
  labels: readonly number[],
  ranges: readonly ClassRange[],
  rowsPerTask: readonly number[],
  columns = Math.max(...ranges.map(({ to }) => to)),
): TaskPredictions {
  const result = { classIncremental: [] as number[], taskAware: [] as number[], ties: [] as number[], differing: 0 };
  let row = 0;
  ranges.forEach((range, task) => {
    const rows = rowsPerTask[task] ?? 0;
    const correct = { all: 0, aware: 0, ties: 0 };
    for (const last = row + rows; row < last; row++) {
      const ours = scores.slice(row * columns, (row + 1) * columns);
      const label = labels[row];
      const predicted = argmax(ours, 0, columns);
      if (predicted === label) correct.all++;
      if (argmax(ours, range.from, range.to) === label) correct.aware++;
      if (!recorded) continue;
      const theirs = Array.from({ length: columns }, (_, c) => recorded[row * columns + c] ?? 0);
      const [first = 0, second = -Infinity] = [...theirs].sort((a, b) => b - a);
      if (first - second < NEAR_TIE) correct.ties++;
      else if (argmax(theirs, 0, columns) !== predicted) result.differing++;
    }
    result.classIncremental.push(correct.all / rows);
    result.taskAware.push(correct.aware / rows);
    result.ties.push(correct.ties / rows);
  });
  return { ...result, differing: recorded ? result.differing : null };
}

/** The JSON holds six decimals. */
const ROUNDED = 1e-6;

/** What a recording holds of accuracies. */
type RecordedAccuracies = Pick<TrainingScenario, 'acc_matrix' | 'acc_matrix_task_aware' | 'ACC_t' | 'ACC_bar' | 'forgetting'>;

/** Compares the matrices and, after the last of `tasks`, the scalars made of them; entries whose task had near ties get that much room. */
export function compareAccuracies(
  scalars: RecordedAccuracies,
  tasks: number,
  evaluated: readonly TaskPredictions[],
  comparison: Comparison,
): void {
  evaluated.forEach(({ differing }, task) => {
    if (differing !== null) comparison.exact('predictions', `after task ${task}`, differing);
  });
  const kinds = [
    ['accuracy matrix', 'classIncremental', scalars.acc_matrix],
    ['accuracy matrix, task-aware', 'taskAware', scalars.acc_matrix_task_aware],
  ] as const;
  for (const [quantity, kind, recorded] of kinds) {
    evaluated.forEach((row, i) => {
      row[kind].forEach((accuracy, j) => {
        const theirs = recorded?.[i]?.[j];
        if (theirs === undefined || theirs === null) return;
        const apart = Math.abs(accuracy - theirs) - (row.ties[j] ?? 0);
        comparison.exact(quantity, `[${i}][${j}]`, apart <= ROUNDED ? 0 : 1);
      });
    });
  }
  if (evaluated.some(({ ties }) => ties.some((share) => share > 0))) return;
  const matrix: AccuracyMatrix = evaluated.map(({ classIncremental }) => classIncremental);
  const averages = averageAccuracies(matrix);
  scalars.ACC_t?.slice(0, matrix.length).forEach((recorded, i) => {
    comparison.absolute('ACC_t', ROUNDED, `after task ${i}`, [averages[i] ?? NaN], [recorded]);
  });
  if (matrix.length !== tasks) return;
  if (scalars.ACC_bar !== undefined)
    comparison.absolute('ACC-bar', ROUNDED, 'all tasks', [averagedAccuracy(matrix) ?? NaN], [scalars.ACC_bar]);
  if (scalars.forgetting !== undefined && matrix.length > 1) {
    comparison.absolute('forgetting', ROUNDED, 'all tasks', [forgetting(matrix, 'chaudhry') ?? NaN], [scalars.forgetting]);
  }
}
