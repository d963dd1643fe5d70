/** Rehearsal and distillation through the methods that are made of them, against closed forms on the network's own features. */
import { describe, expect, it } from 'vitest';
import type { LabelledBatch } from '../compute/images';
import type { Classifier } from '../vit/checkpoint';
import { createDerpp } from './methods/derpp';
import { createReplay } from './methods/experience-replay';
import { createLwf } from './methods/lwf';
import { scoreFeatures } from './heads';
import type { Bench, LearningBatch, Method } from './method';
import type { Task } from './stream';
import { tinyBench, tinyTasks } from './testing/tiny';

const [first, second] = tinyTasks([2, 3]);
if (!first || !second) throw new Error('two tasks expected');
const FULL = { adapt: 'full', rank: 1 } as const;
const STILL = { backbone: 0, classifier: 0 };
const SURE = { backbone: 0.05, classifier: 0.05 };
const sgd = (): Bench => ({ ...tinyBench(), optimizer: { kind: 'sgd', momentum: 0, weightDecay: 0 } });

const batchOf = (task: Task, positions: readonly number[]): LearningBatch => ({
  ...task.train.batch(positions),
  ...{ positions, epoch: 0, epochs: 1, augmented: false },
});
const begin = async ({ adaptation }: Method, task: Task): Promise<void> => {
  for await (const _ of adaptation.begin(task, 2, { features: null, moments: [] })) continue;
};
const end = async ({ adaptation }: Method, task: Task): Promise<void> => {
  for await (const _ of adaptation.end(task)) continue;
};

/** By image: as the network and these heads see them now. */
async function logitsOf({ adaptation: { model } }: Method, batch: LabelledBatch, heads: Classifier): Promise<number[][]> {
  const all = scoreFeatures(await model.features(batch), batch.count, model.config.dim, heads);
  const columns = heads.bias.length;
  return Array.from({ length: batch.count }, (_, i) => [...all.subarray(i * columns, (i + 1) * columns)]);
}
const logSoftmax = (logits: readonly number[]): number[] => {
  const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
  return logits.map((logit) => logit - total);
};
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const crossEntropy = (logits: readonly (readonly number[])[], labels: Int32Array, from: number, to: number): number =>
  mean(logits.map((row, i) => -(logSoftmax(row.slice(from, to))[(labels[i] ?? NaN) - from] ?? NaN)));

describe('experience replay', () => {
  it.each(['seen', 'task'] as const)('has the cross-entropy of new and drawn images (new ones among %s)', async (newImages) => {
    const method = createReplay(sgd(), { images: 6, drawn: 6, newImages, ...FULL });
    await begin(method, first);
    await method.adaptation.step(batchOf(first, [0, 3, 9, 14]), SURE);
    await end(method, first);
    await begin(method, second);
    await method.adaptation.losses();
    const batch = batchOf(second, [1, 10, 20]);
    // All that is kept comes back: the four images of the first task, whatever the order.
    const old = method.past.store.images([0, 1, 2, 3]);
    if (!old) throw new Error('images expected');
    const { heads } = method.adaptation;
    const [news, olds] = [await logitsOf(method, batch, heads), await logitsOf(method, old, heads)];
    await method.adaptation.step(batch, STILL);
    const expected =
      newImages === 'task'
        ? crossEntropy(news, batch.labels, 2, 5) + crossEntropy(olds, old.labels, 0, 5)
        : (3 * crossEntropy(news, batch.labels, 0, 5) + 4 * crossEntropy(olds, old.labels, 0, 5)) / 7;
    expect((await method.adaptation.losses())[0]).toBeCloseTo(expected, 5);
    expect(method.past.store.count).toBe(6);
  });

  it('keeps the pixels of before augmentation, and augments what it draws', async () => {
    const method = createReplay(sgd(), { images: 4, drawn: 4, newImages: 'seen', ...FULL });
    await begin(method, first);
    const plain = first.train.batch([0, 9]);
    const seeds: number[] = [];
    const batch: LearningBatch = {
      ...batchOf(first, [0, 9]),
      pixels: new Uint8Array(plain.pixels.length),
      augmented: true,
      augmentation: {
        original: () => plain,
        apply: (images, seed) => {
          seeds.push(seed);
          return { ...images, pixels: images.pixels.map((value) => 255 - value) };
        },
      },
    };
    await method.adaptation.step(batch, STILL);
    expect(method.past.store.images([0, 1])).toEqual(plain);
    await method.adaptation.losses();
    await method.adaptation.step(batch, STILL);
    expect(seeds).toHaveLength(1);
    const { heads } = method.adaptation;
    const drawn = { ...plain, pixels: plain.pixels.map((value) => 255 - value) };
    const all = [...(await logitsOf(method, batch, heads)), ...(await logitsOf(method, drawn, heads))];
    const labels = Int32Array.of(...plain.labels, ...plain.labels);
    expect((await method.adaptation.losses())[0]).toBeCloseTo(crossEntropy(all, labels, 0, 2), 5);
  });
});

describe('DER++', () => {
  const options = { images: 8, drawn: 8, ...FULL };

  it('keeps the logits of before an image’s own step', async () => {
    const method = createDerpp(sgd(), { ...options, alpha: 0.3, beta: 0.5 });
    await begin(method, first);
    const batch = batchOf(first, [2, 11, 12]);
    const before = await logitsOf(method, batch, method.adaptation.heads);
    await method.adaptation.step(batch, SURE);
    before.forEach((row, slot) => {
      const kept = method.past.store.at(slot).logits ?? [];
      row.forEach((logit, c) => expect(kept[c]).toBeCloseTo(logit, 5));
    });
    await end(method, first);
    const after = await logitsOf(method, batch, method.adaptation.heads);
    expect(Math.abs((after[0]?.[0] ?? NaN) - (before[0]?.[0] ?? NaN))).toBeGreaterThan(1e-3);
  });

  it('loses nothing to logits that the network still has, and the mean square to those that it has no longer, in columns there were', async () => {
    const method = createDerpp(sgd(), { ...options, alpha: 0.7, beta: 0 });
    await begin(method, first);
    const batch = batchOf(first, [2, 11, 12]);
    await method.adaptation.step(batch, STILL);
    await method.adaptation.step(batch, SURE);
    const [alone, again] = await method.adaptation.losses();
    expect(again).toBeCloseTo(alone ?? NaN, 6);
    await end(method, first);
    await begin(method, second);
    const fresh = batchOf(second, [4, 5]);
    const { heads } = method.adaptation;
    const slots = Array.from({ length: method.past.store.count }, (_, slot) => slot);
    const kept = slots.map((slot) => method.past.store.at(slot).logits ?? new Float32Array());
    const old = method.past.store.images(slots);
    if (!old) throw new Error('images expected');
    const now = await logitsOf(method, old, heads);
    const squares = kept.map((row, i) => mean(Array.from(row, (logit, c) => ((now[i]?.[c] ?? NaN) - logit) ** 2)));
    expect(kept.map(({ length }) => length)).toEqual(slots.map(() => 2));
    await method.adaptation.step(fresh, STILL);
    const news = crossEntropy(await logitsOf(method, fresh, heads), fresh.labels, 0, 5);
    expect(mean(squares)).toBeGreaterThan(1e-4);
    expect((await method.adaptation.losses())[0]).toBeCloseTo(news + 0.7 * mean(squares), 5);
  });
});

describe('LwF', () => {
  const temperature = 2;
  const lwf = async (lambda: number) => {
    const method = createLwf(sgd(), { lambda, temperature, ...FULL });
    await begin(method, first);
    await method.adaptation.step(batchOf(first, [0, 9]), SURE);
    await end(method, first);
    await begin(method, second);
    await method.adaptation.losses();
    return method;
  };

  it('begins with the entropy of its teacher, which pulls nowhere', async () => {
    const batch = batchOf(second, [0, 9, 17]);
    const [without, held] = [await lwf(0), await lwf(4)];
    const logits = await logitsOf(held, batch, held.adaptation.heads);
    const entropies = logits.map((row) => {
      const soft = logSoftmax(row.slice(0, 2).map((logit) => logit / temperature));
      return -soft.reduce((sum, value) => sum + Math.exp(value) * value, 0);
    });
    for (const method of [without, held]) await method.adaptation.step(batch, SURE);
    const [[plain], [loss]] = [await without.adaptation.losses(), await held.adaptation.losses()] as [[number], [number]];
    expect(plain).toBeCloseTo(crossEntropy(logits, batch.labels, 2, 5), 5);
    expect(loss - plain).toBeCloseTo(4 * mean(entropies), 5);
    const [a, b] = [await without.adaptation.model.features(batch), await held.adaptation.model.features(batch)];
    a.forEach((value, i) => expect(b[i]).toBeCloseTo(value, 5));
  });

  it('is held to the network before the task, which stands still', async () => {
    const batch = batchOf(second, [0, 9, 17]);
    const method = await lwf(4);
    const teacher = await logitsOf(method, batch, method.adaptation.heads);
    for (let i = 0; i < 3; i++) await method.adaptation.step(batch, SURE);
    await method.adaptation.losses();
    await method.adaptation.step({ ...batch, augmented: true }, STILL);
    await method.adaptation.step(batch, STILL);
    const losses = await method.adaptation.losses();
    await end(method, second);
    const student = await logitsOf(method, batch, method.adaptation.heads);
    const apart = student.map((row, i) => {
      const soft = (logits: readonly number[] = []) => logSoftmax(logits.slice(0, 2).map((logit) => logit / temperature));
      const own = soft(row);
      return -soft(teacher[i]).reduce((sum, value, c) => sum + Math.exp(value) * (own[c] ?? NaN), 0);
    });
    const expected = crossEntropy(student, batch.labels, 2, 5) + 4 * mean(apart);
    // Asked anew and remembered alike.
    for (const loss of losses) expect(loss).toBeCloseTo(expected, 5);
  });
});
