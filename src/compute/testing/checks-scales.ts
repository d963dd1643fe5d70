import { describe, expect, it } from 'vitest';
import type { Adapter, AdapterTarget, TrainSpec } from '../backbone';
import { crossEntropy } from '../objective';
import { expectClose } from './compare';
import type { Conformance } from './context';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier, tinyConfig } from './fixtures';
import { HandOptimizer } from './hand-optimizer';
import { OracleVit } from './oracle-vit';

const LOCAL = { from: 1, to: 4 } as const;
const SGD = { kind: 'sgd', momentum: 0.9, weightDecay: 0.01 } as const;
const TARGETS = ['q', 'k', 'v', 'proj', 'fc1', 'fc2'] as const satisfies readonly AdapterTarget[];

/** One number a place, or one for all. */
const each = (adapters: readonly Adapter[]): Adapter[] =>
  adapters.map((adapter, i) => ({ ...adapter, scale: { name: `${adapter.block}.${adapter.target}`, value: 0.6 + 0.2 * (i % 4) } }));
const shared = (adapters: readonly Adapter[], name: string, value: number): Adapter[] =>
  adapters.map((adapter) => ({ ...adapter, scale: { name, value } }));
const frozen = (adapters: readonly Adapter[]): Adapter[] => adapters.map((adapter) => ({ ...adapter, frozen: true }));

const SIZES = [
  ['5 tokens', tinyConfig()],
  ['65 tokens, an odd width', tinyConfig({ imageSize: 32, dim: 6, heads: 2, mlpDim: 10, depth: 1 })],
] as const;

/** Scales of adapters: forward and backward, alone and shared, of frozen pairs, merged, trained. */
export function scaleChecks({ device, tolerance, quick }: Conformance): void {
  const config = tinyConfig();
  const cases = (of = config): readonly (readonly [string, 'up' | 'both', Adapter[]])[] => [
    ['one a pair, both factors trained', 'both', each(tinyAdapters(of, TARGETS, 2))],
    ['one a pair, beside a pair without', 'both', [...tinyAdapters(of, ['k', 'v'], 1, 6), ...each(tinyAdapters(of, ['k', 'fc1'], 3, 7))]],
    [
      'one for all of a task, above frozen pairs of two others',
      'both',
      [
        ...shared(frozen(tinyAdapters(of, ['q', 'v'], 2, 4)), 'task0', 0.8),
        ...shared(frozen(tinyAdapters(of, ['q', 'v'], 3, 5)), 'task1', -0.4),
        ...shared(tinyAdapters(of, ['q', 'v'], 1, 6), 'task2', 0.7),
      ],
    ],
    ['pairs of K and V that share a down, up trained', 'up', shared(tinyAdapters(of, ['k', 'v'], 2, 5, true), 'both', 1.3)],
    ['scales of frozen pairs alone', 'up', shared(frozen(tinyAdapters(of, ['proj', 'fc2'], 2, 5)), 'one', 0.9)],
  ];
  const specOf = (adapters: 'up' | 'both', of = config): TrainSpec => ({
    trainables: { backbone: 'none', adapters, classifier: LOCAL },
    ...{ objective: crossEntropy(LOCAL), optimizer: SGD, maxBatch: 33, classifier: tinyClassifier(of, 5) },
  });

  describe('scales of adapters', () => {
    const known = () => device().info.engine === 'plan';

    it('are refused by name where the engine has none', async () => {
      if (known()) return;
      const model = await device().load(tinyCheckpoint(config));
      expect(() => model.attach(each(tinyAdapters(config, ['k'], 1)))).toThrow(/scale.*blocks\.0\.k/);
      model.dispose();
    });

    for (const [size, of] of quick ? SIZES.slice(0, 1) : SIZES)
      for (const [name, learns, adapters] of cases(of))
        it(`are as float64 has them: ${name}; ${size}`, async () => {
          if (!known()) return;
          const checkpoint = tinyCheckpoint(of);
          const model = await device().load(checkpoint);
          try {
            const oracle = new OracleVit(checkpoint, adapters, tinyClassifier(of, 5));
            const batch = tinyBatch(of, 3, 8, LOCAL);
            model.attach(adapters);
            // Values pass through float32.
            const given = adapters.map(({ scale, ...rest }) => ({
              ...rest,
              ...(scale && { scale: { ...scale, value: Math.fround(scale.value) } }),
            }));
            expect(await model.adapters()).toEqual(given);
            const attached = await model.features(batch);
            expectClose(attached, oracle.forward(batch).features, tolerance, 'features');
            const trainer = model.train(specOf(learns, of));
            const { loss, gradients } = await trainer.gradients(batch);
            expect(loss).toBeCloseTo(oracle.loss(batch, LOCAL), 5);
            const scales = new Set(adapters.flatMap(({ scale }) => (scale ? [`scale.${scale.name}`] : [])));
            expect([...gradients.keys()].filter((key) => key.startsWith('scale.')).sort()).toEqual([...scales].sort());
            for (const [key, gradient] of gradients) {
              const indices = Array.from({ length: Math.min(gradient.length, 6) }, (_, i) => Math.floor((i * gradient.length) / 6));
              const numeric = oracle.gradient(key, batch, LOCAL, { indices });
              const whole = Math.hypot(...gradient) || 1;
              numeric.forEach((value, i) =>
                expect(Math.abs((gradient[indices[i] ?? 0] ?? NaN) - value) / whole, key).toBeLessThan(10 * tolerance),
              );
            }
            trainer.dispose();
            model.merge();
            expectClose(await model.features(batch), attached, tolerance, 'features after the merge');
          } finally {
            model.dispose();
          }
        });

    it('follow the optimiser as everything that learns', async () => {
      if (!known()) return;
      const adapters = cases()[2]?.[2] ?? [];
      const model = await device().load(tinyCheckpoint(config));
      try {
        model.attach(adapters);
        const trainer = model.train(specOf('both'));
        const hands = new Map<string, HandOptimizer>();
        for (let step = 0; step < 3; step++) {
          const batch = tinyBatch(config, 4, 20 + step, LOCAL);
          const present = async () => new Map((await model.adapters()).flatMap(({ scale }) => (scale ? [[scale.name, scale.value]] : [])));
          const [before, { gradients }] = [await present(), await trainer.gradients(batch)];
          await trainer.step(batch, { backbone: 0.05, classifier: 0.05 });
          const after = await present();
          for (const [name, value] of before) {
            const hand = hands.get(name) ?? new HandOptimizer(SGD);
            hands.set(name, hand);
            const expected = hand.update([value], gradients.get(`scale.${name}`) ?? [], 0.05);
            expect(after.get(name), name).toBeCloseTo(expected[0] ?? NaN, 6);
            expect(after.get(name)).not.toBe(value);
          }
        }
        expect((await model.adapters()).slice(0, 4).map(({ up }) => up)).toEqual(adapters.slice(0, 4).map(({ up }) => up));
      } finally {
        model.dispose();
      }
    });

    it('of one name have one value', async () => {
      if (!known()) return;
      const model = await device().load(tinyCheckpoint(config));
      const [a, b] = tinyAdapters(config, ['k', 'v'], 1);
      if (!a || !b) throw new Error('two adapters expected');
      expect(() => model.attach([...shared([a], 'one', 1), ...shared([b], 'one', 2)])).toThrow(/"one".* 1 and 2/);
      model.dispose();
    });
  });
}
