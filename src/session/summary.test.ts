import { describe, expect, it } from 'vitest';
import type { RunRecord } from './record';
import { matrixText, summaryText } from './summary';
import { meanAndDeviation, textTable } from './text-table';
import { factsOf, fakeExperiment, fakeStream } from './testing/fakes';

const other = (row: number[]) => ({ ridge: { classIncremental: row.map(() => 0.5), taskAware: row.map(() => 0.5), predicted: [] } });

const run = (seed: number, rows: number[][], failure: string | null = null): RunRecord => ({
  schema: 2,
  kind: 'inflora-run',
  experiment: fakeExperiment({ seed }),
  status: 'finished',
  startedAt: '',
  seconds: 1,
  ...factsOf(fakeStream(2)),
  methods: [
    {
      id: 'inflora',
      title: 'InfLoRA',
      results: rows.map((row, task) => ({
        task,
        readings: { own: { classIncremental: row, taskAware: row.map(() => 1), predicted: [] }, ...(task > 0 && other(row)) },
        seconds: { train: 2 },
        kept: [{ what: 'images', bytes: 2048, images: 3 }],
        subspaces: null,
        interference: {
          images: 1,
          maps: [{ block: 0, target: 'k', old: task > 0 ? [0.001] : [], new: 0.004, random: [] }],
          weightDrift: [],
        },
        drift: task > 0 ? [0.25] : [],
      })),
      losses: [],
      failure,
    },
  ],
  log: [],
});

describe('summary', () => {
  it('computes mean and sample deviation', () => {
    expect(meanAndDeviation([])).toBeNull();
    expect(meanAndDeviation([3])).toEqual({ mean: 3, deviation: null });
    // 2, 4, 6: mean 4, variance ((−2)² + 0 + 2²) / 2 = 4.
    expect(meanAndDeviation([2, 4, 6])).toEqual({ mean: 4, deviation: 2 });
  });

  it('aligns columns', () => {
    expect(
      textTable([
        ['a', 'bb'],
        ['ccc', 'd'],
      ]),
    ).toBe('a    bb\nccc   d');
  });

  it('leaves out rows that were not measured, as those of joint training', () => {
    expect(matrixText([[null, [0.5, 1]]], ['x', 'y'])).toBe('task          1      2\nafter 2 y  50.0  100.0');
  });

  it('prints matrix and metrics of one seed', () => {
    // final (0.4 + 0.8) / 2, averaged (0.9 + 0.6) / 2, forgetting 0.9 − 0.4.
    const text = summaryText([run(3, [[0.9], [0.4, 0.8]])]);
    expect(text).toMatch(/after 2 task 1 +40\.0 +80\.0/);
    expect(text).toMatch(/inflora +60\.0 +75\.0 +100\.0 +50\.0 +-50\.0 +0\.0\n/);
    // Read by ridge after the second task alone: no course over the tasks, nothing to have forgotten.
    expect(text).toMatch(/Read by ridge\n.*\ninflora +50\.0 +- +50\.0 +- +-/);
    // 0.1 % of old output, 0.4 % of new; drift 25 %; 2 KiB and 3 images kept; no such backbone has a number of parameters; 2 s a task.
    expect(text).toMatch(/inflora +0\.1 +0\.4 +0\.250 +25 +2 +3 +- +2 \+ 2 +2\.0/);
    expect(text).toMatch(/Seed 3 on cpu \(reference\), none\.$/);
  });

  it('prints mean and deviation over seeds, and why a method stopped', () => {
    const text = summaryText([run(1, [[0.9], [0.4, 0.8]]), run(2, [[0.9], [0.6, 0.8]], 'NaN')]);
    // finals 60 and 70: mean 65, sd 5 sqrt 2 = 7.07.
    expect(text).toMatch(/inflora +65\.0 \+- 7\.1/);
    expect(text).toMatch(/inflora stopped early: NaN/);
  });
});
