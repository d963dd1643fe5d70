/** What the penalised and projected methods promise, in closed form. */
import { describe, expect, it } from 'vitest';
import type { Adapter } from '../../compute/backbone';
import { mlMatrixAlgebra } from '../testing/ml-matrix-algebra';
import { learn, tinyBench, tinyCourse, tinyTasks } from '../testing/tiny';
import { survey } from '../gather';
import { plainModel } from '../testing/plain-device';
import { PastSums, selfRegularisation } from './c-lora';
import { orthogonality } from './o-lora';

const [first, second] = tinyTasks([2, 2]);
if (!first || !second) throw new Error('two tasks expected');

const pair = (up: number[], down: number[]): Adapter => ({
  ...{ block: 0, target: 'k', rank: 1, up: Float32Array.from(up), down: Float32Array.from(down) },
});

describe('C-LoRA', () => {
  it('has no penalty on the first task, and on the third the sum of both increments as its past', () => {
    const fresh = pair([1, 1], [1, 1]);
    expect(selfRegularisation([fresh], [], 5)).toEqual([]);
    const elsewhere = { ...pair([9, 9], [9, 9]), target: 'v' } as const;
    const [penalty] = selfRegularisation([fresh], [pair([1, 2], [3, 4]), elsewhere, pair([0, 1], [-1, 1])], 5);
    expect(penalty).toEqual({ kind: 'product', weight: 5, adapter: 'blocks.0.k', past: Float32Array.of(3, 4, 5, 9) });
  });

  it('adds to the sum what a task has learned, to the same numbers as from the beginning', () => {
    const fresh = pair([1, 1], [1, 1]);
    const past = [pair([0.1, 0.2], [0.3, 0.4]), pair([0.5, -0.6], [0.7, 0.1]), pair([1 / 3, 0.9], [0.2, -0.3])];
    const whole = new PastSums().of('blocks.0.k', fresh, past);
    const sums = new PastSums();
    for (const tasks of [1, 2]) sums.of('blocks.0.k', fresh, past.slice(0, tasks)).fill(NaN);
    expect(sums.of('blocks.0.k', fresh, past)).toEqual(whole);
    expect(sums.of('blocks.0.k', fresh, past)).toEqual(whole);
    // Another past, as that of a run that was saved.
    expect(sums.of('blocks.0.k', fresh, structuredClone(past))).toEqual(whole);
    expect(sums.of('blocks.0.k', fresh, past.slice(0, 1))).toEqual(new PastSums().of('blocks.0.k', fresh, past.slice(0, 1)));
  });
});

describe('O-LoRA', () => {
  it('asks a fresh pair to avoid the rows of all earlier ones; the factor is part of its up', () => {
    const options = { lambda1: 0.5, lambda2: 0.3, scaling: 4 };
    const fresh = pair([1, 1], [1, 1]);
    const past = [pair([1, 2], [3, 4]), pair([0, 1], [-1, 1])];
    expect(orthogonality([fresh], past, options)).toEqual([
      { kind: 'row-overlap', weight: 0.5, name: 'blocks.0.k.down', rows: Float32Array.of(3, 4, -1, 1) },
      { kind: 'norm', weight: 0.3, name: 'blocks.0.k.down' },
      { kind: 'norm', weight: 0.3 / 4, name: 'blocks.0.k.up' },
    ]);
    expect(orthogonality([fresh], [], { ...options, lambda2: 0 })).toEqual([]);
  });

  it('with a large weight, rows come out at right angles to the earlier ones', async () => {
    const overlapOf = async (lambda1: number): Promise<number> => {
      const course = tinyCourse('o-lora', { rank: 2, lambda1 });
      await learn(course, first, { epochs: 2 });
      await learn(course, second, { epochs: 12, rate: 0.005 });
      const { increments } = await course.learned();
      const [old, fresh] = [increments?.[0]?.down ?? [], increments?.[4]?.down ?? []];
      let sum = 0;
      for (let i = 0; i < 2; i++)
        for (let j = 0; j < 2; j++) sum += Math.abs(Array.from({ length: 12 }, (_, d) => (old[i * 12 + d] ?? NaN) * (fresh[j * 12 + d] ?? NaN)).reduce((a, b) => a + b)); // prettier-ignore
      return sum;
    };
    expect(await overlapOf(10)).toBeLessThan(0.2 * (await overlapOf(0)));
  });
});

describe('EWC', () => {
  it('with a large weight, what mattered stands still', async () => {
    const movedUnder = async (lambda: number): Promise<number> => {
      const bench = tinyBench();
      const course = tinyCourse('ewc', { lambda }, bench);
      await learn(course, first, { epochs: 4, rate: 0.005 });
      const before = await bench.model.checkpoint();
      await learn(course, second, { epochs: 4, rate: 0.005 });
      const after = await bench.model.checkpoint();
      let square = 0;
      for (const [name, { data }] of before.tensors) data.forEach((value, i) => (square += ((after.tensors.get(name)?.data[i] ?? NaN) - value) ** 2)); // prettier-ignore
      return Math.sqrt(square);
    };
    expect(await movedUnder(1e6)).toBeLessThan(0.6 * (await movedUnder(0)));
  });
});

describe('GPM', () => {
  it('never moves along what the first task used, by Adam neither: (W_after − W_before) M = 0', async () => {
    const bench = tinyBench();
    const course = tinyCourse('gpm', { threshold: 0.999, growth: 0 }, bench);
    await learn(course, first, { epochs: 2 });
    const before = await bench.model.checkpoint();
    const moments = survey({ model: plainModel(before) }, first.train, 8, { inputs: ['fc1'], features: false }, 'gather');
    let next = await moments.next();
    while (!next.done) next = await moments.next();
    const used = next.value.moments[0]?.values ?? new Float32Array();
    const protectedBefore = course.subspaces()?.sites.find(({ input }) => input === 'fc1')?.dimension ?? 0;
    expect(protectedBefore).toBeGreaterThan(0);
    await learn(course, second, { epochs: 4 });
    const after = await bench.model.checkpoint();
    const change = (name: string): Float64Array =>
      Float64Array.from(after.tensors.get(name)?.data ?? [], (value, i) => value - (before.tensors.get(name)?.data[i] ?? NaN));
    const moved = change('blocks.0.mlp.fc1.weight');
    expect(Math.hypot(...moved)).toBeGreaterThan(1e-2);
    const site = course.subspaces()?.sites.find(({ input }) => input === 'fc1');
    expect(site?.dimension).toBeGreaterThan(protectedBefore);
    const { vectors } = await mlMatrixAlgebra.leftSingular(Float64Array.from(used), 12);
    for (let column = 0; column < 12; column++) {
      const along = Array.from({ length: moved.length / 12 }, (_, row) =>
        Array.from({ length: 12 }, (__, d) => (moved[row * 12 + d] ?? NaN) * (vectors[d * 12 + column] ?? NaN)).reduce((x, y) => x + y),
      );
      if (column < protectedBefore) expect(Math.hypot(...along)).toBeLessThan(1e-4 * Math.hypot(...moved));
    }
    // Biases, norms and embeddings stay to the bit.
    for (const name of before.tensors.keys()) {
      if (!/(qkv|proj|fc1|fc2)\.weight$/.test(name) || name.startsWith('patch'))
        expect(
          change(name).every((value) => value === 0),
          name,
        ).toBe(true);
    }
  });
});
