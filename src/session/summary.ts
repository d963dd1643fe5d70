/** Accuracy matrix and metrics as plain text, one run or several seeds: what `lab` prints. */
import { accuracyMatrix, lastRow, summarise, type AccuracyKind, type AccuracyMatrix, type MetricsSummary } from '../continual/metrics';
import { meanAndDeviation, textTable } from './text-table';
import { OWN, readBy, readingsOf } from './read-by';
import { measuresTable } from './measures-table';
import type { RunRecord } from './record';

/** Percent with one decimal. */
const percent = (value: number | null | undefined) => (value === null || value === undefined ? '-' : (100 * value).toFixed(1));

function overSeeds(values: readonly (number | null | undefined)[]): string {
  const known = values.filter((value) => value !== null && value !== undefined);
  const spread = meanAndDeviation(known);
  if (!spread) return '-';
  return spread.deviation === null ? percent(spread.mean) : `${percent(spread.mean)} +- ${percent(spread.deviation)}`;
}

/** a[i][j] in percent, mean over the matrices given (one per seed); rows that were not measured are left out. */
export function matrixText(matrices: readonly AccuracyMatrix[], taskNames: readonly string[]): string {
  const rows = Math.max(0, ...matrices.map((matrix) => matrix.length));
  const body = Array.from({ length: rows }, (_, i) => i)
    .filter((i) => matrices.some((matrix) => matrix[i]))
    .map((i) => [
      `after ${i + 1} ${taskNames[i] ?? ''}`,
      ...Array.from({ length: rows }, (_, j) => (j > i ? '' : overSeeds(matrices.map((matrix) => matrix[i]?.[j])))),
    ]);
  return textTable([['task', ...Array.from({ length: rows }, (_, j) => String(j + 1))], ...body]);
}

interface MethodOverSeeds {
  readonly id: string;
  readonly matrices: Readonly<Record<AccuracyKind, readonly AccuracyMatrix[]>>;
  readonly metrics: Readonly<Record<AccuracyKind, readonly MetricsSummary[]>>;
  readonly failures: readonly string[];
}

function methodsOf(records: readonly RunRecord[], reading: string): MethodOverSeeds[] {
  const ids = [...new Set(records.flatMap((record) => record.methods.map((method) => method.id)))];
  return ids.map((id) => {
    const runs = records.flatMap((record) => record.methods.filter((method) => method.id === id));
    const matrices = (kind: AccuracyKind) =>
      runs.map((run) => accuracyMatrix(readBy(run, reading), kind)).filter((matrix) => lastRow(matrix) >= 0);
    const both = { classIncremental: matrices('classIncremental'), taskAware: matrices('taskAware') };
    return {
      id,
      matrices: both,
      metrics: {
        classIncremental: both.classIncremental.map((matrix) => summarise(matrix)),
        taskAware: both.taskAware.map((matrix) => summarise(matrix)),
      },
      failures: runs.flatMap((run) => run.failure ?? []),
    };
  });
}

/** Every method's runs, one a record that has it. */
const byMethod = (records: readonly RunRecord[]) =>
  [...new Set(records.flatMap((record) => record.methods.map(({ id }) => id)))].map((id) => ({
    name: id,
    results: records.flatMap((record) => record.methods.flatMap((run) => (run.id === id ? [{ record, run }] : []))),
  }));

const HEADER = ['method', 'final average', 'average over tasks', 'task known', 'forgetting', 'backward transfer', 'the same, task known'];
const READ_BY: Readonly<Record<string, string>> = { own: 'each method by its own read-off' };

function metricsTable(records: readonly RunRecord[], reading: string): string {
  const lines = methodsOf(records, reading).flatMap(({ id, metrics }) => {
    if (metrics.classIncremental.length === 0) return [];
    const of = (kind: AccuracyKind, key: keyof MetricsSummary) => overSeeds(metrics[kind].map((all) => all[key]));
    const columns = [
      of('classIncremental', 'final'),
      of('classIncremental', 'averaged'),
      of('taskAware', 'final'),
      of('classIncremental', 'forgetting'),
      of('classIncremental', 'backwardTransfer'),
      of('taskAware', 'backwardTransfer'),
    ];
    return [[id, ...columns]];
  });
  return `Read by ${READ_BY[reading] ?? reading}\n${textTable([HEADER, ...lines])}`;
}

/**
 * Text of one or several finished runs of the same experiment: a matrix per method by its own read-off, a line of metrics for
 * each method and read-off, and what was measured beside. Forgetting is Chaudhry's (best earlier minus last).
 */
export function summaryText(records: readonly RunRecord[]): string {
  const first = records[0];
  if (!first) return 'No run.';
  const names = first.stream.tasks.map((task) => task.name);
  const methods = methodsOf(records, OWN);
  const matrices = methods
    .filter(({ metrics }) => metrics.classIncremental.length > 0)
    .map((method) => `${method.id}: accuracy in % on each task, class-incremental\n${matrixText(method.matrices.classIncremental, names)}`);
  const failures = methods.flatMap((method) => method.failures.map((reason) => `${method.id} stopped early: ${reason}`));
  const readings = [...new Set(records.flatMap(readingsOf))];
  const seeds = records.map((record) => record.experiment.seed).join(', ');
  const device = `${first.device.kind} (${first.device.engine}), ${first.device.name}`;
  return [
    ...matrices,
    'Metrics in % (forgetting in points: best earlier minus last; +- is the standard deviation over seeds)',
    ...readings.map((reading) => metricsTable(records, reading)),
    measuresTable(byMethod(records)),
    ...failures,
    `Seed ${seeds} on ${device}.`,
  ].join('\n\n');
}
