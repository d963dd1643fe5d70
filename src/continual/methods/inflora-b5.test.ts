import { describe, expect, it } from 'vitest';
import { learn, tinyBench, tinyCheckpoint, tinyCourse, tinyTasks } from '../testing/tiny';
import { infloraB5 } from './inflora-b5';

const tasks = tinyTasks([2, 2, 2]);
const options = { rank: 2, lamb: 0.99999, lame: 0.99999, blocks: 1 };

describe('InfLoRA-b5', () => {
  it('changes the first blocks alone, in a memory that grows and never flips', async () => {
    const bench = tinyBench();
    const course = tinyCourse('inflora-b5', options, bench);
    let before = 0;
    for (const task of tasks) {
      await learn(course, task, { epochs: 2, planned: 3 });
      const sites = course.subspaces()?.sites ?? [];
      expect(sites.map(({ block, type }) => [block, type])).toEqual([[0, 'remove']]);
      expect(sites[0]?.dimension).toBeGreaterThanOrEqual(before);
      before = sites[0]?.dimension ?? NaN;
    }
    // Beyond half of the 12 directions DualGPM would have turned to the complement.
    expect(before).toBeGreaterThan(6);
    const { tensors } = await bench.model.checkpoint();
    const given = tinyCheckpoint().tensors;
    const changed = [...tensors].filter(([name, { data }]) => data.some((value, i) => value !== given.get(name)?.data[i]));
    expect(changed.map(([name]) => name)).toEqual(['blocks.0.attn.qkv.weight']);
  });

  it('scores as InfLoRA with GPM where it adapts every block', async () => {
    const [b5, whole] = [tinyCourse('inflora-b5', { rank: 2, blocks: 2 }), tinyCourse('inflora', { rank: 2, memory: 'gpm' })];
    for (const task of tasks) for (const course of [b5, whole]) await learn(course, task, { epochs: 2, planned: 3 });
    const images = tasks[0]?.test.batch([0, 3, 9]);
    if (!images) throw new Error('no task');
    expect((await b5.scores(images)).scores.get('own')).toEqual((await whole.scores(images)).scores.get('own'));
  });

  it('plans for the blocks that it adapts', () => {
    expect(infloraB5.plan({ preset: 'authors', rank: 4, lamb: 0.95, lame: 1, blocks: 5 }).adapters).toEqual({
      targets: ['k', 'v'],
      rank: 4,
      blocks: 5,
    });
  });
});
