/**
 * Every scalar of a run is a pure function of its accuracy matrix: a[i][j] = accuracy on task j after learning task i,
 * j ≤ i. Class-incremental and task-aware matrices are read by the same functions. A quantity that the matrix does not
 * determine (yet) is null, never a guess.
 */

/** Row i after task i; null where nothing was measured (a running stream, or a method that is judged at the end only). */
export type AccuracyMatrix = readonly (readonly number[] | null)[];

/** The two kinds of accuracy that a result carries. */
export type AccuracyKind = 'classIncremental' | 'taskAware';

/** The part of a task's result that the metrics need; the run record's results fit. */
export interface TaskAccuracies {
  readonly task: number;
  readonly classIncremental: readonly number[];
  readonly taskAware: readonly number[];
}

/**
 * Forgetting of task j at the end, f_j:
 * `chaudhry`: max over earlier rows i < T of a[i][j] − a[T][j] (Chaudhry et al., ECCV 2018; may be negative);
 * `max-all`: max over all rows, the last included (never negative);
 * `diagonal`: a[j][j] − a[T][j] (minus the backward transfer of Lopez-Paz & Ranzato, NeurIPS 2017).
 */
export type ForgettingDefinition = 'chaudhry' | 'max-all' | 'diagonal';

/** The matrix of one method, rows placed by their `task` number; a later result of the same task replaces an earlier one. */
export function accuracyMatrix(results: readonly TaskAccuracies[], kind: AccuracyKind): AccuracyMatrix {
  const rows = results.reduce((most, result) => Math.max(most, result.task + 1), 0);
  const matrix = Array.from({ length: rows }, (): readonly number[] | null => null);
  for (const result of results) matrix[result.task] = result[kind];
  return matrix;
}

/** Index of the newest measured row, −1 without any. */
export function lastRow(matrix: AccuracyMatrix): number {
  return matrix.findLastIndex((row) => row !== null && row.length > 0);
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * ACC_i = (1/i) Σ_j a[i][j], the mean over the tasks seen after task `row` (the newest row unless told).
 * With `testImages` per task the mean is pooled over images instead, as the authors' code reports it.
 */
export function averageAccuracy(matrix: AccuracyMatrix, row = lastRow(matrix), testImages?: readonly number[]): number | null {
  const accuracies = matrix[row];
  if (!accuracies) return null;
  if (!testImages) return mean(accuracies);
  const images = accuracies.reduce((sum, _, task) => sum + (testImages[task] ?? 0), 0);
  if (images === 0) return null;
  return accuracies.reduce((sum, accuracy, task) => sum + accuracy * (testImages[task] ?? 0), 0) / images;
}

/** ACC_i for every row, null where the row is missing. */
export function averageAccuracies(matrix: AccuracyMatrix): (number | null)[] {
  return matrix.map((_, row) => averageAccuracy(matrix, row));
}

/** ACC-bar = (1/T) Σ_i ACC_i over the rows so far; null when one of them is missing (joint training has only the last). */
export function averagedAccuracy(matrix: AccuracyMatrix): number | null {
  const rows = averageAccuracies(matrix).slice(0, lastRow(matrix) + 1);
  const known = rows.filter((value) => value !== null);
  return known.length === rows.length ? mean(known) : null;
}

/**
 * f_j for every task before `row` (the newest unless told), null where the definition finds no earlier measurement.
 * Empty after one task: nothing can have been forgotten.
 */
export function forgettingPerTask(matrix: AccuracyMatrix, definition: ForgettingDefinition, row = lastRow(matrix)): (number | null)[] {
  const now = matrix[row];
  if (!now) return [];
  return now.slice(0, row).map((accuracy, task) => {
    const earlier = matrix.slice(task, row).flatMap((past) => past?.[task] ?? []);
    if (definition === 'diagonal') {
      const learned = matrix[task]?.[task];
      return learned === undefined ? null : learned - accuracy;
    }
    if (earlier.length === 0) return null;
    return Math.max(...earlier, ...(definition === 'max-all' ? [accuracy] : [])) - accuracy;
  });
}

/** Mean of f_j over the tasks before `row`; null after one task or where a term is unknown. */
export function forgetting(matrix: AccuracyMatrix, definition: ForgettingDefinition, row = lastRow(matrix)): number | null {
  const perTask = forgettingPerTask(matrix, definition, row);
  const known = perTask.filter((value) => value !== null);
  return known.length === perTask.length ? mean(known) : null;
}

/** BWT = (1/(T−1)) Σ_{j<T} (a[T][j] − a[j][j]); null after one task. */
export function backwardTransfer(matrix: AccuracyMatrix, row = lastRow(matrix)): number | null {
  const lost = forgetting(matrix, 'diagonal', row);
  return lost === null ? null : 0 - lost;
}

/** a[j][j]: how well each task was learned when it was new; null where its row is missing. */
export function learningAccuracies(matrix: AccuracyMatrix): (number | null)[] {
  return matrix.map((row, task) => row?.[task] ?? null);
}

/** All scalars of one method, both kinds of accuracy. */
export interface MetricsSummary {
  readonly final: number | null;
  readonly averaged: number | null;
  readonly forgetting: number | null;
  readonly backwardTransfer: number | null;
}

export function summarise(matrix: AccuracyMatrix, definition: ForgettingDefinition = 'chaudhry'): MetricsSummary {
  return {
    final: averageAccuracy(matrix),
    averaged: averagedAccuracy(matrix),
    forgetting: forgetting(matrix, definition),
    backwardTransfer: backwardTransfer(matrix),
  };
}
