/** The accuracy matrix as CSV, one line per (method, after task, on task). */
import type { RunRecord } from './record';

/** RFC 4180 quoting; a leading =, +, - or @ is defused, since names come from strangers' files and spreadsheets run formulas. */
function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Columns: seed, method, after_task, on_task (both 1-based with their names), class_incremental, task_aware (fractions). */
export function accuracyCsv(record: RunRecord): string {
  const header = ['seed', 'method', 'after_task', 'after_name', 'on_task', 'on_name', 'class_incremental', 'task_aware'];
  const taskName = (index: number) => record.stream.tasks[index]?.name ?? '';
  const lines = record.methods.flatMap((method) =>
    method.results.flatMap((result) =>
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
  return [header, ...lines].map((line) => line.map(cell).join(',')).join('\r\n') + '\r\n';
}
