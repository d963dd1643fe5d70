import { describe, expect, it } from 'vitest';
import { promptName } from '../../compute/prompts';
import { expectClose } from '../../compute/testing/compare';
import { HandOptimizer } from '../../compute/testing/hand-optimizer';
import { TaskPrompts } from '../methods/dualprompt';
import { NearestPrompts } from '../methods/l2p';
import { createRng } from '../rng';
import { plainModel } from '../testing/plain-device';
import { ADAM, tinyCheckpoint, tinyTasks } from '../testing/tiny';
import { blocksOf } from './blocks';
import { addKeyGradient, cosines, largest } from './cosine';
import { HostOptimizer } from './host-optimizer';
import { MixedPrompts } from './mixed';
import { addOrthogonality, orthogonalRows } from './orthogonal';
import { Queries } from './queries';

const rng = createRng(5);
const draw = (length: number): Float32Array => Float32Array.from({ length }, () => rng.normal());
const tasks = tinyTasks([2, 2, 2]);
const [first, second, third] = tasks;
if (!first || !second || !third) throw new Error('three tasks expected');

/** Central differences of `value` over `values`, which may round to float32. */
function slopes(values: Float32Array, value: () => number): number[] {
  return Array.from(values, (before, i) => {
    values[i] = before + 1e-3;
    const [above, up] = [value(), values[i] ?? NaN];
    values[i] = before - 1e-3;
    const [below, down] = [value(), values[i] ?? NaN];
    values[i] = before;
    return (above - below) / (up - down);
  });
}

describe('what prompts have on the CPU', () => {
  it('pulls keys along the gradient of their cosine', () => {
    const [queries, keys] = [draw(2 * 5), draw(3 * 5)];
    const gradient = new Float64Array(15);
    addKeyGradient(gradient, -0.3, queries, 1, keys, 2, 5);
    expectClose(
      gradient,
      slopes(keys, () => -0.3 * (cosines(queries, 2, keys, 3, 5)[5] ?? NaN)),
      1e-5,
      'keys',
    );
    expect([...cosines([3, 4], 1, [4, 3, -6, -8, 0, 2], 3, 2)].map((value) => value.toFixed(6))).toEqual([
      '0.960000',
      '-1.000000',
      '0.800000',
    ]);
    expect(largest([1, 3, 2, 3], 3)).toEqual([1, 3, 2]);
  });

  it.each([ADAM, { ...ADAM, weightDecay: 0.1 }, { kind: 'sgd', momentum: 0.9, weightDecay: 0.1 } as const])(
    'moves by %o as by hand, and from a state to the bit',
    (kind) => {
      const hand = new HandOptimizer(kind);
      const values = draw(7);
      let expected: ArrayLike<number> = values.slice(2, 6);
      let optimizer = new HostOptimizer(kind, 4);
      for (let step = 0; step < 3; step++) {
        const gradient = draw(4);
        expected = hand.update(expected, gradient, 0.05);
        const before = values.slice();
        const again = HostOptimizer.restored(kind, structuredClone(optimizer.state()));
        optimizer.step(values, gradient, 0.05, 2);
        again.step(before, gradient, 0.05, 2);
        expect(before).toEqual(values);
        optimizer = again;
      }
      expectClose(values.slice(2, 6), expected, 1e-6, 'values');
    },
  );

  it('draws new rows orthogonal to all before, as far as they fit, and keeps those', () => {
    const some = orthogonalRows(new Float32Array(0), 3, 6, rng);
    const rows = orthogonalRows(some, 8, 6, rng);
    expect(rows.slice(0, 18)).toEqual(some);
    for (let i = 0; i < 8; i++)
      for (let j = 0; j <= i; j++) {
        const dot = rows.slice(i * 6, i * 6 + 6).reduce((sum, value, d) => sum + value * (rows[j * 6 + d] ?? NaN), 0);
        if (i === j) expect(dot).toBeCloseTo(1, 5);
        else if (i < 6) expect(Math.abs(dot)).toBeLessThan(1e-5);
      }
  });

  it('penalises rows that are not, and only the newest follow', () => {
    const x = draw(4 * 3);
    const gradient = new Float64Array(2 * 3);
    const penalty = addOrthogonality(gradient, 0.2, x, 3, 2);
    const gram = (i: number, j: number) => [0, 1, 2].reduce((sum, d) => sum + (x[i * 3 + d] ?? NaN) * (x[j * 3 + d] ?? NaN), 0);
    let byHand = 0;
    for (let i = 0; i < 4; i++) for (let j = 0; j < 4; j++) byHand += (0.2 / 16) * (gram(i, j) - (i === j ? 1 : 0)) ** 2;
    expect(penalty).toBeCloseTo(byHand, 8);
    expectClose(gradient, slopes(x, () => addOrthogonality(new Float64Array(12), 0.2, x, 3, 0)).slice(6), 1e-4, 'rows');
  });

  it('asks for a query once an image, and again for every augmented one', async () => {
    const model = plainModel(tinyCheckpoint());
    let asked = 0;
    const counted = {
      ...model,
      config: model.config,
      features: (images: Parameters<typeof model.features>[0]) => model.features(images).finally(() => asked++),
    };
    const queries = new Queries(counted as never);
    queries.begin(first.train.count);
    const at = (positions: number[], augmented = false) => ({ ...first.train.batch(positions), positions, epoch: 0, epochs: 1, augmented });
    const found = await queries.of(at([3, 1]));
    await queries.of(at([2, 0]));
    expect(asked).toBe(2);
    const kept = new Queries(counted as never);
    kept.restore(structuredClone(queries.state()));
    const again = await kept.of(at([0, 1, 2, 3]));
    expect(asked).toBe(2);
    expect(again.slice(3 * 12)).toEqual(found.slice(0, 12));
    await kept.of(at([0, 1], true));
    await kept.of(at([0, 1], true));
    expect(asked).toBe(4);
  });

  it('takes the blocks that are named, if there are such', () => {
    expect(blocksOf(undefined, 2, 3, 4)).toEqual([2, 3]);
    expect(blocksOf([1], 2, 3, 4)).toEqual([1]);
    expect(() => blocksOf([4], 2, 3, 4)).toThrow(/block 4.*blocks 0 to 3/);
  });
});

describe('L2P', () => {
  const make = (choice: 'image' | 'batch', pool = 3) =>
    new NearestPrompts(2, ADAM, {
      ...{ pool, length: 1, picks: 2, pull: 0.5, clip: 1, choice },
      ...{ prompts: draw(6), keys: Float32Array.of(1, 0, 0, 1, -1, 0) },
    });
  // Nearest first: keys 0 and 1; 0 and 1; 2 and 1.
  const queries = Float32Array.of(1, 0.1, 1, 0.5, -1, 0.2);

  it('gives each image its nearest, or all what most have', () => {
    expect([...make('image').picksOf(queries, 3)]).toEqual([0, 1, 0, 1, 2, 1]);
    // Key 1 has three votes, key 0 two, key 2 one.
    expect([...make('batch').picksOf(queries, 3)]).toEqual([1, 0, 1, 0, 1, 0]);
    expect(() => make('image', 1)).toThrow(/pick 2 of 1/);
  });

  it('pulls chosen keys alone, by λ / n of their cosines, and as much as the clip leaves', () => {
    const prompter = make('image');
    const { loss, mix, squares = NaN } = prompter.choose(queries, 3);
    const near = cosines(queries, 3, prompter.keys, 3, 2);
    const chosen = [0, 1, 3, 4, 8, 7].reduce((sum, at) => sum + (near[at] ?? NaN), 0);
    expect(loss).toBeCloseTo((-0.5 / 3) * chosen, 10);
    expect([...(mix.get('prompts') ?? [])]).toEqual([1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0]);
    const gradient = prompter.gradient ?? new Float64Array();
    expect(squares).toBeCloseTo(
      gradient.reduce((sum, value) => sum + value ** 2, 0),
      12,
    );
    expectClose(
      gradient,
      slopes(prompter.keys, () => prompter.choose(queries, 3).loss),
      1e-4,
      'keys',
    );
  });
});

describe('DualPrompt', () => {
  const make = (options: object) =>
    new TaskPrompts(2, ADAM, {
      ...{
        generalLength: 2,
        expertLength: 4,
        generalBlocks: [0],
        expertBlocks: [1, 3],
        keys: 'task',
        candidates: 'seen',
        pull: 'sum',
        start: 'fresh',
      },
      draw: (what, count, { block, task }) =>
        Float32Array.from({ length: count }, (_, i) => (what === 'key' ? (i === 0 ? 1 : 1 - task) : 100 * task + 10 * block + i)),
      ...options,
    });

  it('gives each task an expert of its own, room for those planned, and more where tasks are appended', () => {
    const prompter = make({});
    const prompts = prompter.begin(first, 2, []);
    expect(prompts.map(({ place, size, length, learns }) => [promptName(place), size, length, learns])).toEqual([
      ['blocks.0.prompts', 1, 2, undefined],
      ['blocks.1.prompts', 2, 4, { from: 0, to: 1 }],
      ['blocks.3.prompts', 2, 4, { from: 0, to: 1 }],
    ]);
    const later = prompter.begin(third, 3, prompts);
    expect(later[1]?.size).toBe(3);
    expect(later[1]?.pool.slice(0, 16)).toEqual(prompts[1]?.pool);
    expect(later[1]?.pool[16]).toBe(210);
    expect(later[1]?.learns).toEqual({ from: 2, to: 3 });
    expect(prompter.size).toBe(3 * 2);
  });

  it('may start a task from the prompts of the one before', () => {
    const prompter = make({ start: 'previous' });
    const prompts = prompter.begin(first, 2, []);
    expect(prompter.begin(second, 2, prompts)[1]?.pool.slice(8)).toEqual(prompts[1]?.pool.slice(0, 8));
  });

  it('looks with the expert of the nearest key: of tasks that were learned, or of all', () => {
    // Keys (1, 1) and (1, 0).
    for (const [candidates, expected] of [
      ['seen', 0],
      ['all', 1],
    ] as const) {
      const prompter = make({ candidates });
      prompter.begin(first, 2, []);
      expect(prompter.picksOf(Float32Array.of(1, -0.2), 1).map((picks) => [...picks])).toEqual([[expected]]);
      prompter.begin(second, 2, []);
      expect(prompter.picksOf(Float32Array.of(1, -0.2, 1, 0.9), 2).map((picks) => [...picks])).toEqual([[1, 0]]);
    }
    const alone = make({ keys: 'block', candidates: 'all' });
    alone.begin(first, 2, []);
    expect(alone.picksOf(Float32Array.of(1, 1), 1)).toHaveLength(2);
    const mix = alone.mix(Float32Array.of(1, -0.2), 1);
    expect([...mix].map(([name, values]) => [name, ...values])).toEqual([
      ['blocks.0.prompts', 1],
      ['blocks.1.prompts', 0, 1],
      ['blocks.3.prompts', 0, 1],
    ]);
  });

  it("pulls the task's own key, and no other moves", () => {
    const prompter = make({});
    prompter.begin(second, 3, []);
    const queries = Float32Array.of(0.3, 1, -1, 2);
    const { loss } = prompter.choose(queries, 2);
    const [keys] = prompter.keys;
    const near = cosines(queries, 2, keys?.subarray(2, 4) ?? [], 1, 2);
    expect(loss).toBeCloseTo(2 - (near[0] ?? NaN) - (near[1] ?? NaN), 10);
    const before = keys?.slice() ?? new Float32Array();
    prompter.update(null, 0.1);
    expect(keys?.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(keys?.slice(4)).toEqual(before.slice(4));
    // Adam's first step: the rate, against the sign of the gradient.
    const [gradient] = prompter.gradients;
    expectClose(
      [...(keys?.slice(2, 4) ?? [])].map((value, i) => value - (before[2 + i] ?? NaN)),
      [...(gradient ?? [])].map((g) => -0.1 * Math.sign(g)),
      1e-5,
      'step',
    );
  });
});

describe('CODA-Prompt', () => {
  const make = (orthogonality = 0) =>
    new MixedPrompts(4, ADAM, { components: 6, length: 2, orthogonality, blocks: [0, 1], rng: createRng(9) });
  const queries = draw(3 * 4);

  it('shares its components out over the tasks planned; what is appended brings as many', () => {
    const prompter = make();
    const prompts = prompter.begin(first, 3, []);
    expect(prompts.map(({ size, length, learns }) => [size, length, learns])).toEqual([0, 1].map(() => [2, 2, { from: 0, to: 2 }]));
    const keys = prompter.parts[0]?.keys.slice();
    const next = prompter.begin(second, 3, prompts);
    expect(next[0]?.learns).toEqual({ from: 2, to: 4 });
    expect(next[0]?.pool.slice(0, 16)).toEqual(prompts[0]?.pool);
    expect(prompter.parts[0]?.keys.slice(0, 8)).toEqual(keys);
    expect(prompter.size).toBe(2 * 2 * 4 * 4);
  });

  it('weighs a component by the cosine of q ∘ a and k', () => {
    const prompter = make();
    prompter.begin(first, 3, []);
    const mix = prompter.mix(queries, 3).get('blocks.1.prompts');
    const { keys, attentions } = prompter.parts[1] ?? { keys: [], attentions: [] };
    const seen = Float32Array.from({ length: 4 }, (_, d) => (queries[8 + d] ?? NaN) * (attentions[4 + d] ?? NaN));
    expect(mix?.[2 * 2 + 1]).toBeCloseTo(cosines(seen, 1, keys.slice(4), 1, 4)[0] ?? NaN, 6);
  });

  it('moves the newest keys and attentions along their gradient, with the penalty, and no other', () => {
    const prompter = make(0.1);
    prompter.begin(second, 3, prompter.begin(first, 3, []));
    const slope = new Map([0, 1].map((block) => [promptName({ block }), draw(3 * 4)]));
    const value = (): number => {
      const { mix, loss } = prompter.choose(queries, 3);
      return (
        loss + [...slope].reduce((sum, [name, values]) => sum + values.reduce((all, s, i) => all + s * (mix.get(name)?.[i] ?? NaN), 0), 0)
      );
    };
    const [before] = prompter.parts.map(({ keys, attentions }) => ({ keys: keys.slice(), attentions: attentions.slice() }));
    const { keys = draw(0), attentions = draw(0) } = prompter.parts[0] ?? {};
    const [ofKeys, ofAttentions] = [slopes(keys, value).slice(8), slopes(attentions, value).slice(8)];
    prompter.choose(queries, 3);
    prompter.update({ mix: slope, squares: null, logits: null }, 0.01);
    const [gradients] = prompter.gradients;
    expectClose(gradients?.[0], ofKeys, 2e-3, 'keys');
    expectClose(gradients?.[1], ofAttentions, 2e-3, 'attentions');
    expect(keys.slice(0, 8)).toEqual(before?.keys.slice(0, 8));
    expect(attentions.slice(0, 8)).toEqual(before?.attentions.slice(0, 8));
    expect(keys.slice(8)).not.toEqual(before?.keys.slice(8));
    expect(() => prompter.update(null, 0.1)).toThrow(/no gradient of its weights/);
  });
});
