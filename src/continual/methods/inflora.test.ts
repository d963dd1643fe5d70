import { describe, expect, it } from 'vitest';
import type { Adapter } from '../../compute/backbone';
import type { Classifier } from '../../vit/checkpoint';
import { multiply } from '../dense';
import type { DesignedB } from '../design-b';
import type { DualGpm } from '../dual-gpm';
import { largestDifference } from '../testing/subspaces';
import { accuracy, learn, TINY, tinyContext, tinyTasks } from '../testing/tiny';
import type { InfloraOptions } from '../presets';
import { Inflora, type InfloraHooks } from './inflora';
import { InfloraCa } from './inflora-ca';

interface Seen {
  designs: (readonly DesignedB[])[];
  memories: (readonly DualGpm[])[];
  adapters: (readonly Adapter[])[];
  classifiers: Classifier[];
  before: (readonly Float32Array[])[];
  after: (readonly Float32Array[])[];
}

async function run(options: InfloraOptions, tasks = tinyTasks([2, 2, 2]), hooks: InfloraHooks = {}) {
  const seen: Seen = { designs: [], memories: [], adapters: [], classifiers: [], before: [], after: [] };
  const context = tinyContext();
  const method = new Inflora(context, options, {
    ...hooks,
    observer: {
      designed: (_, covariances, designs) => void (seen.before.push(covariances), seen.designs.push(designs)),
      trained: (_, adapters, classifier) => void (seen.adapters.push(adapters), seen.classifiers.push(classifier)),
      remembered: (_, covariances, memories) => void (seen.after.push(covariances), seen.memories.push(memories)),
    },
  });
  const diagnostics = [];
  for (const task of tasks) {
    await learn(method, tasks.slice(0, task.index + 1), 4, 0.02, 3);
    diagnostics.push(method.diagnostics());
  }
  return { method, seen, diagnostics, context, tasks };
}

describe('InfLoRA on a tiny ViT', () => {
  it('trains A alone, in the span of its design, orthogonal to the memory of old tasks', async () => {
    const { seen } = await run({ rank: 2, lamb: 0.9 });
    for (const [t, designs] of seen.designs.entries()) {
      designs.forEach(({ down, freeRank }, l) => {
        expect(freeRank).toBe(2);
        for (const adapter of seen.adapters[t]?.filter(({ block }) => block === l) ?? []) {
          expect(largestDifference(adapter.down, down)).toBeLessThan(1e-7);
          expect(Math.hypot(...adapter.up)).toBeGreaterThan(1e-3);
        }
        const memory = seen.memories[t - 1]?.[l];
        if (!memory || memory.type === 'retain') return;
        const overlap = multiply(down, memory.basis, 2, TINY.dim, memory.columns);
        expect(largestDifference(overlap, new Float64Array(overlap.length))).toBeLessThan(1e-12);
      });
    }
  });

  it('leaves old heads untouched to the bit', async () => {
    const { seen } = await run({ rank: 2 });
    const [one, , three] = seen.classifiers;
    expect(three?.bias.length).toBe(6);
    expect(three?.weight.slice(0, 2 * TINY.dim)).toEqual(one?.weight);
    expect(three?.bias.slice(0, 2)).toEqual(one?.bias);
  });

  it('reports dimension, type, threshold, leakage and angles, of each old task', async () => {
    const { diagnostics, seen } = await run({ rank: 2, lamb: 0.95 });
    expect(diagnostics.map((one) => one?.threshold.toFixed(4))).toEqual(['0.9500', '0.9667', '0.9833']);
    diagnostics.forEach((one, t) =>
      one?.layers.forEach((layer, l) => {
        const memory = seen.memories[t]?.[l];
        expect(layer).toMatchObject({ dimension: memory?.columns, type: memory?.type, of: TINY.dim, freeRank: 2 });
        expect(layer.leakage.length).toBe(t);
        expect(layer.angles.length).toBe(t);
        for (const { smallest, mean } of layer.angles) expect([smallest >= 0, smallest <= mean, mean <= 90]).toEqual([true, true, true]);
      }),
    );
    // Leakage of task 1 onto task 0 in the first layer, from the definition with dense ΔW.
    const increments = seen.adapters[1]?.filter(({ block }) => block === 0) ?? [];
    const energy = (covariance: Float32Array) =>
      increments.reduce((sum, { up, down }) => {
        const update = multiply(up, down, TINY.dim, 2, TINY.dim);
        const moved = multiply(update, covariance, TINY.dim, TINY.dim, TINY.dim);
        return sum + moved.reduce((total, value, i) => total + value * (update[i] ?? 0), 0);
      }, 0);
    const expected = energy(seen.after[0]?.[0] ?? new Float32Array(0)) / energy(seen.before[1]?.[0] ?? new Float32Array(0));
    expect(diagnostics[1]?.layers[0]?.leakage[0]).toBeCloseTo(expected, 6);
  });

  it('leaks less with protection than without', async () => {
    const leaked = async (options: InfloraOptions) => {
      const { diagnostics } = await run({ rank: 2, ...options });
      const all = diagnostics.flatMap((one) => one?.layers.flatMap(({ leakage }) => leakage) ?? []);
      return all.reduce((sum, value) => sum + value, 0) / all.length;
    };
    expect(await leaked({ preset: 'paper' })).toBeLessThan(await leaked({ preset: 'paper', projection: 'none' }));
  });

  it('goes on when nothing is free any more: zero rows, frozen increments, old weights kept', async () => {
    const { diagnostics, seen, method, tasks } = await run({ preset: 'paper', rank: 3, lamb: 1 });
    expect(diagnostics[2]?.layers.map(({ freeRank }) => freeRank)).toEqual([0, 0]);
    for (const { down } of seen.adapters[2] ?? []) expect(Math.max(...down.map(Math.abs))).toBe(0);
    expect(diagnostics[2]?.layers[0]?.angles[0]).toEqual({ smallest: 90, mean: 90 });
    const [, , last] = tasks;
    if (last) expect(await accuracy(method, last, true)).toBeGreaterThan(0.9);
  });

  it('accepts tasks beyond the plan', async () => {
    const { diagnostics } = await run({ rank: 2 }, tinyTasks([2, 2, 2, 2]));
    expect(diagnostics[3]?.threshold).toBeCloseTo(0.95 + 0.05 * (3 / 4), 12);
  });

  it('drops leakage, and only that, when old second moments would take too much memory', async () => {
    const bytes = TINY.dim ** 2 * 4 * TINY.depth;
    const { diagnostics } = await run({ rank: 2 }, tinyTasks([2, 2, 2]), { traceBytes: bytes });
    expect(diagnostics.map((one) => one?.layers[0]?.leakage.length)).toEqual([0, 1, 0]);
    expect(diagnostics.map((one) => one?.layers[0]?.angles.length)).toEqual([0, 1, 2]);
  });
});

describe('InfLoRA + classifier alignment', () => {
  it('aligns from the second task on, and raises the accuracy over all classes here', async () => {
    const tasks = tinyTasks([2, 2, 2]);
    const plain = new Inflora(tinyContext(), { rank: 2 });
    const aligned = new InfloraCa(tinyContext(), { rank: 2, alignment: { samplesPerClass: 64 } });
    const mean = async (method: Inflora) => {
      let sum = 0;
      for (const task of tasks) sum += (await accuracy(method, task)) / tasks.length;
      return sum;
    };
    for (const method of [plain, aligned]) await learn(method, tasks.slice(0, 1), 6);
    const probe = tasks[0]?.test.batch([0, 1]);
    if (!probe) throw new Error('no probe');
    expect(await aligned.scores(probe)).toEqual(await plain.scores(probe));
    for (const method of [plain, aligned]) {
      await learn(method, tasks.slice(0, 2), 6);
      await learn(method, tasks, 6);
    }
    expect(await mean(aligned)).toBeGreaterThanOrEqual(await mean(plain));
  });
});
