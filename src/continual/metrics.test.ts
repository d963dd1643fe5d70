import { describe, expect, it } from 'vitest';
import {
  accuracyMatrix,
  averageAccuracies,
  averageAccuracy,
  averagedAccuracy,
  backwardTransfer,
  forgetting,
  forgettingPerTask,
  lastRow,
  learningAccuracies,
  summarise,
  type AccuracyMatrix,
} from './metrics';

/** The authors' implementation on the golden scenario a_sgd (ACC_t, ACC-bar and forgetting stand in its JSON). */
const golden: AccuracyMatrix = [[1], [0.577778, 1], [0.511111, 0.955556, 0.466667]];

describe('metrics of a complete matrix', () => {
  it('gives the averages recorded from the authors', () => {
    expect(averageAccuracies(golden)[1]).toBeCloseTo(0.788889, 6);
    expect(averageAccuracy(golden)).toBeCloseTo(0.644444, 5);
    expect(averagedAccuracy(golden)).toBeCloseTo(0.811111, 6);
    expect(forgetting(golden, 'chaudhry')).toBeCloseTo(0.266667, 5);
  });

  it('tells the three definitions of forgetting apart', () => {
    // Task 0 recovers in the middle, task 1 improves at the end.
    const matrix: AccuracyMatrix = [[0.6], [0.8, 0.5], [0.7, 0.9, 1]];
    expect(forgettingPerTask(matrix, 'chaudhry').map((f) => f?.toFixed(3))).toEqual(['0.100', '-0.400']);
    expect(forgettingPerTask(matrix, 'max-all').map((f) => f?.toFixed(3))).toEqual(['0.100', '0.000']);
    expect(forgettingPerTask(matrix, 'diagonal').map((f) => f?.toFixed(3))).toEqual(['-0.100', '-0.400']);
    expect(forgetting(matrix, 'chaudhry')).toBeCloseTo(-0.15);
    expect(forgetting(matrix, 'max-all')).toBeCloseTo(0.05);
    expect(backwardTransfer(matrix)).toBeCloseTo(0.25);
    expect(backwardTransfer(matrix)).toBeCloseTo(-(forgetting(matrix, 'diagonal') ?? NaN));
  });

  it('follows forgetting through time', () => {
    expect(forgetting(golden, 'chaudhry', 0)).toBeNull();
    expect(forgetting(golden, 'chaudhry', 1)).toBeCloseTo(1 - 0.577778);
  });

  it('pools over images where tasks are unequal', () => {
    expect(averageAccuracy([[1], [0.5, 1]], 1, [10, 30])).toBeCloseTo((0.5 * 10 + 30) / 40);
    expect(averageAccuracy([[1], [0.5, 1]], 1)).toBeCloseTo(0.75);
  });
});

describe('metrics of what is not complete', () => {
  it('has no number where there is no row', () => {
    expect(averageAccuracy([])).toBeNull();
    expect(averagedAccuracy([])).toBeNull();
    expect(forgetting([], 'chaudhry')).toBeNull();
    expect(lastRow([])).toBe(-1);
  });

  it('has an average but no forgetting after one task', () => {
    expect(summarise([[0.9]])).toEqual({ final: 0.9, averaged: 0.9, forgetting: null, backwardTransfer: null });
    expect(forgettingPerTask([[0.9]], 'max-all')).toEqual([]);
  });

  it('reads a method that is judged at the end only (joint training)', () => {
    const matrix = accuracyMatrix([{ task: 2, classIncremental: [0.7, 0.8, 0.9], taskAware: [0.8, 0.9, 1] }], 'classIncremental');
    expect(matrix).toEqual([null, null, [0.7, 0.8, 0.9]]);
    expect(averageAccuracy(matrix)).toBeCloseTo(0.8);
    expect(averagedAccuracy(matrix)).toBeNull();
    expect(forgetting(matrix, 'chaudhry')).toBeNull();
    expect(backwardTransfer(matrix)).toBeNull();
    expect(forgettingPerTask(matrix, 'max-all').map((f) => f ?? null)).toEqual([null, null]);
    expect(learningAccuracies(matrix)).toEqual([null, null, 0.9]);
  });

  it('places rows by task number and lets a repeated result win', () => {
    const results = [
      { task: 1, classIncremental: [0.4, 0.6], taskAware: [1, 1] },
      { task: 0, classIncremental: [0.9], taskAware: [1] },
      { task: 1, classIncremental: [0.5, 0.7], taskAware: [1, 0.5] },
    ];
    expect(accuracyMatrix(results, 'classIncremental')).toEqual([[0.9], [0.5, 0.7]]);
    expect(accuracyMatrix(results, 'taskAware')).toEqual([[1], [1, 0.5]]);
  });

  it('uses the earlier rows there are when one is missing', () => {
    const matrix: AccuracyMatrix = [[0.9], null, [0.5, 0.6, 0.7]];
    expect(forgettingPerTask(matrix, 'chaudhry')[0]).toBeCloseTo(0.4);
    expect(forgettingPerTask(matrix, 'chaudhry')[1]).toBeNull();
    expect(forgetting(matrix, 'chaudhry')).toBeNull();
  });
});
