import { describe, expect, it } from 'vitest';
import type { VitModel } from '../compute/backbone';
import { MethodCourse } from '../continual/course';
import { accuracy, learn, tinyBench, tinyCheckpoint, tinyCourse, tinyTasks } from '../continual/testing/tiny';
import { plainModel } from '../continual/testing/plain-device';
import { createMixer, mixedModel } from './mixer';
import { createSnapshots } from './take-away';
import { createTurns } from './turns';

const base = tinyCheckpoint();
const tasks = tinyTasks([2, 2]);

/** A method that learned two tasks, and what was kept of it. */
async function learned(id: string, options: object = {}) {
  const course = tinyCourse(id, options, tinyBench(plainModel(base)));
  if (!(course instanceof MethodCourse)) throw new Error('no course');
  const snapshots = createSnapshots(['inflora']);
  const after: Record<string, Float32Array>[] = [];
  for (const task of tasks) {
    await learn(course, task);
    await snapshots.take(id, task.index, await course.learned());
    after.push(await weightsOf(course.model));
  }
  const untouched = plainModel(base);
  const networks = { base, untouched, load: async (checkpoint: typeof base) => plainModel(checkpoint) };
  const trained = tasks.map(({ index }) => snapshots.get(id, index));
  const mixed = async (...alphas: number[]) => weightsOf(await mixedModel(networks, trained, alphas));
  return { course, snapshots, networks, mixed, after };
}

/** Every tensor as it is at work. */
async function weightsOf(model: VitModel): Promise<Record<string, Float32Array>> {
  const copy = await model.fork();
  copy.attach(await model.adapters());
  copy.merge();
  const { tensors } = await copy.checkpoint();
  copy.dispose();
  return Object.fromEntries([...tensors].map(([name, { data }]) => [name, data]));
}

const original = Object.fromEntries([...base.tensors].map(([name, { data }]) => [name, data]));

describe('increments that are mixed', () => {
  it.each([
    ['inflora', { rank: 2 }],
    ['sequential-lora', { rank: 2 }],
    ['full-fine-tuning', {}],
  ])('of %s are the network after each task, and before the first, bit for bit', async (id, options) => {
    const { mixed, after, course, networks } = await learned(id, options);
    const now = await weightsOf(course.model);
    expect(await mixed(1, 1)).toEqual(after[1]);
    expect(await mixed(1, 0)).toEqual(after[0]);
    expect(await mixed(0, 0)).toEqual(original);
    expect(after[1]).not.toEqual(original);
    // Neither the method's network nor the one that all begin with was touched.
    expect(await weightsOf(course.model)).toEqual(now);
    expect(await weightsOf(networks.untouched)).toEqual(original);
  });

  it.each([
    ['inflora', { rank: 2 }],
    ['full-fine-tuning', {}],
  ])('of %s add up by their shares', async (id, options) => {
    const { mixed, after } = await learned(id, options);
    const half = await mixed(0.5, 0.25);
    for (const [name, values] of Object.entries(half)) {
      values.forEach((value, i) => {
        const [none, first, both] = [original[name]?.[i] ?? NaN, after[0]?.[name]?.[i] ?? NaN, after[1]?.[name]?.[i] ?? NaN];
        expect(value).toBeCloseTo(none + 0.5 * (first - none) + 0.25 * (both - first), 5);
      });
    }
  });

  it('are read by the heads of the newest task: whole as the run says, none as the untouched network under them', async () => {
    const { course, snapshots, networks } = await learned('inflora', { rank: 2 });
    const mixer = createMixer(networks, snapshots, createTurns());
    const whole = await mixer.mix({ method: 'inflora', alphas: [1, 1] }, tasks);
    for (const [i, task] of tasks.entries()) {
      expect(whole?.tasks[i]).toEqual({
        ...{ classIncremental: await accuracy(course, task), taskAware: await accuracy(course, task, true) },
        ...{ images: task.test.count, of: task.test.count },
      });
    }
    expect(whole?.milliseconds).toBeGreaterThan(0);
  });

  it('answer the newest question alone', async () => {
    const { snapshots, networks } = await learned('inflora', { rank: 2 });
    const mixer = createMixer(networks, snapshots, createTurns());
    const [early, late] = await Promise.all([
      mixer.mix({ method: 'inflora', alphas: [0, 1] }, tasks),
      mixer.mix({ method: 'inflora', alphas: [1, 0] }, tasks),
    ]);
    expect(early).toBeNull();
    expect(late?.alphas).toEqual([1, 0]);
  });

  it('are refused with the reason where there are none, or other things beside them', async () => {
    const { snapshots, networks } = await learned('l2p');
    const mixer = createMixer(networks, snapshots, createTurns());
    const asking = (question: Parameters<typeof mixer.mix>[0]) => mixer.mix(question, tasks);
    await expect(asking({ method: 'l2p', alphas: [1, 1] })).rejects.toThrow('its prompts stand beside the weights');
    await expect(asking({ method: 'inflora', alphas: [1] })).rejects.toMatchObject({ name: 'MixError' });
    await expect(asking({ method: 'l2p', alphas: [1, 2] })).rejects.toThrow('from 0 to 1');
  });
});
