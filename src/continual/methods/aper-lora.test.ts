import { describe, expect, it } from 'vitest';
import { scoresOf } from '../readouts/frozen';
import { ClassMeans } from '../readouts/class-means';
import { plainModel } from '../testing/plain-device';
import { learn, lookAt, TINY, tinyBench, tinyCheckpoint, tinyCourse, tinyTasks } from '../testing/tiny';

const tasks = tinyTasks([3, 2]);
const [first, second] = tasks;
if (!first || !second) throw new Error('two tasks expected');
const positions = [0, 5, 11];

describe('APER with LoRA', () => {
  it('is SimpleCIL while nothing was adapted: both halves are equal', async () => {
    const course = tinyCourse('aper-lora', { rank: 2 });
    await lookAt(course, first);
    await lookAt(course, second);
    const model = plainModel(tinyCheckpoint());
    const means = new ClassMeans(TINY.dim, 'cosine-of-means');
    for (const { test: _, ...task } of tasks) {
      const features = await model.features(task.train.batch([...task.train.labels.keys()]));
      for await (const _ of means.learn(task, features)) continue;
    }
    const images = first.test.batch(positions);
    const simple = means.frozen();
    const expected = simple ? scoresOf(simple, await model.features(images), 3, TINY.dim) : [];
    const { scores } = await course.scores(images);
    scores.get('own')?.forEach((score, i) => expect(score).toBeCloseTo(expected[i] ?? NaN, 6));
    expect(scores.get('own')).toHaveLength(15);
  });

  it('scores by the cosine with plain class means of both networks side by side, normalised once', async () => {
    const bench = tinyBench();
    const course = tinyCourse('aper-lora', { rank: 2 }, bench);
    await learn(course, first, { epochs: 6 });
    await lookAt(course, second);
    const untouched = plainModel(tinyCheckpoint());
    const rows = async (of: number[], set = first.train) => {
      const [a, b] = [await untouched.features(set.batch(of)), await bench.model.features(set.batch(of))];
      const row = (values: Float32Array, i: number) => [...values.subarray(i * TINY.dim, (i + 1) * TINY.dim)];
      return of.map((_, i) => [...row(a, i), ...row(b, i)]);
    };
    const members = await rows([8, 9, 10, 11, 12, 13, 14, 15]);
    const mean = (members[0] ?? []).map((_, k) => members.reduce((sum, each) => sum + (each[k] ?? 0), 0) / 8);
    const [probe = []] = await rows([3], first.test);
    const cosine = probe.reduce((sum, value, k) => sum + value * (mean[k] ?? 0), 0) / Math.hypot(...mean) / Math.hypot(...probe);
    const { scores } = await course.scores(first.test.batch([3]));
    expect(scores.get('own')?.[1]).toBeCloseTo(cosine, 5);
    // The two halves differ: the first task was learned.
    expect(probe.slice(0, TINY.dim)).not.toEqual(probe.slice(TINY.dim));
  });

  it('takes no steps after the first task, and forgets nothing', async () => {
    const course = tinyCourse('aper-lora', { rank: 2 });
    await learn(course, first, { epochs: 2 });
    const before = (await course.scores(first.test.batch(positions))).scores.get('own');
    await lookAt(course, second);
    const after = (await course.scores(first.test.batch(positions))).scores.get('own');
    for (let n = 0; n < 3; n++) for (let c = 0; c < 3; c++) expect(after?.[n * 5 + c]).toBe(before?.[n * 3 + c]);
    await expect(learn(course, second)).rejects.toThrow(/No training is open/);
  });
});
