import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { MethodRun, RunRecord, TaskResult } from './record';
import { learnedAndKept, ratePoint, rateSweep } from './rate-sweep';

const resultOf = (task: number, row: readonly number[], reading: string): TaskResult => ({
  ...{ task, seconds: {}, kept: [], subspaces: null, interference: null, drift: [] },
  readings: { [reading]: { classIncremental: [...row], taskAware: row.map(() => 1), predicted: [] } },
});
const runOf = (rows: readonly (readonly number[])[], reading = 'own'): MethodRun => ({
  ...{ id: 'inflora', title: 'InfLoRA', losses: [], failure: null },
  results: rows.map((row, task) => resultOf(task, row, reading)),
});

describe('learned and kept', () => {
  it('are the mean of the diagonal and what of it is left, their product the average', () => {
    const found = learnedAndKept(runOf([[1], [0.5, 0.8], [0.25, 0.5, 0.6]]), 'own');
    // By hand: (1 + 0.8 + 0.6) / 3 and (0.25 + 0.5 + 0.6) / 3.
    expect(found?.learned).toBeCloseTo(0.8, 12);
    expect(found?.final).toBeCloseTo(0.45, 12);
    expect(found?.kept).toBeCloseTo(0.5625, 12);
  });

  it('are of the tasks so far, and of either kind of accuracy', () => {
    const run = runOf([[1], [0.5, 0.8]]);
    expect(learnedAndKept({ results: run.results.slice(0, 1) }, 'own')).toEqual({ learned: 1, kept: 1, final: 1 });
    expect(learnedAndKept(run, 'own', 'taskAware')).toEqual({ learned: 1, kept: 1, final: 1 });
  });

  it('may be more than all where tasks got better', () => {
    expect(learnedAndKept(runOf([[0.5], [0.75, 0.5]]), 'own')?.kept).toBeCloseTo(1.25, 12);
  });

  it('are not told where a task was not read when it was new', () => {
    expect(learnedAndKept({ results: [resultOf(1, [0.9, 0.9], 'own')] }, 'own')).toBeNull();
    expect(learnedAndKept(runOf([[1]]), 'ridge')).toBeNull();
    expect(learnedAndKept(runOf([[0], [0, 0]]), 'own')).toBeNull();
  });
});

describe('a point of a sweep', () => {
  const tasks = [0, 1].map((i) => ({ name: `${i}`, from: 2 * i, to: 2 * i + 2, train: 1, test: 1 }));
  const recordOf = (run: MethodRun) => ({ stream: { tasks }, methods: [run] }) as unknown as RunRecord;

  it('needs the whole run', () => {
    expect(ratePoint(recordOf(runOf([[1], [0.5, 1]], 'ridge')), 'inflora', 'ridge')).toEqual({ learned: 1, kept: 0.75, final: 0.75 });
    expect(ratePoint(recordOf(runOf([[1]], 'ridge')), 'inflora', 'ridge')).toBeNull();
    expect(ratePoint(recordOf(runOf([[1], [0.5, 1]])), 'inflora', 'ridge')).toBeNull();
    expect(ratePoint(recordOf(runOf([[1], [0.5, 1]])), 'frozen', 'own')).toBeNull();
  });

  it('fits the file that the site reads', () => {
    const readings = { ridge: ratePoint(recordOf(runOf([[1], [0.5, 1]], 'ridge')), 'inflora', 'ridge') };
    const file = { schema: 1, stream: 'alphabets', seed: 3, points: [{ method: 'inflora', learningRate: 1e-3, chosen: true, readings }] };
    expect(v.safeParse(rateSweep, JSON.parse(JSON.stringify(file))).success).toBe(true);
    expect(v.safeParse(rateSweep, { ...file, schema: 2 }).success).toBe(false);
  });
});
