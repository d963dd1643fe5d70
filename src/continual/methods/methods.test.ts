import { describe, expect, it } from 'vitest';
import { MethodOrderError } from '../learner';
import type { Method, MethodContext } from '../method';
import { createMethod, METHODS, type MethodSpecification } from '../registry';
import { accuracy, learn, tinyCheckpoint, tinyContext, tinyTasks } from '../testing/tiny';
import { plainModel } from '../testing/plain-device';

const SPECIFICATIONS: MethodSpecification[] = [
  { id: 'inflora', rank: 2 },
  { id: 'inflora-ca', rank: 2 },
  { id: 'sequential-lora', rank: 2 },
  { id: 'sequential-lora', rank: 2, factors: 'up' },
  { id: 'full-fine-tuning' },
  { id: 'joint', rank: 2, adapt: 'lora' },
  { id: 'joint', rank: 2, adapt: 'full' },
  { id: 'nearest-mean', metric: 'cosine' },
  { id: 'nearest-mean', metric: 'euclidean' },
];
const tasks = tinyTasks([3, 2]);
const [first, second] = tasks;
if (!first || !second) throw new Error('two tasks expected');

async function scoresOf(method: Method) {
  return method.scores(first?.test.batch([0, 5, 11]) ?? { pixels: new Uint8Array(0), count: 0, size: 8 });
}

describe.each(SPECIFICATIONS)('$id', (specification) => {
  const make = (context: MethodContext = tinyContext()) => createMethod(specification, context);

  it('learns a task and scores all columns seen', async () => {
    const method = make();
    expect(method.trainsOn).toBe(METHODS[specification.id].trainsOn);
    const losses = await learn(method, [first], 12);
    if (method.trainsOn === 'none') expect(losses).toEqual([]);
    else expect((losses.at(-1) ?? NaN) < 0.5 * (losses[0] ?? NaN)).toBe(true);
    expect((await scoresOf(method)).length).toBe(3 * 3);
    expect(await accuracy(method, first)).toBeGreaterThan(0.9);
    await learn(method, tasks, 12);
    expect((await scoresOf(method)).length).toBe(3 * 5);
    expect(await accuracy(method, second, true)).toBeGreaterThan(0.9);
    method.dispose();
  });

  it('repeats itself from the same seed', async () => {
    const runs = [make(tinyContext()), make(tinyContext())];
    const scores: Float32Array[] = [];
    for (const method of runs) {
      await learn(method, [first], 2);
      await learn(method, tasks, 2);
      scores.push(await scoresOf(method));
    }
    expect(scores[0]).toEqual(scores[1]);
  });

  it('goes on with a shared head where tasks share their classes', async () => {
    const shared = tinyTasks([2, 2], true);
    const method = make();
    await learn(method, shared.slice(0, 1), 12);
    await learn(method, shared, 12);
    expect((await scoresOf(method)).length).toBe(3 * 2);
  });

  it('refuses steps before it was prepared', async () => {
    await expect(make().step(first.train.batch([0]), { backbone: 1, classifier: 1 })).rejects.toThrow(MethodOrderError);
    await expect(make().prepare([], 1).next()).rejects.toThrow(MethodOrderError);
  });
});

describe('joint training', () => {
  it.each(['lora', 'full'] as const)('starts afresh from the pre-trained weights when tasks are appended (%s)', async (adapt) => {
    const appended = createMethod({ id: 'joint', rank: 2, adapt }, tinyContext());
    await learn(appended, [first], 4);
    const once = createMethod({ id: 'joint', rank: 2, adapt }, tinyContext());
    const [losses, expected] = [await learn(appended, tasks, 3), await learn(once, tasks, 3)];
    // Another head init and LoRA draw, but the same weights: not what training on would give.
    expect(losses[0]).toBeGreaterThan(0.5 * (expected[0] ?? NaN));
    const features = (method: MethodContext) => method.model.features(first.test.batch([0]));
    const context = tinyContext();
    const full = createMethod({ id: 'joint', rank: 2, adapt: 'full' }, context);
    await learn(full, tasks, 3);
    expect(await features(context)).toEqual(await plainModel(tinyCheckpoint()).features(first.test.batch([0])));
  });
});

describe('nearest class mean', () => {
  it.each(['cosine', 'euclidean'] as const)('is the closed form of the features (%s)', async (metric) => {
    const context = tinyContext();
    const method = createMethod({ id: 'nearest-mean', metric }, context);
    await learn(method, [first]);
    const { dim } = context.model.config;
    const rows = async (positions: number[], set = first.train) => {
      const features = await context.model.features(set.batch(positions));
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
    const distance = probe.reduce((sum, value, k) => sum + (value - (mean[k] ?? 0)) ** 2, 0);
    const scores = await method.scores(first.test.batch([3]));
    expect(scores[1]).toBeCloseTo(metric === 'cosine' ? cosine : -distance, 5);
  });

  it('forgets nothing: a class keeps its score when others arrive', async () => {
    const method = createMethod({ id: 'nearest-mean', metric: 'cosine' }, tinyContext());
    await learn(method, [first]);
    const before = await scoresOf(method);
    await learn(method, tasks);
    const after = await scoresOf(method);
    for (let n = 0; n < 3; n++) for (let c = 0; c < 3; c++) expect(after[n * 5 + c]).toBe(before[n * 3 + c]);
  });
});
