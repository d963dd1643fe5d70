import { describe, expect, it } from 'vitest';
import type { Adapter, Moment } from '../../compute/backbone';
import type { Classifier } from '../../vit/checkpoint';
import { multiply } from '../dense';
import type { DesignedB } from '../design-b';
import type { DualGpm } from '../dual-gpm';
import { largestDifference } from '../testing/subspaces';
import { accuracy, learn, MEASURES, TINY, tinyBench, tinyCourse, tinyTasks } from '../testing/tiny';
import { InfloraAdaptation } from '../adaptations/inflora';
import { MethodCourse, type Course } from '../course';
import { InterferenceMeter } from '../interference';
import type { InfloraOptions } from '../presets';
import { ownHeads } from '../readouts/own-heads';
import { infloraPlan } from './inflora';

interface Seen {
  designs: (readonly DesignedB[])[];
  memories: (readonly DualGpm[])[];
  adapters: (readonly Adapter[])[];
  classifiers: Classifier[];
  before: (readonly Moment[])[];
  after: (readonly Moment[])[];
}

async function run(options: InfloraOptions, tasks = tinyTasks([2, 2, 2])) {
  const seen: Seen = { designs: [], memories: [], adapters: [], classifiers: [], before: [], after: [] };
  const bench = tinyBench();
  const adaptation = new InfloraAdaptation(bench, options, {
    observer: {
      designed: (_, moments, designs) => void (seen.before.push(moments), seen.designs.push(designs)),
      trained: (_, adapters, classifier) => void (seen.adapters.push(adapters), seen.classifiers.push(classifier)),
      remembered: (_, moments, memories) => void (seen.after.push(moments), seen.memories.push(memories)),
    },
  });
  const course = new MethodCourse({ adaptation, readout: ownHeads(adaptation) }, {}, infloraPlan(options), bench, MEASURES);
  const diagnostics = [];
  const interference = [];
  for (const task of tasks) {
    await learn(course, task, { epochs: 4, planned: 3 });
    diagnostics.push(course.subspaces());
    interference.push(course.interference());
  }
  return { course, seen, diagnostics, interference, tasks };
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

  it('reports dimension, type, threshold and angles, of each old task', async () => {
    const { diagnostics, seen } = await run({ rank: 2, lamb: 0.95 });
    expect(diagnostics.map((one) => one?.threshold.toFixed(4))).toEqual(['0.9500', '0.9667', '0.9833']);
    diagnostics.forEach((one, t) =>
      one?.sites.forEach((site, l) => {
        const memory = seen.memories[t]?.[l];
        expect(site).toMatchObject({ block: l, input: 'qkv', dimension: memory?.columns, type: memory?.type, of: TINY.dim, freeRank: 2 });
        expect(site.angles.length).toBe(t);
        for (const { smallest, mean } of site.angles) {
          expect(smallest).toBeLessThanOrEqual(mean);
          expect(mean).toBeLessThanOrEqual(90 + 1e-9);
        }
      }),
    );
  });

  it('adapts every linear map when asked: B of each orthogonal to the memory there, retained directions untouched', async () => {
    const { seen } = await run({ preset: 'paper', rank: 2, lamb: 0.8, lame: 0.9, targets: 'all' });
    let checked = 0;
    for (const [t, designs] of seen.designs.entries()) {
      designs.forEach(({ down }, site) => {
        const { block = -1, input = 'qkv', size = 0 } = seen.before[t]?.[site] ?? {};
        const memory = seen.memories[t - 1]?.[site];
        if (!memory || memory.type === 'retain') return;
        const overlap = multiply(down, memory.basis, 2, size, memory.columns);
        expect(largestDifference(overlap, new Float64Array(overlap.length)), `${block} ${input}`).toBeLessThan(1e-12);
        const targets = input === 'qkv' ? ['q', 'k', 'v'] : [input];
        for (const adapter of seen.adapters[t]?.filter((each) => each.block === block && targets.includes(each.target)) ?? []) {
          const update = multiply(adapter.up, adapter.down, adapter.up.length / 2, 2, size);
          const moved = multiply(update, memory.basis, adapter.up.length / 2, size, memory.columns);
          // The basis is double, the adapter single precision.
          expect(Math.max(...moved.map(Math.abs))).toBeLessThan(1e-6 * Math.max(1, ...update.map(Math.abs)));
          checked++;
        }
      });
    }
    expect(checked).toBeGreaterThanOrEqual(6);
    expect(seen.adapters[0]?.map(({ target }) => target)).toEqual([0, 1].flatMap(() => ['q', 'k', 'v', 'proj', 'fc1', 'fc2']));
  });

  it('measures interference as defined: shares of old and new output changed by the increments, by hand', async () => {
    const { interference, seen } = await run({ rank: 2, lamb: 0.95 });
    const { dim } = TINY;
    const [increment] = seen.adapters[1] ?? [];
    const map = interference[1]?.maps[0];
    if (!increment || !map) throw new Error('nothing was trained');
    expect(map).toMatchObject({ block: 0, target: 'k' });
    expect(interference[1]?.maps.map(({ target }) => target)).toEqual(['k', 'v', 'k', 'v']);
    const energy = (matrix: ArrayLike<number>, moment: ArrayLike<number>) => {
      const moved = multiply(matrix, moment, dim, dim, dim);
      return moved.reduce((total, value, i) => total + value * (matrix[i] ?? 0), 0);
    };
    const update = multiply(increment.up, increment.down, dim, 2, dim);
    // W before the second task: the pre-trained keys and the first task's increment.
    const before = (await tinyBench().model.checkpoint()).tensors.get('blocks.0.attn.qkv.weight')?.data.subarray(dim * dim, 2 * dim * dim);
    const [first] = seen.adapters[0] ?? [];
    const learned = multiply(first?.up ?? [], first?.down ?? [], dim, 2, dim);
    const weight = learned.map((value, i) => value + (before?.[i] ?? 0));
    const old = seen.after[0]?.[0]?.values ?? [];
    const fresh = seen.before[1]?.[0]?.values ?? [];
    expect(map.old[0]).toBeCloseTo(energy(update, old) / energy(weight, old), 6);
    expect(map.new).toBeCloseTo(energy(update, fresh) / energy(weight, fresh), 6);
    const trace = Array.from({ length: dim }, (_, i) => old[i * (dim + 1)] ?? 0).reduce((a, b) => a + b);
    const norm = update.reduce((sum, value) => sum + value * value, 0);
    expect(map.random[0]).toBeCloseTo((norm * trace) / dim / energy(weight, old), 6);
    expect(interference[0]?.maps[0]?.old).toEqual([]);
  });

  it('disturbs old outputs less with protection than without', async () => {
    const ratio = async (options: InfloraOptions) => {
      const { interference } = await run({ rank: 2, ...options });
      const all = interference.flatMap((one) => one?.maps.flatMap((map) => map.old.map((old) => (old ?? 0) / (map.new ?? 1))) ?? []);
      return all.reduce((sum, value) => sum + value, 0) / all.length;
    };
    expect(await ratio({ preset: 'paper' })).toBeLessThan(await ratio({ preset: 'paper', projection: 'none' }));
  });

  it('goes on when nothing is free any more: zero rows, frozen increments, old weights kept', async () => {
    const { diagnostics, seen, course, tasks } = await run({ preset: 'paper', rank: 3, lamb: 1 });
    expect(diagnostics[2]?.sites.map(({ freeRank }) => freeRank)).toEqual([0, 0]);
    for (const { down } of seen.adapters[2] ?? []) expect(Math.max(...down.map(Math.abs))).toBe(0);
    expect(diagnostics[2]?.sites[0]?.angles[0]).toEqual({ smallest: 90, mean: 90 });
    const [, , last] = tasks;
    if (last) expect(await accuracy(course, last, true)).toBeGreaterThan(0.9);
  });

  it('accepts tasks beyond the plan', async () => {
    const { diagnostics } = await run({ rank: 2 }, tinyTasks([2, 2, 2, 2]));
    expect(diagnostics[3]?.threshold).toBeCloseTo(0.95 + 0.05 * (3 / 4), 12);
  });

  it('stops measuring, and says how much it would have taken, when old second moments exceed their budget', async () => {
    const bench = tinyBench();
    // Lower triangles of f32.
    const one = 2 * TINY.dim * (TINY.dim + 1) * TINY.depth;
    const weights = 8 * TINY.depth * 2 * TINY.dim ** 2;
    const meter = new InterferenceMeter({
      model: () => bench.model,
      targets: ['k', 'v'],
      multiply: MEASURES.multiply,
      mostBytes: 2 * one + weights,
    });
    const found = [];
    for (const { train } of tinyTasks([2, 2, 2])) {
      const gather = async () => {
        const moments = bench.model.secondMoments();
        await moments.add(train.batch([0, 1]));
        return moments.finish();
      };
      await meter.before(await gather());
      found.push(await meter.after(await gather(), 2));
    }
    expect(found.map((each) => each?.maps[0]?.old.length ?? null)).toEqual([0, 1, null]);
    expect(meter.exceeded).toBe(3 * one + weights);
    expect(meter.inputs).toEqual([]);
  });
});

describe('InfLoRA + classifier alignment', () => {
  it('aligns from the second task on, and raises the accuracy over all classes here', async () => {
    const tasks = tinyTasks([2, 2, 2]);
    const plain = tinyCourse('inflora', { rank: 2 });
    const aligned = tinyCourse('inflora-ca', { rank: 2 });
    const mean = async (course: Course) => {
      let sum = 0;
      for (const task of tasks) sum += (await accuracy(course, task)) / tasks.length;
      return sum;
    };
    const [first, ...later] = tasks;
    const probe = first?.test.batch([0, 1]);
    if (!first || !probe) throw new Error('no probe');
    const own = async (course: Course) => (await course.scores(probe)).scores.get('own');
    for (const course of [plain, aligned]) await learn(course, first);
    expect(await own(aligned)).toEqual(await own(plain));
    for (const course of [plain, aligned]) for (const task of later) await learn(course, task);
    expect(await mean(aligned)).toBeGreaterThanOrEqual(await mean(plain));
  });
});
