/** The metrics of a setting over its seeds. */
import { accuracyMatrix, summarise, type AccuracyKind, type MetricsSummary } from '../src/continual/metrics';
import { readBy } from '../src/session/read-by';
import { meanAndDeviation } from '../src/session/summary';
import type { SettingGroup } from './gather';

/** Of each seed that has all tasks of this reading. */
function metricsOf({ results }: SettingGroup, reading: string, kind: AccuracyKind = 'classIncremental'): MetricsSummary[] {
  return results.flatMap(({ run, record }) => {
    const read = readBy(run, reading);
    return read.at(-1)?.task === record.stream.tasks.length - 1 ? [summarise(accuracyMatrix(read, kind))] : [];
  });
}

export const COLUMNS = ['final average', 'average over tasks', 'task known', 'forgetting'] as const;

/** Means and deviations of the columns, fractions; null where nothing is known. */
export function spreads(group: SettingGroup, reading: string) {
  const own = metricsOf(group, reading);
  const known = metricsOf(group, reading, 'taskAware');
  const of = (list: readonly MetricsSummary[], key: keyof MetricsSummary) =>
    meanAndDeviation(list.map((all) => all[key]).filter((value) => value !== null));
  return { seeds: own.length, values: [of(own, 'final'), of(own, 'averaged'), of(known, 'final'), of(own, 'forgetting')] };
}
