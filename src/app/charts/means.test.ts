import { describe, expect, it } from 'vitest';
import type { MethodRun } from '../../session/record';
import { syntheticRecord } from '../testing/synthetic-record';
import { movedNow, trailsOf } from './means';

/** Two tasks of two classes; those of the first are 6 apart: 3 is the unit. */
const record = syntheticRecord({ tasks: 2 });
const stream = { ...record.stream, tasks: record.stream.tasks.map((task, t) => ({ ...task, from: 2 * t, to: 2 * t + 2 })) };
const [row] = record.methods[0]?.results ?? [];
const runWith = (...places: (readonly (readonly (number | null)[])[])[]): Pick<MethodRun, 'results'> => ({
  results: places.flatMap((each, task) =>
    row ? { ...row, task, means: { fixed: 0.5, now: 0.4, places: each.map((values) => [...values]) } } : [],
  ),
});

describe('the way of class means', () => {
  const run = runWith(
    [[10, 0, 16, 0]],
    [
      [10, 3, 16, 9],
      [1, 1, null, null],
    ],
  );

  it('is told class by class from when its task was learned, in units of the first task’s spread', () => {
    const said = trailsOf(run, { stream }).map(({ task, column, places }) => [task, column, places.map(({ x, y }) => [3 * x, 3 * y])]);
    expect(said).toEqual([
      [
        0,
        0,
        [
          [10, 0],
          [10, 3],
        ],
      ],
      [
        0,
        1,
        [
          [16, 0],
          [16, 9],
        ],
      ],
      [1, 2, [[1, 1]]],
    ]);
  });

  it('is measured for old tasks: the root of the mean square of 1 and 3 units', () => {
    expect(movedNow(run, { stream })).toEqual([expect.closeTo(Math.sqrt(5), 12)]);
    expect(movedNow(runWith([[10, 0, 16, 0]]), { stream })).toEqual([]);
    expect(movedNow({ results: [] }, { stream })).toEqual([]);
    // Means in one point have no spread to compare with: then it is told as it is.
    expect(
      movedNow(
        runWith(
          [[1, 1, 1, 1]],
          [
            [3, 1, 3, 1],
            [0, 0, 0, 0],
          ],
        ),
        { stream },
      ),
    ).toEqual([2]);
  });
});
