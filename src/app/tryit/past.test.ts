import { describe, expect, it } from 'vitest';
import { syntheticRecord } from '../testing/synthetic-record';
import type { Answers } from '../store/host';
import { pastAnswers, wrongSince } from './past';

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
    expect(wrongSince(pastAnswers(record, 'inflora', said(0, 0, 1, 2), truth))).toBe(2);
    expect(wrongSince(pastAnswers(record, 'inflora', said(1, 0, 2), truth))).toBe(2);
    expect(wrongSince(pastAnswers(record, 'inflora', said(1, 1), truth))).toBe(0);
    expect(wrongSince(pastAnswers(record, 'inflora', said(1, 0), truth))).toBeNull();
    expect(wrongSince([])).toBeNull();
  });
});
