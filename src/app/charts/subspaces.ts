/** What DualGPM holds, and how far apart the updates' subspaces lie, task by task. */
import type { RunRecord, TaskResult } from '../../session/record';
import { methodRun } from './matrices';

type Site = NonNullable<TaskResult['subspaces']>['sites'][number];

/** Methods of the record that work in subspaces. */
export const methodsWithSubspaces = (record: RunRecord): string[] =>
  record.methods.filter(({ results }) => results.some(({ subspaces }) => subspaces !== null)).map(({ id }) => id);

export interface SiteMeter extends Pick<Site, 'block' | 'input' | 'type' | 'of' | 'freeRank'> {
  /** Columns that are stored. */
  readonly stored: number;
  /** Directions that old tasks occupy: the stored ones, or all but the stored ones. */
  readonly occupied: number;
}

export interface MemoryState {
  readonly task: number;
  readonly threshold: number;
  readonly sites: readonly SiteMeter[];
}

/** DualGPM after every task that has one, oldest first. */
export function memoryHistory(record: RunRecord, id: string): MemoryState[] {
  return (methodRun(record, id)?.results ?? []).flatMap(({ task, subspaces }) =>
    subspaces === null
      ? []
      : {
          task,
          threshold: subspaces.threshold,
          sites: subspaces.sites.map(({ block, input, type, of, freeRank, dimension }) => ({
            ...{ block, input, type, of, freeRank, stored: dimension },
            occupied: type === 'remove' ? dimension : of - dimension,
          })),
        },
  );
}

/** Three decimals, and as many more as it takes to differ from 1. */
export function thresholdWords(threshold: number): string {
  for (let digits = 3; digits < 12; digits++) {
    const shown = threshold.toFixed(digits);
    if (Number(shown) !== 1 || threshold === 1) return shown;
  }
  return String(threshold);
}

export interface AnglePair {
  readonly task: number;
  readonly old: number;
  /** Degrees: mean over sites of the mean principal angle, and the smallest of any site. */
  readonly mean: number;
  readonly smallest: number;
}

/** Principal angles between each update's subspace and each older one's. */
export function anglePairs(record: RunRecord, id: string): AnglePair[] {
  return (methodRun(record, id)?.results ?? []).flatMap(({ task, subspaces }) =>
    Array.from({ length: task }, (_, old) => old).flatMap((old) => {
      const found = (subspaces?.sites ?? []).flatMap(({ angles }) => angles[old] ?? []);
      if (found.length === 0) return [];
      const mean = found.reduce((sum, angle) => sum + angle.mean, 0) / found.length;
      return { task, old, mean, smallest: Math.min(...found.map(({ smallest }) => smallest)) };
    }),
  );
}
