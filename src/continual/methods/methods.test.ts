import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { Course } from '../course';
import { MethodOrderError } from '../method';
import { trainsUnder } from '../definition';
import { definitionOf, METHODS } from '../registry';
import type { Task } from '../stream';
import { accuracy, joined, learn, lookAt, tinyBench, tinyCheckpoint, tinyCourse, tinyOptions, tinyTasks } from '../testing/tiny';
import { plainModel } from '../testing/plain-device';

/** Every method of the registry once, and again where an option makes another method of it. */
const CASES: readonly (readonly [string, object])[] = [
  ...METHODS.map(({ id, options }): readonly [string, object] => [id, tinyOptions(options)]),
  ['inflora', { rank: 2, targets: 'all' }],
  ['sequential-lora', { rank: 2, factors: 'up' }],
  ['sequential-lora', { rank: 2, targets: 'all' }],
  ['joint', { rank: 2, adapt: 'full' }],
  ['ranpac', { width: 24, adapter: 'first-task', adapterRank: 2 }],
  ['nearest-mean', { metric: 'euclidean' }],
  ['experience-replay', { rank: 2, adapt: 'lora', newImages: 'task', images: 20, drawn: 5 }],
  ['lwf', { rank: 2, adapt: 'lora', lambda: 1 }],
  ['derpp', { rank: 2, adapt: 'lora', images: 20, alpha: 0.1, beta: 0.1 }],
  ['l2p', { pool: 6, length: 2, picks: 3, choice: 'batch' }],
  ['dualprompt', { keys: 'block', candidates: 'all', start: 'previous' }],
  ['coda-prompt', { components: 8, orthogonality: 0.1 }],
  ['ewc', { rank: 2, adapt: 'lora', form: 'classic' }],
  ['ewc', { form: 'pycil' }],
];
const tasks = tinyTasks([3, 2]);
const [first, second] = tasks;
if (!first || !second) throw new Error('two tasks expected');

/** Options with every default filled in. */
const filled = (id: string, options: object) => v.parse(v.object(definitionOf(id).options), options) as never;

async function scoresOf(course: Course, reading = 'own') {
  const { scores } = await course.scores(first?.test.batch([0, 5, 11]) ?? { pixels: new Uint8Array(0), count: 0, size: 8 });
  return scores.get(reading) ?? new Float32Array();
}

/** One task after the other, or all at once for a method that sees them so. */
async function through([id, options]: (typeof CASES)[number], course: Course, seen: readonly Task[], epochs: number): Promise<number[]> {
  const trainsOn = trainsUnder(definitionOf(id), filled(id, options));
  const last = seen.at(-1);
  if (!last) throw new Error('no task');
  if (trainsOn === 'none' || (trainsOn === 'first' && last.index > 0)) return lookAt(course, last).then(() => []);
  return learn(course, trainsOn === 'all' ? joined(seen) : last, { epochs });
}

describe.each(CASES)('%s %o', (id, options) => {
  const trainsOn = trainsUnder(definitionOf(id), filled(id, options));
  // A network without a read-off of its own is read by what every run has.
  const reading = definitionOf(id).create(tinyBench(), filled(id, options)).readout ? 'own' : 'ridge';

  it('learns a task and scores all columns seen, by every reading', async () => {
    const course = tinyCourse(id, options);
    const losses = await through([id, options], course, [first], 12);
    if (trainsOn === 'none') expect(losses).toEqual([]);
    else expect((losses.at(-1) ?? NaN) < 0.5 * (losses[0] ?? NaN)).toBe(true);
    for (const each of new Set([reading, 'class-means', 'ridge', 'aligned'])) {
      expect((await scoresOf(course, each)).length, each).toBe(3 * 3);
      // Of untrained features, drawn samples tell less than the features themselves.
      const bar = each === 'aligned' && trainsOn === 'none' ? 0.7 : 0.9;
      expect(await accuracy(course, first, false, each), each).toBeGreaterThan(bar);
    }
    await through([id, options], course, tasks, 12);
    expect((await scoresOf(course, reading)).length).toBe(3 * 5);
    expect(await accuracy(course, second, true, reading)).toBeGreaterThan(0.9);
    course.dispose();
  });

  it('repeats itself from the same seed', async () => {
    const scores: Float32Array[] = [];
    for (let repeat = 0; repeat < 2; repeat++) {
      const course = tinyCourse(id, options);
      await through([id, options], course, [first], 2);
      await through([id, options], course, tasks, 2);
      scores.push(await scoresOf(course, reading));
    }
    expect(scores[0]).toEqual(scores[1]);
  });

  it('goes on with a shared head where tasks share their classes', async () => {
    const shared = tinyTasks([2, 2], true);
    const course = tinyCourse(id, options);
    await through([id, options], course, shared.slice(0, 1), 2);
    await through([id, options], course, shared, 2);
    expect((await scoresOf(course, reading)).length).toBe(3 * 2);
  });

  it('refuses steps before a task was begun', async () => {
    await expect(
      tinyCourse(id, options).step(
        { ...first.train.batch([0]), positions: [0], epoch: 0, epochs: 1, augmented: false },
        { backbone: 1, classifier: 1 },
      ),
    ).rejects.toThrow(MethodOrderError);
  });

  it('counts what it keeps of the past as its plan says', async () => {
    const course = tinyCourse(id, options);
    await through([id, options], course, [first], 1);
    const plan = definitionOf(id).plan(filled(id, options));
    expect(course.kept().map(({ what }) => what)).toEqual(plan.keeps);
    for (const { bytes } of course.kept()) expect(bytes).toBeGreaterThan(0);
  });
});

describe('joint training', () => {
  it.each(['lora', 'full'] as const)('starts afresh from the pre-trained weights when tasks are appended (%s)', async (adapt) => {
    const bench = tinyBench();
    const appended = tinyCourse('joint', { rank: 2, adapt }, bench);
    await learn(appended, first, { epochs: 4 });
    const once = tinyCourse('joint', { rank: 2, adapt });
    const [losses, expected] = [await learn(appended, joined(tasks), { epochs: 3 }), await learn(once, joined(tasks), { epochs: 3 })];
    // Another head init and LoRA draw, but the same weights: not what training on would give.
    expect(losses[0]).toBeGreaterThan(0.5 * (expected[0] ?? NaN));
    bench.model.attach([]);
    const untouched = await plainModel(tinyCheckpoint()).features(first.test.batch([0]));
    expect(await bench.model.features(first.test.batch([0]))).toEqual(untouched);
  });
});

describe('nearest class mean', () => {
  it.each(['cosine', 'euclidean'] as const)('is the closed form of the features (%s)', async (metric) => {
    const bench = tinyBench();
    const course = tinyCourse('nearest-mean', { metric }, bench);
    await lookAt(course, first);
    const { dim } = bench.model.config;
    const rows = async (positions: number[], set = first.train) => {
      const features = await bench.model.features(set.batch(positions));
      return positions.map((_, i) => {
        const row = [...features.subarray(i * dim, (i + 1) * dim)];
        const norm = metric === 'cosine' ? Math.hypot(...row) : 1;
        return row.map((value) => value / norm);
      });
    };
    const members = await rows([8, 9, 10, 11, 12, 13, 14, 15]);
    const mean = members[0]?.map((_, k) => members.reduce((sum, row) => sum + (row[k] ?? 0), 0) / members.length) ?? [];
    const [probe = []] = await rows([3], first.test);
    const cosine = probe.reduce((sum, value, k) => sum + value * (mean[k] ?? 0), 0) / Math.hypot(...mean);
    // Squared distances share |f|², which no ranking needs.
    const distance = probe.reduce((sum, value, k) => sum + (value - (mean[k] ?? 0)) ** 2 - value ** 2, 0);
    const { scores } = await course.scores(first.test.batch([3]));
    expect(scores.get('own')?.[1]).toBeCloseTo(metric === 'cosine' ? cosine : -distance, 4);
  });

  it('forgets nothing: a class keeps its score when others arrive', async () => {
    const course = tinyCourse('nearest-mean');
    await lookAt(course, first);
    const before = await scoresOf(course);
    await lookAt(course, second);
    const after = await scoresOf(course);
    for (let n = 0; n < 3; n++) for (let c = 0; c < 3; c++) expect(after[n * 5 + c]).toBe(before[n * 3 + c]);
  });
});
