/** What searched learning rates reach, small enough to be drawn beside a run: was it the step size? */
import * as v from 'valibot';
import { averageAccuracy, lastRow, accuracyMatrix, learningAccuracies, type AccuracyKind } from '../continual/metrics';
import { readBy } from './read-by';
import type { MethodRun, RunRecord } from './record';

const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

const point = v.object({
  /** Accuracy on each task right after it was learned, averaged over the tasks. */
  learned: fraction,
  /** Average accuracy at the end, by `learned`: more than 1 where tasks got better later. */
  kept: v.pipe(v.number(), v.minValue(0)),
  /** Average accuracy at the end: learned times kept. */
  final: fraction,
});

export const rateSweep = v.object({
  schema: v.literal(1),
  /** Id of the bundled stream. */
  stream: v.string(),
  seed: v.pipe(v.number(), v.integer(), v.minValue(0)),
  points: v.array(
    v.object({
      method: v.string(),
      learningRate: v.pipe(v.number(), v.finite(), v.gtValue(0)),
      /** The method's own best. */
      chosen: v.boolean(),
      /** By read-off, class-incremental. */
      readings: v.record(v.string(), point),
    }),
  ),
});

/** Throws where it is not one. */
export const readRateSweep = (json: unknown): RateSweep => v.parse(rateSweep, json);

export type RateSweep = v.InferOutput<typeof rateSweep>;
export type LearnedKept = v.InferOutput<typeof point>;

/** Over the tasks so far; null where a task was not read when it was new (joint training, readings of the end alone). Pure. */
export function learnedAndKept(
  method: Pick<MethodRun, 'results'>,
  reading: string,
  kind: AccuracyKind = 'classIncremental',
): LearnedKept | null {
  const matrix = accuracyMatrix(readBy(method, reading), kind);
  const fresh = learningAccuracies(matrix).slice(0, lastRow(matrix) + 1);
  const known = fresh.filter((value) => value !== null);
  const final = averageAccuracy(matrix);
  const learned = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
  return final === null || known.length < fresh.length || learned === 0 ? null : { learned, kept: final / learned, final };
}

/** A point of a sweep, from the record of a run at that rate; null where the record has not all tasks of the method by this reading. */
export function ratePoint(record: RunRecord, method: string, reading: string): LearnedKept | null {
  const run = record.methods.find(({ id }) => id === method);
  if (run === undefined || readBy(run, reading).at(-1)?.task !== record.stream.tasks.length - 1) return null;
  return learnedAndKept(run, reading);
}
