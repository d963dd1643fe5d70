/** What was measured beside accuracies, and what a method costs, as plain text: one line a method and setting, the mean over seeds. */
import { priceOf } from './price';
import type { MethodRun, RunRecord } from './record';
import { meanAndDeviation, textTable } from './text-table';

/** A method under one setting. */
export interface MeasuredRuns {
  readonly name: string;
  /** One a seed. */
  readonly results: readonly { readonly record: RunRecord; readonly run: MethodRun }[];
}

const mean = (values: readonly (number | null | undefined)[]): number | null =>
  meanAndDeviation(values.filter((value) => value !== null && value !== undefined))?.mean ?? null;
const share = (value: number | null): string => (value === null ? '-' : String(Number((100 * value).toPrecision(2))));
const whole = (value: number | null): string => (value === null ? '-' : value.toFixed(0));

const HEADER = [
  'method',
  'old output changed %',
  'new %',
  'old / new',
  'drift %',
  'kept KiB',
  'kept images',
  'trained',
  'epochs + looks',
  'seconds a task',
];

/**
 * Mean over pairs of tasks and maps, in percent of the output; drift of earlier tasks' features after the last; what is kept then;
 * parameters that learn in a task, heads aside; epochs, and passes over a task's images that train nothing.
 */
export function measured(results: MeasuredRuns['results']) {
  const last = results.flatMap(({ run }) => run.results.slice(-1));
  // Tasks that have a past: of the first one nothing old could be changed.
  const later = results.flatMap(({ run }) =>
    run.results.filter(({ task }) => task > 0).flatMap(({ interference }) => interference?.maps ?? []),
  );
  const old = mean(later.flatMap((map) => map.old));
  const fresh = mean(later.map((map) => map.new));
  const kept = (of: 'bytes' | 'images') => mean(last.map((result) => result.kept.reduce((sum, each) => sum + each[of], 0)));
  const bytes = kept('bytes');
  const seconds = results.flatMap(({ run }) => run.results.map((result) => Object.values(result.seconds).reduce((a, b) => a + b, 0)));
  const prices = results.flatMap(({ record, run }) => priceOf(record, run) ?? []);
  const [price] = prices;
  return {
    old: share(old),
    fresh: share(fresh),
    ratio: old === null || fresh === null || fresh === 0 ? '-' : (old / fresh).toFixed(3),
    drift: share(mean(last.flatMap(({ task, drift }) => drift.slice(0, task)))),
    bytes: whole(bytes === null ? null : bytes / 1024),
    images: whole(kept('images')),
    trained: whole(mean(prices.map(({ trained }) => trained))),
    passes: price ? `${price.epochs} + ${price.looks}` : '-',
    seconds: mean(seconds)?.toFixed(1) ?? '-',
  };
}

export function measuresTable(groups: readonly MeasuredRuns[]): string {
  const rows = groups.map(({ name, results }) => {
    const { old, fresh, ratio, drift, bytes, images, trained, passes, seconds } = measured(results);
    return [name, old, fresh, ratio, drift, bytes, images, trained, passes, seconds];
  });
  return `What updates changed, features' drift at the end, what is kept, what it costs\n${textTable([HEADER, ...rows])}`;
}
