/** Tables of a run as CSV: the accuracy matrix, and what was predicted of every test image. */
import { readBy } from './read-by';
import type { RunRecord } from './record';

/** RFC 4180 quoting; a leading =, +, - or @ is defused, since names come from strangers' files and spreadsheets run formulas. */
function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Excel takes a file for UTF-8 by its byte order mark alone. */
const MARK = '\ufeff';

export const csvTable = (lines: readonly (readonly (string | number)[])[], mark = MARK): string =>
  mark + lines.map((line) => line.map(cell).join(',')).join('\r\n') + '\r\n';

/** By one read-off. Columns: seed, method, after_task, on_task (both 1-based with their names), class_incremental, task_aware (fractions). */
export function accuracyCsv(record: RunRecord, reading?: string): string {
  const header = ['seed', 'method', 'after_task', 'after_name', 'on_task', 'on_name', 'class_incremental', 'task_aware'];
  const taskName = (index: number) => record.stream.tasks[index]?.name ?? '';
  const lines = record.methods.flatMap((method) =>
    readBy(method, reading).flatMap((result) =>
      result.classIncremental.map((accuracy, on) => [
        record.experiment.seed,
        method.id,
        result.task + 1,
        taskName(result.task),
        on + 1,
        taskName(on),
        accuracy,
        result.taskAware[on] ?? '',
      ]),
    ),
  );
  return csvTable([header, ...lines]);
}

/**
 * One line per (method, after task, test image): the image by its task and its place among that task's test images, what it
 * was taken for and, where `truth` (columns by task and image) and `files` (names by task and image) are known, what it is and
 * which file it comes from.
 */
export function predictionsCsv(
  record: RunRecord,
  truth: readonly (readonly number[])[],
  reading?: string,
  files: readonly (readonly string[])[] = [],
): string {
  const header = ['seed', 'method', 'after_task', 'of_task', 'image', 'file', 'predicted', 'predicted_name', 'true', 'true_name', 'right'];
  const { classNames } = record.stream;
  const lines = record.methods.flatMap((method) =>
    readBy(method, reading).flatMap(({ task, predicted }) =>
      predicted.flatMap((columns, of) =>
        columns.map((column, image) => {
          const real = truth[of]?.[image];
          const known = real === undefined ? ['', '', ''] : [real, classNames[real] ?? '', real === column ? 1 : 0];
          return [
            record.experiment.seed,
            method.id,
            task + 1,
            of + 1,
            image + 1,
            files[of]?.[image] ?? '',
            column,
            classNames[column] ?? '',
            ...known,
          ];
        }),
      ),
    ),
  );
  return csvTable([header, ...lines]);
}
