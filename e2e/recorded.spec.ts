import { readFileSync } from 'node:fs';
import { parseRecordText } from '../src/session/migrations';
import type { RunRecord } from '../src/session/record';
import type { Playground as Automation } from '../src/worker/automation';
import { expect, test } from './page';

/**
 * Threads, relaxed SIMD and another machine's rounding move single test images; a method's average over a task's
 * test images may differ by so much from what was recorded.
 */
const TOLERANCE = 0.05;
/** Tasks of each recorded run that are run afresh, and methods: enough to notice a changed stream, backbone, kernel or method. */
const TASKS = 2;
const METHODS = ['inflora', 'full-fine-tuning', 'nearest-mean'];

interface Listed {
  readonly id: string;
  readonly file: string;
}
const { runs } = JSON.parse(readFileSync('public/runs/index.json', 'utf8')) as { runs: Listed[] };

/** Mean accuracy over the tasks seen, after each of the first tasks. */
const averages = (record: RunRecord, id: string) =>
  record.methods
    .find((method) => method.id === id)
    ?.results.slice(0, TASKS)
    .flatMap(({ readings }) => readings.own ?? [])
    .map(({ classIncremental }) => classIncremental.reduce((sum, value) => sum + value, 0) / classIncremental.length);

test('every bundled stream has a recorded run of every method', () => {
  const COMPARED = ['inflora', 'sequential-lora', 'full-fine-tuning', 'joint'];
  for (const stream of ['materials', 'ten', 'alphabets', 'styles', 'things']) {
    const record = parseRecordText(readFileSync(`public/runs/${stream}-best-rates.json`, 'utf8'));
    expect(record.status).toBe('finished');
    expect(record.experiment.stream.from).toEqual({ source: 'bundled', id: stream });
    expect(record.methods.map(({ id }) => id)).toEqual(expect.arrayContaining(COMPARED));
  }
});

for (const { id, file } of runs) {
  test(`the recorded run "${id}" agrees with a fresh one on WASM`, { tag: '@slow' }, async ({ playground, page }) => {
    test.setTimeout(400_000);
    const recorded = parseRecordText(readFileSync(`public/runs/${file}`, 'utf8'));
    const { experiment } = recorded;
    const shorter = {
      ...experiment,
      stream: { ...experiment.stream, maxTasks: TASKS },
      methods: experiment.methods.filter((method) => METHODS.includes(method.id)),
    };
    await playground.open();
    await page.waitForFunction(() => 'playground' in window);
    const fresh = await page.evaluate(async (wanted) => {
      const { playground: automation } = window as unknown as { playground: Automation };
      await automation.useDevice('wasm');
      await automation.open(wanted);
      while ((await automation.next(500)) !== null);
      return automation.record();
    }, shorter);
    if (fresh === null) throw new Error('The fresh run left no record.');
    for (const { id: method } of shorter.methods) {
      const [before, now] = [averages(recorded, method), averages(fresh, method)];
      expect(now, method).toHaveLength(TASKS);
      now?.forEach((value, i) => expect(Math.abs(value - (before?.[i] ?? NaN)), `${method} after task ${i + 1}`).toBeLessThan(TOLERANCE));
    }
  });
}
