import { describe, expect, it } from 'vitest';
import { Picks } from './known';
import { learn, tinyCourse, tinyTasks } from './testing/tiny';

const tasks = tinyTasks([3, 2]);
const [first, second] = tasks;
if (!first || !second) throw new Error('two tasks expected');

/** After both tasks. */
async function taught(id: string, options: object) {
  const course = tinyCourse(id, options);
  for (const task of tasks) await learn(course, task, { epochs: 2 });
  return course;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('what a method knows of itself', () => {
  it.each([
    ['all weights', {}, ['qkv', 'proj', 'fc1', 'fc2']],
    ['pairs', { adapt: 'lora', rank: 2 }, ['k', 'v']],
  ] as const)('EWC, %s: which maps its importance lies in', async (_, options, columns) => {
    const known = await (await taught('ewc', options)).knows();
    expect(known).toMatchObject({ what: 'importances', columns });
    expect(sum(known?.values.flat() ?? [])).toBeCloseTo(1, 6);
    expect(known?.values.flat().every((share) => share > 0)).toBe(true);
  });

  it('SD-LoRA: how far it goes along the direction of each task', async () => {
    const course = tinyCourse('sd-lora', { rank: 2, magnitudes: 'keep' });
    await learn(course, first, { epochs: 2 });
    const before = await course.knows();
    expect(before).toMatchObject({ what: 'magnitudes', values: [[expect.any(Number)]] });
    await learn(course, second, { epochs: 2 });
    const after = await course.knows();
    expect(after?.values[0]).toHaveLength(2);
    // The old one went on learning.
    expect(after?.values[0]?.[0]).not.toBe(before?.values[0]?.[0]);
  });

  it.each(['experience-replay', 'derpp'])('%s: which images it stores', async (id) => {
    const course = await taught(id, { images: 7 });
    const known = await course.knows();
    expect(known?.what).toBe('exemplars');
    expect(known?.values.map(({ length }) => length).reduce((a, b) => a + b)).toBe(7);
    known?.values.forEach((places, task) => {
      expect(new Set(places).size).toBeLessThanOrEqual(places.length);
      for (const place of places) expect(place).toBeLessThan(tasks[task]?.train.count ?? 0);
    });
    // A course that goes on from its state knows the same.
    const again = tinyCourse(id, { images: 7 });
    await again.restore(await course.state());
    expect(await again.knows()).toEqual(known);
  });

  it('nothing, where there is nothing to tell', async () => {
    for (const id of ['inflora', 'full-fine-tuning', 'lwf']) expect(await (await taught(id, {})).knows(), id).toBeNull();
  });
});

describe('which prompts images get', () => {
  const means = async (id: string, options: object, of: typeof first) => {
    const course = await taught(id, options);
    const picks = new Picks();
    for (const positions of [[0, 1], [2]]) await course.scores(of.test.batch(positions), picks);
    return picks.means;
  };

  it('L2P: as many as it picks', async () => {
    const shares = await means('l2p', { pool: 6, length: 2, picks: 3 }, first);
    expect(shares).toHaveLength(6);
    expect(sum(shares)).toBeCloseTo(3, 9);
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
  });

  it('DualPrompt: one expert each, the general prompt left out', async () => {
    const shares = await means('dualprompt', { generalLength: 2, expertLength: 2 }, second);
    expect(shares).toHaveLength(2);
    expect(sum(shares)).toBeCloseTo(1, 9);
  });

  it('CODA-Prompt: the size of their weights', async () => {
    const shares = await means('coda-prompt', { components: 6, length: 2 }, second);
    // Six came with each task, of which no second one was foretold.
    expect(shares).toHaveLength(12);
    expect(shares.every((share) => share > 0 && share <= 1)).toBe(true);
  });

  it('none, without prompts', async () => {
    expect(await means('inflora', {}, first)).toEqual([]);
  });

  it('are counted by hand', () => {
    const picks = new Picks();
    // Two images, two slots of three prompts: 0 and 2, then 2 and 1; beside them a pool of one.
    const mix = Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, -1, 0, 1, 0);
    const sizes = new Map([
      ['prompts', 3],
      ['blocks.0.prompts', 1],
    ]);
    picks.add(
      new Map([
        ['prompts', mix],
        ['blocks.0.prompts', Float32Array.of(1, 1)],
      ]),
      sizes,
      2,
    );
    expect(picks.means).toEqual([0.5, 0.5, 1]);
  });
});
