import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../session/record';
import { syntheticRecord } from '../testing/synthetic-record';
import { averagePanel, chanceAfter } from './accuracy';
import { floorOf } from './floor';

/** Two tasks; accuracies of each method after both, by ridge; the frozen backbone has no heads of its own. */
function recordOf(ends: Readonly<Record<string, readonly [number, number]>>): RunRecord {
  const base = syntheticRecord({ methods: Object.keys(ends), tasks: 2 });
  return {
    ...base,
    methods: base.methods.map((method) => {
      const end = ends[method.id] ?? [0, 0];
      return {
        ...method,
        results: method.results.map((result) => {
          const reading = { classIncremental: end.slice(0, result.task + 1), taskAware: end.slice(0, result.task + 1), predicted: [] };
          return { ...result, readings: { ridge: reading, ...(method.id === 'frozen' ? {} : { own: reading }) } };
        }),
      };
    }),
  };
}
const record = recordOf({ joint: [0.9, 0.9], inflora: [0.8, 0.6], frozen: [0.5, 0.4], 'nearest-mean': [0.45, 0.35] });

describe('the floor of a run', () => {
  it('is the best of its own floors beside the first contestant, by the reading on screen', () => {
    const found = floorOf(record, 'classIncremental', 'ridge');
    // (0.5 + 0.4) / 2 and (0.8 + 0.6) / 2.
    expect(found?.floor.id).toBe('frozen');
    expect(found?.floor.final).toBeCloseTo(0.45, 12);
    expect(found?.contestant.id).toBe('inflora');
    expect(found?.contestant.final).toBeCloseTo(0.7, 12);
    // By own heads there is no frozen backbone.
    expect(floorOf(record, 'classIncremental', 'own')?.floor.id).toBe('nearest-mean');
  });

  it('is not told before both are drawn to the end, nor of a run without one', () => {
    const until = (id: string) => ({
      ...record,
      methods: record.methods.map((method) => (method.id === id ? { ...method, results: method.results.slice(0, 1) } : method)),
    });
    expect(floorOf(until('inflora'), 'classIncremental', 'ridge')).toBeNull();
    expect(floorOf(until('frozen'), 'classIncremental', 'ridge')?.floor.id).toBe('nearest-mean');
    expect(floorOf(recordOf({ inflora: [0.8, 0.6], joint: [1, 1] }), 'classIncremental', 'ridge')).toBeNull();
    expect(floorOf(recordOf({ 'nearest-mean': [0.8, 0.6] }), 'classIncremental', 'ridge')).toBeNull();
  });
});

describe('average over the tasks seen', () => {
  it('is the mean of the row, joint training a level', () => {
    const { series, chance } = averagePanel(record, 'classIncremental', 'Average', 'ridge');
    expect(series.map(({ method }) => method)).toEqual(['joint', 'inflora', 'frozen', 'nearest-mean']);
    expect(series[0]).toMatchObject({ points: [], level: 0.9 });
    expect(series[1]?.points[0]).toEqual({ after: 0, accuracy: 0.8 });
    expect(series[1]?.points[1]?.accuracy).toBeCloseTo(0.7, 12);
    // Ten classes a task.
    expect(chance).toEqual([1 / 10, 1 / 20]);
  });
});

describe('chance', () => {
  const task = (from: number, to: number) => ({ name: '', from, to, train: 1, test: 1 });

  it('is one of the classes seen so far, of tasks of whatever size', () => {
    expect(chanceAfter([task(0, 2), task(2, 5), task(5, 6)], 'classIncremental')).toEqual([1 / 2, 1 / 5, 1 / 6]);
  });

  it('stays where tasks share their classes', () => {
    expect(chanceAfter([task(0, 4), task(0, 4)], 'classIncremental')).toEqual([1 / 4, 1 / 4]);
  });

  it('is one of each task’s own classes where the task is known', () => {
    // The mean of 1/2 and 1/4.
    expect(chanceAfter([task(0, 2), task(2, 6)], 'taskAware')).toEqual([1 / 2, 3 / 8]);
  });
});
