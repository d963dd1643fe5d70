/** The records that the lesson is told from, as the site serves them, and what scenes read from them. */
import * as v from 'valibot';
import { accuracyMatrix, averageAccuracy, type AccuracyMatrix } from '../../continual/metrics';
import { runnable, type Experiment } from '../../session/experiment';
import { parseRecord } from '../../session/migrations';
import { rateSweep, type RateSweep } from '../../session/rate-sweep';
import { OWN, readBy } from '../../session/read-by';
import type { MethodRun, RunRecord } from '../../session/record';
import { seedSpread, type SeedSpread } from '../../session/seed-spread';
import { streamIndex, type StreamEntry } from '../../worker/bundled';
import type { FetchJson } from '../store/catalogue';

export interface Material {
  /** Every method at its own best rate. */
  readonly record: RunRecord;
  readonly rates: RateSweep;
  readonly seeds: SeedSpread;
  /** Pictures of the stream's classes; absent where the site does not list it. */
  readonly stream: StreamEntry | undefined;
}

const STREAM = 'materials';
export const FILES = { record: `${STREAM}-best-rates.json`, rates: `rates-${STREAM}.json`, seeds: `seeds-${STREAM}.json` } as const;

/** Throws where a file is missing or not what it should be. */
export async function loadMaterial(fetchJson: FetchJson): Promise<Material> {
  const [record, rates, seeds, streams] = await Promise.all([
    ...Object.values(FILES).map((file) => fetchJson(`runs/${file}`)),
    fetchJson('streams/index.json').catch(() => null),
  ]);
  const listed = v.safeParse(streamIndex, streams);
  return {
    record: parseRecord(record),
    rates: v.parse(rateSweep, rates),
    seeds: v.parse(seedSpread, seeds),
    stream: listed.success ? listed.output.streams.find(({ id }) => id === STREAM) : undefined,
  };
}

/** Throws where the record has no such method: then no scene about it can be told. */
export function runOf({ record }: Pick<Material, 'record'>, id: string): MethodRun {
  const run = record.methods.find((method) => method.id === id);
  if (run === undefined) throw new Error(`The record of the lesson has no method "${id}".`);
  return run;
}

export const matrixOf = (run: MethodRun, reading: string = OWN): AccuracyMatrix => accuracyMatrix(readBy(run, reading), 'classIncremental');

/** Accuracy on one task after each task from the one that taught it; a record without one of them cannot be told from. */
export function courseOf(run: MethodRun, task: number, reading: string = OWN): number[] {
  return matrixOf(run, reading)
    .slice(task)
    .map((row) => {
      const accuracy = row?.[task];
      if (accuracy === undefined) throw new Error(`The record of the lesson lacks accuracies of "${run.id}".`);
      return accuracy;
    });
}

/** Average over all tasks at the end. */
export function finalOf(run: MethodRun, reading: string = OWN): number {
  const final = averageAccuracy(matrixOf(run, reading));
  if (final === null) throw new Error(`The record of the lesson lacks the end of "${run.id}".`);
  return final;
}

/** The record's experiment with these methods alone, as they were there. */
export function experimentWith({ record }: Material, title: string, ...ids: readonly string[]): Experiment {
  const { experiment } = runnable(record.experiment);
  if (experiment === null) throw new Error('The record of the lesson has no method that this version knows.');
  return { ...experiment, title, methods: experiment.methods.filter(({ id }) => ids.includes(id)) };
}
