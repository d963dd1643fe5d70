/** The metrics of a setting over its seeds. */
import { accuracyMatrix, summarise, type AccuracyKind, type MetricsSummary } from '../src/continual/metrics';
import { readBy } from '../src/session/read-by';
import { meanAndDeviation } from '../src/session/text-table';
import type { SettingGroup } from './gather';

/** Of each seed that has all tasks of this reading. */
function metricsOf({ results }: SettingGroup, reading: string, kind: AccuracyKind = 'classIncremental'): MetricsSummary[] {
  return results.flatMap(({ run, record }) => {
    const read = readBy(run, reading);
    return read.at(-1)?.task === record.stream.tasks.length - 1 ? [summarise(accuracyMatrix(read, kind))] : [];
  });
}

export const COLUMNS = ['final average', 'average over tasks', 'task known', 'lost of it', 'forgetting'] as const;

/** Means and deviations of the columns, fractions; null where nothing is known. */
export function spreads(group: SettingGroup, reading: string) {
  const own = metricsOf(group, reading);
  const known = metricsOf(group, reading, 'taskAware');
  const of = (list: readonly MetricsSummary[], key: keyof MetricsSummary, sign = 1) =>
    meanAndDeviation(list.flatMap((all) => (all[key] === null ? [] : [sign * all[key]])));
  // What is lost of a task, were it known, is what its later tests are below its first.
  const lost = of(known, 'backwardTransfer', -1);
  return { seeds: own.length, values: [of(own, 'final'), of(own, 'averaged'), of(known, 'final'), lost, of(own, 'forgetting')] };
}
