import { describe, expect, it } from 'vitest';
import type { Adapter } from '../../compute/backbone';
import { presentWeight, adaptersOn } from '../present-weights';
import { learn, TINY, tinyBench, tinyCheckpoint, tinyCourse, tinyTasks } from '../testing/tiny';

const tasks = tinyTasks([2, 2, 2]);
const norm = (values: Float32Array) => Math.hypot(...values);

async function run(magnitudes: 'restart' | 'keep') {
  const bench = tinyBench();
  const course = tinyCourse('sd-lora', { rank: 2, magnitudes }, bench);
  const begun: (readonly Adapter[])[] = [];
  const ended: (readonly Adapter[])[] = [];
  for (const task of tasks) {
    for await (const _ of course.begin(task, 3)) continue;
    begun.push(await bench.model.adapters());
    for (let step = 0; step < 4; step++) {
      const positions = [0, 1, 2, 3, 8, 9, 10, 11];
      await course.step(
        { ...task.train.batch(positions), positions, epoch: 0, epochs: 1, augmented: false },
        { backbone: 0.02, classifier: 0.02 },
      );
    }
    for await (const _ of course.finish(task)) continue;
    ended.push(await bench.model.adapters());
  }
  return { bench, course, begun, ended };
}
const magnitudesOf = (adapters: readonly Adapter[] = []) =>
  new Map(adapters.flatMap(({ scale }) => (scale ? [[scale.name, scale.value]] : [])));

describe('SD-LoRA', () => {
  it('keeps directions of norm one, and has one magnitude a task for all blocks and maps', async () => {
    const { begun, ended } = await run('restart');
    expect(begun.map(({ length }) => length)).toEqual([4, 8, 12]);
    const last = ended[2] ?? [];
    expect(last.map(({ target }) => target)).toEqual(Array(6).fill(['q', 'v']).flat());
    last.slice(0, 8).forEach(({ up, down, frozen }, i) => {
      expect(frozen).toBe(true);
      expect(norm(up) * norm(down)).toBeCloseTo(1, 5);
      const found = (ended[Math.floor(i / 4)] ?? [])[i];
      // The direction that its own task left, of another length.
      const length = norm(found?.up ?? up) * norm(found?.down ?? down);
      up.forEach((value, k) => expect(value * length).toBeCloseTo(found?.up[k] ?? NaN, 5));
    });
    expect([...magnitudesOf(last).keys()]).toEqual(['task0', 'task1', 'task2']);
    for (const value of magnitudesOf(last).values()) expect(value).not.toBeCloseTo(0.8, 4);
  });

  it('begins every task with all magnitudes anew, or with what they were, as told', async () => {
    const [restart, keep] = [await run('restart'), await run('keep')];
    for (const value of magnitudesOf(restart.begun[2]).values()) expect(value).toBeCloseTo(0.8, 6);
    const [then, now] = [magnitudesOf(keep.ended[1]), magnitudesOf(keep.begun[2])];
    for (const name of ['task0', 'task1']) expect(now.get(name)).toBe(then.get(name));
    expect(now.get('task2')).toBeCloseTo(0.8, 6);
  });

  it('gives its increments with their magnitudes inside, for taking away', async () => {
    const { bench, course } = await run('keep');
    const { increments } = await course.learned();
    const adapters = await bench.model.adapters();
    const { tensors } = tinyCheckpoint();
    for (const target of ['q', 'v'] as const) {
      const taken = presentWeight(tensors, TINY, 1, target, adaptersOn(increments ?? [], 1, target));
      const atWork = presentWeight(tensors, TINY, 1, target, adaptersOn(adapters, 1, target));
      taken.forEach((value, i) => expect(value).toBeCloseTo(atWork[i] ?? NaN, 5));
    }
    expect(increments?.every(({ scale }) => scale === undefined)).toBe(true);
    // The weights at work are those that the features come from.
    const { features } = await course.scores(tasks[0]?.test.batch([1]) ?? { pixels: new Uint8Array(), count: 0, size: 8 });
    bench.model.attach(increments ?? []);
    const again = await bench.model.features(tasks[0]?.test.batch([1]) ?? { pixels: new Uint8Array(), count: 0, size: 8 });
    again.forEach((value, i) => expect(value).toBeCloseTo(features[i] ?? NaN, 4));
  });

  it('has directions of zero where nothing was learned, and goes on', async () => {
    const course = tinyCourse('sd-lora', { rank: 2 });
    const [first, second] = tasks;
    if (!first || !second) throw new Error('tasks expected');
    await learn(course, first, { epochs: 1, rate: 1e-30 });
    const losses = await learn(course, second, { epochs: 2 });
    expect(losses.every(Number.isFinite)).toBe(true);
  });
});
