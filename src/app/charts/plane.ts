/** Learned against kept: a dot a method, and what its other learning rates would have given. */
import type { AccuracyKind } from '../../continual/metrics';
import { learnedAndKept, type LearnedKept, type RateSweep } from '../../session/rate-sweep';
import type { RunRecord } from '../../session/record';
import { isLevel } from './matrices';

export interface PlanePoint extends LearnedKept {
  readonly method: string;
}

/** Methods that have learned two tasks or more: before that nothing can have been lost. */
export function planePoints({ methods, stream: { tasks } }: RunRecord, kind: AccuracyKind, reading: string): PlanePoint[] {
  return methods.flatMap((method) => {
    if (isLevel(method, tasks.length) || (method.results.at(-1)?.task ?? 0) < 1) return [];
    const point = learnedAndKept(method, reading, kind);
    return point === null ? [] : [{ method: method.id, ...point }];
  });
}

export interface SearchedRate extends LearnedKept {
  readonly learningRate: number;
  readonly chosen: boolean;
}

/** The bundled stream whose searched rates belong beside this run: on the site's own material, all tasks as given; else null. */
export function sweptStream({ experiment: { backbone, stream } }: Pick<RunRecord, 'experiment'>): string | null {
  const { from, split, order, maxTasks, maxClasses } = stream;
  if (from.source !== 'bundled' || backbone.from.source !== 'bundled') return null;
  return split.kind === 'as-given' && order === 'natural' && maxTasks === undefined && maxClasses === undefined ? from.id : null;
}

/** By method of the run, from small to large; nothing before the whole run is drawn, since it would give the outcome away. */
export function searchedRates(record: RunRecord, sweep: RateSweep | null, reading: string): ReadonlyMap<string, readonly SearchedRate[]> {
  const { methods, stream } = record;
  const drawn = methods.every(({ failure, results }) => failure !== null || results.at(-1)?.task === stream.tasks.length - 1);
  if (sweep === null || sweep.stream !== sweptStream(record) || !drawn) return new Map();
  return new Map(
    methods.map(({ id }) => [
      id,
      sweep.points
        .flatMap(({ method, learningRate, chosen, readings: { [reading]: point } }) =>
          method === id && point !== undefined ? [{ learningRate, chosen, ...point }] : [],
        )
        .sort((a, b) => a.learningRate - b.learningRate),
    ]),
  );
}
