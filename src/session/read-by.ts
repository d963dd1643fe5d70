/** One way of reading a record: charts, tables and exports take the accuracies of one read-off at a time. */
import type { TaskAccuracies } from '../continual/metrics';
import type { MethodRun, Reading, RunRecord } from './record';

/** Each method by its own way of reading: what records of schema 1 held. */
export const OWN = 'own';

export type ReadResult = Reading & Pick<MethodRun['results'][number], 'task' | 'seconds'>;

/** The results that hold this reading; none for a method without it. */
export function readBy(run: Pick<MethodRun, 'results'>, reading: string = OWN): readonly (ReadResult & TaskAccuracies)[] {
  return run.results.flatMap(({ task, seconds, readings }) => {
    const found = readings[reading];
    return found === undefined ? [] : [{ task, seconds, ...found }];
  });
}

/** Ids of all readings that some result holds, in the order of their first appearance. */
export function readingsOf(record: Pick<RunRecord, 'methods'>): string[] {
  return [...new Set(record.methods.flatMap(({ results }) => results.flatMap(({ readings }) => Object.keys(readings))))];
}
