/** Runs beside each other: one series for each method of each run, seeds of one experiment taken together. Pure. */
import { averageAccuracy, summarise, type AccuracyMatrix } from '../../continual/metrics';
import type { RunRecord } from '../../session/record';
import { meanAndDeviation } from '../../session/text-table';
import { matrixOf } from '../charts/matrices';
import type { Texts } from '../text/en';
import { methodIn } from '../names';

/** Runs that are compared as one: the seeds of an experiment. */
export interface Compared {
  /** "A", "B", … */
  readonly letter: string;
  readonly records: readonly RunRecord[];
}

export interface Series {
  readonly key: string;
  /** "A InfLoRA". */
  readonly label: string;
  readonly seeds: number;
  /** Class-incremental and with the task known, one of each a seed. */
  readonly matrices: readonly AccuracyMatrix[];
  readonly known: readonly AccuracyMatrix[];
  readonly seconds: readonly number[];
}

export interface Spread {
  readonly mean: number;
  /** Sample standard deviation over seeds; null for one. */
  readonly deviation: number | null;
}

export const letterOf = (i: number): string => String.fromCharCode(65 + (i % 26)).repeat(1 + Math.floor(i / 26));

/** All by one reading: a method without it has no rows. */
export function seriesOf(text: Texts, compared: readonly Compared[], reading: string): Series[] {
  return compared.flatMap(({ letter, records }) => {
    const ids = [...new Set(records.flatMap(({ methods }) => methods.map(({ id }) => id)))];
    return ids.map((id) => {
      const found = records.flatMap((record) => record.methods.filter((method) => method.id === id).map((method) => ({ record, method })));
      const [first] = found;
      return {
        key: `${letter} ${id}`,
        label: `${letter} ${first === undefined ? id : methodIn(text, first.record, id).short}`,
        seeds: found.length,
        matrices: found.map(({ method }) => matrixOf(method, 'classIncremental', reading)),
        known: found.map(({ method }) => matrixOf(method, 'taskAware', reading)),
        seconds: found.map(({ method }) =>
          method.results.reduce((sum, { seconds }) => sum + Object.values(seconds).reduce((a, b) => a + b, 0), 0),
        ),
      };
    });
  });
}

const spreadOf = (values: readonly (number | null | undefined)[]): Spread | null =>
  meanAndDeviation(values.filter((value) => value !== null && value !== undefined));

/** Average accuracy after each task; null where no seed was measured. */
export const courseOf = ({ matrices }: Pick<Series, 'matrices'>, tasks: number): (Spread | null)[] =>
  Array.from({ length: tasks }, (_, after) => spreadOf(matrices.map((matrix) => averageAccuracy(matrix, after))));

/** Mean over seeds of a[after][on] of the one less that of the other; null where one of them was not measured. */
export function differenceOf(one: Pick<Series, 'matrices'>, other: Pick<Series, 'matrices'>, tasks: number): (number | null)[][] {
  const cell = ({ matrices }: Pick<Series, 'matrices'>, after: number, on: number) =>
    spreadOf(matrices.map((matrix) => matrix[after]?.[on]));
  return Array.from({ length: tasks }, (_, after) =>
    Array.from({ length: tasks }, (__, on) => {
      const [a, b] = [cell(one, after, on), cell(other, after, on)];
      return a === null || b === null ? null : a.mean - b.mean;
    }),
  );
}

export interface ComparedMetrics {
  readonly final: Spread | null;
  readonly averaged: Spread | null;
  readonly forgetting: Spread | null;
  readonly known: Spread | null;
  readonly seconds: Spread | null;
}

export function metricsOf({ matrices, known, seconds }: Series): ComparedMetrics {
  const all = matrices.map((matrix) => summarise(matrix));
  return {
    final: spreadOf(all.map(({ final }) => final)),
    averaged: spreadOf(all.map(({ averaged }) => averaged)),
    forgetting: spreadOf(all.map(({ forgetting }) => forgetting)),
    known: spreadOf(known.map((matrix) => summarise(matrix).final)),
    seconds: spreadOf(seconds),
  };
}
