/** Accuracy matrix and metrics as plain text, one run or several seeds: what `lab` prints. */
import { accuracyMatrix, lastRow, summarise, type AccuracyKind, type AccuracyMatrix, type MetricsSummary } from '../continual/metrics';
import { OWN, readBy, readingsOf } from './read-by';
import type { RunRecord } from './record';

/** Percent with one decimal. */
const percent = (value: number | null | undefined) => (value === null || value === undefined ? '-' : (100 * value).toFixed(1));

/** Mean and sample standard deviation (n − 1); null for no values, sd null for one. */
export function meanAndDeviation(values: readonly number[]): { mean: number; deviation: number | null } | null {
  if (values.length === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return { mean, deviation: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}

function overSeeds(values: readonly (number | null | undefined)[]): string {
  const known = values.filter((value) => value !== null && value !== undefined);
  const spread = meanAndDeviation(known);
  if (!spread) return '-';
  return spread.deviation === null ? percent(spread.mean) : `${percent(spread.mean)} +- ${percent(spread.deviation)}`;
}

/** Columns padded to equal width: the first to the left, the others to the right. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, c) => Math.max(...rows.map((row) => row[c]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((text, c) => (c === 0 ? text.padEnd(widths[c] ?? 0) : text.padStart(widths[c] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
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

/** Mean over pairs of tasks and maps, in percent of the output; the last result's drift of earlier tasks; what is kept. */
function measuresTable(records: readonly RunRecord[]): string {
  const ids = [...new Set(records.flatMap((record) => record.methods.map(({ id }) => id)))];
  const mean = (values: readonly (number | null)[]): number | null =>
    meanAndDeviation(values.filter((value) => value !== null))?.mean ?? null;
  const rows = ids.map((id) => {
    const runs = records.flatMap((record) => record.methods.filter((method) => method.id === id));
    const seconds = runs.flatMap(({ results }) => results.map((result) => Object.values(result.seconds).reduce((a, b) => a + b, 0)));
    const last = runs.flatMap(({ results }) => results.slice(-1));
    // Tasks that have a past: of the first one nothing old could be changed.
    const later = runs.flatMap(({ results }) =>
      results.filter(({ task }) => task > 0).flatMap(({ interference }) => interference?.maps ?? []),
    );
    const old = mean(later.flatMap((map) => map.old));
    const fresh = mean(later.map((map) => map.new));
    const share = (value: number | null): string => (value === null ? '-' : (100 * value).toPrecision(2));
    const bytes = mean(last.map(({ kept }) => kept.reduce((sum, each) => sum + each.bytes, 0)));
    const images = mean(last.map(({ kept }) => kept.reduce((sum, each) => sum + each.images, 0)));
    return [
      id,
      share(old),
      share(fresh),
      old === null || fresh === null || fresh === 0 ? '-' : (old / fresh).toFixed(3),
      share(mean(last.flatMap(({ task, drift }) => drift.slice(0, task)))),
      bytes === null ? '-' : (bytes / 1024).toFixed(0),
      images === null ? '-' : images.toFixed(0),
      meanAndDeviation(seconds)?.mean.toFixed(1) ?? '-',
    ];
  });
  const header = ['method', 'old output changed %', 'new %', 'old / new', 'drift %', 'kept KiB', 'kept images', 'seconds a task'];
  return `What updates changed, features' drift at the end, what is kept\n${textTable([header, ...rows])}`;
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
    measuresTable(records),
    ...failures,
    `Seed ${seeds} on ${device}.`,
  ].join('\n\n');
}
