import { describe, expect, it } from 'vitest';
import { syntheticRecord } from '../testing/synthetic-record';
import type { Answers } from '../store/host';
import { pastAnswers, verdictOf } from './past';

const record = syntheticRecord();
const names = record.stream.classNames;
const second = record.stream.tasks[1]?.from ?? 0;
/** What InfLoRA says after each task, by column. */
const said = (...columns: readonly number[]): ReadonlyMap<number, Answers> =>
  new Map(columns.map((column, task) => [task, [{ method: 'inflora', rows: [{ label: names[column] ?? '', probability: 0.5 }] }]]));

describe('answers of the past', () => {
  it('judges from the task on that taught the class', () => {
    const past = pastAnswers(record, 'inflora', said(0, second, 0), names[second] ?? null);
    expect(past.map(({ right }) => right)).toEqual([null, true, false]);
    expect(past.map(({ column }) => column)).toEqual([0, second, 0]);
  });

  it('judges nothing while the truth is unknown, and knows no answers of other methods', () => {
    expect(pastAnswers(record, 'inflora', said(0, 1), null).map(({ right }) => right)).toEqual([null, null]);
    expect(pastAnswers(record, 'joint', said(0, 1), null)).toEqual([]);
  });

  it('finds the task since which the answer is wrong', () => {
    const truth = names[0] ?? null;
    const verdict = (...columns: readonly number[]) =>
      verdictOf(
        pastAnswers(record, 'inflora', said(...columns), truth),
        columns.map((_, task) => task),
      );
    expect(verdict(0, 0, 1, 2)).toEqual({ is: 'wrong', since: 2 });
    expect(verdict(1, 0, 2)).toEqual({ is: 'wrong', since: 2 });
    expect(verdict(1, 1)).toEqual({ is: 'wrong', since: 0 });
    // Right now, but it was wrong in between.
    expect(verdict(0, 1, 0, 0)).toEqual({ is: 'right again', since: 2 });
    expect(verdict(0, 0, 0)).toEqual({ is: 'always right' });
    expect(verdictOf([], [])).toBeNull();
  });

  it('says nothing of all times while answers are missing', () => {
    const truth = names[0] ?? null;
    const past = pastAnswers(record, 'inflora', said(0, 0, 0), truth);
    expect(verdictOf(past, [0, 1, 2, 3])).toBeNull();
    expect(
      verdictOf(
        past.filter(({ task }) => task !== 1),
        [0, 1, 2],
      ),
    ).toBeNull();
    // A class of the second task could not be right before.
    expect(verdictOf(pastAnswers(record, 'inflora', said(0, second, second), names[second] ?? null), [0, 1, 2])).toEqual({
      is: 'always right',
    });
  });
});
