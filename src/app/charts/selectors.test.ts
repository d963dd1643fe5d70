import { describe, expect, it } from 'vitest';
import type { RunRecord, TaskResult } from '../../session/record';
import { syntheticRecord } from '../testing/synthetic-record';
import { taskPanels } from './accuracy';
import { forgettingSeries } from './forgetting';
import { headlines } from './headline';
import { lossSeries } from './loss';
import { matrixCells } from './matrices';
import { recognition, taskOfColumn } from './remembered';
import { runLog } from './run-log';
import { describeTask } from './sentence';
import { en } from '../text/en';

const rows = [[0.96], [0.8, 0.9], [0.31, 0.7, 0.91]];

/** A run whose first method has exactly these accuracies. */
function recordWith(matrix: readonly number[][]): RunRecord {
  const base = syntheticRecord({ tasks: 3 });
  return {
    ...base,
    methods: base.methods.map((method) => ({
      ...method,
      results: method.results.slice(0, matrix.length).map((result, i) => {
        const classIncremental = matrix[i] ?? [];
        const own = { classIncremental, taskAware: classIncremental.map(() => 0.95), predicted: [] };
        // Ridge forgets nothing here.
        const ridge = { ...own, classIncremental: classIncremental.map(() => 0.9) };
        return { ...result, readings: { own, ridge } };
      }),
    })),
  };
}
const record = recordWith(rows);

const silent = (readings: TaskResult['readings']) =>
  Object.fromEntries(Object.entries(readings).map(([id, reading]) => [id, { ...reading, predicted: reading.predicted.map(() => []) }]));

describe('accuracy per task', () => {
  it('starts a line where its task is learned', () => {
    const panels = taskPanels(record, 'classIncremental');
    expect(panels.map((panel) => panel.name)).toEqual(['Digits', 'Latin', 'Greek']);
    expect(panels[1]?.series[0]).toMatchObject({ method: 'inflora', level: null, now: 0.7 });
    expect(panels[1]?.series[0]?.points).toEqual([
      { after: 1, accuracy: 0.9 },
      { after: 2, accuracy: 0.7 },
    ]);
  });

  it('draws joint training as a level, since it is judged once', () => {
    const series = taskPanels(syntheticRecord({ methods: ['joint'] }), 'classIncremental')[0]?.series[0];
    expect(series?.points).toEqual([]);
    expect(series?.level).toBeGreaterThan(0.85);
  });

  it('has empty panels before the first result', () => {
    expect(taskPanels(recordWith([]), 'classIncremental').every((panel) => panel.series.every((series) => series.now === null))).toBe(true);
  });
});

describe('numbers', () => {
  it('are the metrics of the newest row', () => {
    const [first] = headlines(record, 'chaudhry');
    // By hand: (0.31 + 0.7 + 0.91) / 3; ((0.96 - 0.31) + (0.9 - 0.7)) / 2.
    expect(first?.averageAccuracy).toBeCloseTo(0.64, 12);
    expect(first?.forgetting).toBeCloseTo(0.425, 12);
    expect(first?.taskKnown).toBeCloseTo(0.95, 12);
    expect(first?.tasks).toBe(3);
  });

  it('say nothing of forgetting after one task', () => {
    expect(headlines(recordWith([[0.9]]), 'chaudhry')[0]).toMatchObject({ averageAccuracy: 0.9, forgetting: null });
  });

  it('give forgetting per task and its average after each task', () => {
    const [series] = forgettingSeries(record, 'diagonal', 'classIncremental');
    expect(series?.perTask.map((value) => value?.toFixed(2))).toEqual(['0.65', '0.20']);
    expect(series?.average().map((value) => value?.toFixed(3) ?? null)).toEqual([null, '0.160', '0.425']);
  });
});

describe('another reading of the same run', () => {
  it('changes every number of accuracy', () => {
    expect(headlines(record, 'chaudhry', 'ridge')[0]).toMatchObject({ averageAccuracy: 0.9, forgetting: 0, tasks: 3 });
    expect(taskPanels(record, 'classIncremental', 'ridge')[0]?.series[0]?.points.map(({ accuracy }) => accuracy)).toEqual([0.9, 0.9, 0.9]);
    expect(forgettingSeries(record, 'diagonal', 'classIncremental', 'ridge')[0]?.perTask).toEqual([0, 0]);
    expect(matrixCells(record, 'inflora', 'classIncremental', 'ridge')[2]?.map(({ accuracy }) => accuracy)).toEqual([0.9, 0.9, 0.9]);
    expect(describeTask(en, { ...record, methods: record.methods.slice(0, 1) }, 2, 'ridge')).toBe(
      'InfLoRA learned Greek (90 %); the earlier tasks held.',
    );
  });

  it('has a place but no number for a method without it', () => {
    expect(headlines(record, 'chaudhry', 'aligned')[0]).toMatchObject({
      method: 'inflora',
      averageAccuracy: null,
      forgetting: null,
      tasks: 0,
    });
    expect(taskPanels(record, 'classIncremental', 'aligned')[0]?.series[0]).toMatchObject({ points: [], now: null });
    expect(recognition(record, 0, [0], [0], 'aligned')).toEqual([]);
  });
});

describe('matrix', () => {
  it('leaves what is not learned empty and marks the diagonal', () => {
    const cells = matrixCells(record, 'inflora', 'classIncremental');
    expect(cells.map((row) => row.map((cell) => cell.accuracy))).toEqual([
      [0.96, null, null],
      [0.8, 0.9, null],
      [0.31, 0.7, 0.91],
    ]);
    expect(cells.flat().filter((cell) => cell.diagonal)).toHaveLength(3);
  });
});

describe('losses', () => {
  it('run from task to task, each within its own slice, thinned', () => {
    const [series] = lossSeries(syntheticRecord());
    const xs = series?.points.map((point) => point.x) ?? [];
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
    expect(xs[0]).toBeGreaterThan(0);
    expect(xs.at(-1)).toBeLessThanOrEqual(5);
    expect(xs.length).toBeLessThanOrEqual(401);
  });
});

describe('remembered images', () => {
  it('follow the answers after each task', () => {
    const full = syntheticRecord();
    const [row] = recognition(full, 0, [0, 1, 2], [0, 1, 2]);
    expect(row?.after).toEqual([0, 1, 2, 3, 4]);
    expect(row?.right[0]).toEqual([0, 1, 2].map((i) => full.methods[0]?.results[0]?.readings['own']?.predicted[0]?.[i] === i));
    expect(taskOfColumn(full, 25)).toBe('Greek');
  });

  it('are left out where no answers were kept', () => {
    const bare = syntheticRecord();
    const without = {
      ...bare,
      methods: bare.methods.map((m) => ({ ...m, results: m.results.map((r) => ({ ...r, readings: silent(r.readings) })) })),
    };
    expect(recognition(without, 0, [0], [0])).toEqual([]);
  });
});

describe('sentences', () => {
  it('say what was learned and what fell most', () => {
    const only = { ...record, methods: record.methods.slice(0, 1) };
    expect(describeTask(en, only, 0)).toBe('InfLoRA learned Digits (96 %).');
    expect(describeTask(en, only, 1)).toBe('InfLoRA learned Latin (90 %); Digits fell from 96 to 80 %.');
    expect(describeTask(en, recordWith([[0.9], [0.89, 0.8]]), 1)).toContain('the earlier tasks held');
  });

  it('compare with the task before and with the best, and say both where they differ', () => {
    const said = (matrix: readonly number[][]) =>
      describeTask(en, { ...recordWith(matrix), methods: recordWith(matrix).methods.slice(0, 1) }, 2);
    expect(said(rows)).toBe('InfLoRA learned Greek (91 %); Digits fell from 80 to 31 %, from 96 % at its best.');
    // A loss that came earlier is still a loss.
    expect(said([[1], [0.74, 0.9], [0.73, 0.9, 0.8]])).toBe(
      'InfLoRA learned Greek (80 %); nothing fell further; Digits is down from 100 to 73 %.',
    );
    // Another task fell now than had fallen most.
    expect(said([[1], [0.7, 0.9], [0.7, 0.8, 0.8]])).toBe(
      'InfLoRA learned Greek (80 %); Latin fell from 90 to 80 %; Digits is down from 100 to 70 %.',
    );
    // What came back is no loss.
    expect(said([[0.9], [0.7, 0.9], [0.9, 0.88, 0.8]])).toBe('InfLoRA learned Greek (80 %); the earlier tasks held.');
  });

  it('say of a level its average, and of what never trains no learning', () => {
    const run = syntheticRecord({ methods: ['joint', 'frozen'], tasks: 2 });
    expect(describeTask(en, run, 1, 'ridge')).toMatch(
      /^Joint training reaches \d\d % on average over all tasks\. Frozen backbone tells Latin at \d\d %/,
    );
  });
});

describe('the log', () => {
  const silent = {
    ...record,
    log: [],
    methods: record.methods.map((m) => ({ ...m, results: m.results.map((r) => ({ ...r, seconds: { train: 2 } })) })),
  };
  const said = (run: RunRecord) => runLog(en, run, 'own', 'chaudhry').map(({ when, what }) => `${when} | ${what}`);

  it('tells the run from start to end', () => {
    expect(said(silent)).toEqual([
      'Start | InfLoRA, Fine-tuning on Synthetic alphabets: 3 tasks, 30 classes.',
      ' | Backbone Synthetic ViT, seed 0, computed by WebAssembly (2 threads, SIMD).',
      'Task 1 | Digits: 10 classes, 600 pictures to learn from; 4.0 s for all methods.',
      ' | InfLoRA learned Digits (96 %).',
      ' | Fine-tuning learned Digits (96 %).',
      'Task 2 | Latin: 10 classes, 600 pictures to learn from; 4.0 s for all methods.',
      ' | InfLoRA learned Latin (90 %); Digits fell from 96 to 80 %.',
      ' | Fine-tuning learned Latin (90 %); Digits fell from 96 to 80 %.',
      'Task 3 | Greek: 10 classes, 600 pictures to learn from; 4.0 s for all methods.',
      ' | InfLoRA learned Greek (91 %); Digits fell from 80 to 31 %, from 96 % at its best.',
      ' | Fine-tuning learned Greek (91 %); Digits fell from 80 to 31 %, from 96 % at its best.',
      'End | Finished after 3 tasks; it took 1:01.',
      // (0.31 + 0.7 + 0.91) / 3, and the mean of 0.65 and 0.2.
      ' | InfLoRA: 64.0 % on average over the tasks, 42.5 points forgotten.',
      ' | Fine-tuning: 64.0 % on average over the tasks, 42.5 points forgotten.',
    ]);
  });

  it('gives nothing away while the run goes on', () => {
    const running = {
      ...silent,
      status: 'running' as const,
      methods: silent.methods.map((m) => ({ ...m, results: m.results.slice(0, 1) })),
    };
    expect(said(running).at(-1)).toBe(' | Fine-tuning learned Digits (96 %).');
    expect(said(running).join()).not.toContain('Task 2');
  });

  it('puts warnings where they came, and names what failed or was left out', () => {
    const [inflora, tuning] = silent.methods;
    if (!inflora || !tuning) throw new Error('two methods expected');
    const run: RunRecord = {
      ...silent,
      status: 'stopped',
      stream: { ...silent.stream, skipped: [{ name: 'a.png', reason: 'no image' }] },
      log: [{ at: 5, level: 'warning', text: 'Statistics take too much memory.' }],
      methods: [inflora, { ...tuning, results: tuning.results.slice(0, 2), failure: 'it diverged' }],
    };
    const lines = runLog(en, run, 'own', 'chaudhry');
    expect(lines.filter(({ level }) => level !== 'info').map(({ what }) => what)).toEqual([
      'a.png was left out: no image',
      'Statistics take too much memory.',
      'Fine-tuning stopped early: it diverged',
    ]);
    // After the first task's four seconds, before the second's eight.
    const at = lines.findIndex(({ level, when }) => level === 'warning' && when === '0:05');
    expect(lines[at + 1]?.when).toBe('Task 2');
    expect(lines.map(({ what }) => what)).toContain('Stopped after 3 of 3 tasks; it took 1:01.');
  });
});
