import { describe, expect, it } from 'vitest';
import type { Optimizer, StepRates, Trainables, TrainSpec } from '../backbone';
import { crossEntropy } from '../objective';
import { parameters } from './checks-optimizer';
import { expectClose } from './compare';
import type { Conformance } from './context';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier, tinyConfig } from './fixtures';
import { HandOptimizer } from './hand-optimizer';

const CLASSES = { from: 0, to: 4 } as const;
const ADAM: Optimizer = { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.01 };
const SGD: Optimizer = { kind: 'sgd', momentum: 0.9, weightDecay: 0 };
type Learns = Pick<Trainables, 'backbone' | 'adapters'>;

/** Steps that hold the backbone, and moving averages of what learns. */
export function averageChecks({ device, tolerance, quick, steps }: Conformance): void {
  const config = tinyConfig();
  const adapters = tinyAdapters(config, ['k', 'v', 'fc2'], 2).map((adapter, i) => ({ ...adapter, scale: { name: `s${i}`, value: 1 } }));
  const both: Learns = { backbone: 'none', adapters: 'both' };
  const specOf = (optimizer: Optimizer, learns: Learns = both): TrainSpec => ({
    trainables: { ...learns, classifier: CLASSES },
    ...{ objective: crossEntropy(CLASSES), optimizer, maxBatch: 4, classifier: tinyClassifier(config, CLASSES.to) },
  });
  const batchOf = (step: number) => tinyBatch(config, 4 - (step % 2), 20 + step, CLASSES);
  const known = () => device().info.engine === 'plan';

  describe('a step that holds the backbone', () => {
    for (const optimizer of quick ? [ADAM] : [ADAM, SGD])
      it(`trains the classifier alone, and starts the others' count when they thaw: ${optimizer.kind}`, async () => {
        const model = await device().load(tinyCheckpoint(config));
        try {
          if (!known()) {
            const trainer = model.train(specOf(optimizer, { backbone: 'all', adapters: 'none' }));
            await expect(trainer.step(batchOf(0), { backbone: null, classifier: 0.1 })).rejects.toThrow(/hold/);
            return;
          }
          model.attach(adapters);
          const trainer = model.train(specOf(optimizer));
          const hands = new Map<string, HandOptimizer>();
          const present = async () => {
            const scales = (await model.adapters()).flatMap(({ scale }) =>
              scale ? [[`scale.${scale.name}`, Float32Array.of(scale.value)] as const] : [],
            );
            return new Map([...(await parameters(model, trainer, adapters)), ...scales]);
          };
          for (const [step, held] of [true, true, false, true, false].entries()) {
            const batch = batchOf(step);
            const rates: StepRates = { backbone: held ? null : 0.03, classifier: 0.05 };
            const [before, { gradients, loss }] = [await present(), await trainer.gradients(batch)];
            await trainer.step(batch, rates);
            expect((await trainer.losses())[0]).toBeCloseTo(loss, 5);
            const after = await present();
            for (const [name, value] of before) {
              const ofClassifier = name.startsWith('classifier.');
              const gradient = gradients.get(name);
              if (!gradient || (held && !ofClassifier)) {
                expect(after.get(name), `${name}, step ${step}`).toEqual(value);
                continue;
              }
              const hand = hands.get(name) ?? new HandOptimizer(optimizer);
              hands.set(name, hand);
              expectClose(after.get(name), hand.update(value, gradient, ofClassifier ? 0.05 : 0.03), tolerance, `${name}, step ${step}`);
            }
          }
        } finally {
          model.dispose();
        }
      });
  });

  describe('a moving average', () => {
    const learners: readonly (readonly [string, Learns])[] = [
      ['adapters and scales', both],
      ['all weights', { backbone: 'all', adapters: 'none' }],
    ];
    for (const [name, learns] of quick ? learners.slice(0, 1) : learners)
      it(`of ${name} is the sum of what was, each less by the step; held steps count too`, async () => {
        const model = await device().load(tinyCheckpoint(config));
        try {
          if (!known()) {
            expect(() => model.train({ ...specOf(ADAM, { backbone: 'all', adapters: 'none' }), average: {} })).toThrow(/average/);
            return;
          }
          if (learns.adapters !== 'none') model.attach(adapters);
          const trainer = model.train({ ...specOf(ADAM, learns), average: {} });
          const present = async () => {
            const values = await parameters(model, trainer, learns.adapters === 'none' ? [] : adapters);
            for (const { scale } of await model.adapters()) if (scale) values.set(`scale.${scale.name}`, Float32Array.of(scale.value));
            return values;
          };
          const start = await trainer.averaged();
          const given = await present();
          const expected = new Map([...start].map(([key, value]) => [key, Float64Array.from(value)]));
          for (const [key, value] of start) expect(value, key).toEqual(given.get(key));
          expect(start.size).toBeGreaterThan(6);
          for (const [step, rates] of [
            { backbone: 0.02, classifier: 0.1, average: 0.1 },
            { backbone: null, classifier: 0.1, average: 0.3 },
            { backbone: 0.02, classifier: 0.1 },
            { backbone: 0.02, classifier: 0.1, average: 0.2 },
          ].entries()) {
            await trainer.step(batchOf(step), rates);
            const now = await present();
            for (const [key, value] of expected)
              value.forEach((old, i) => (value[i] = old + (rates.average ?? 0) * ((now.get(key)?.[i] ?? NaN) - old)));
          }
          const found = await trainer.averaged();
          for (const [key, value] of expected) expectClose(found.get(key), value, tolerance, key);
          // It goes on where it was, elsewhere, and from values that are given.
          const state = structuredClone(await trainer.state());
          trainer.dispose();
          const second = model.train({ ...specOf(ADAM, learns), average: { start } });
          expect(await second.averaged()).toEqual(start);
          await second.restore(state);
          expect(await second.averaged()).toEqual(found);
          expect(await second.state()).toEqual(state);
          second.dispose();
          const other = new Map([...start].slice(1));
          expect(() => model.train({ ...specOf(ADAM, learns), average: { start: other } })).toThrow(/no values "/);
        } finally {
          model.dispose();
        }
      });

    it('keeps memory flat, and is not to be had where none was asked for', async () => {
      if (!known()) return;
      const model = await device().load(tinyCheckpoint(config));
      try {
        model.attach(adapters);
        const trainer = model.train({ ...specOf(ADAM), average: {} });
        await trainer.step(batchOf(0), { backbone: 0.01, classifier: 0.01, average: 0.1 });
        await trainer.step(batchOf(0), { backbone: null, classifier: 0.01, average: 0.1 });
        await trainer.losses();
        const before = device().memory();
        for (let step = 0; step < steps; step++) {
          await trainer.step(batchOf(0), { backbone: step % 3 === 0 ? null : 0.01, classifier: 0.01, average: 0.1 });
          if (step % 20 === 19) await trainer.losses();
        }
        expect(device().memory()).toEqual(before);
        trainer.dispose();
        const without = model.train(specOf(ADAM));
        await expect(without.averaged()).rejects.toThrow(/no moving average/);
      } finally {
        model.dispose();
      }
    });
  });
}
