import { describe, expect, it } from 'vitest';
import type { TrainSpec } from '../backbone';
import { expectClose } from './compare';
import type { Conformance } from './context';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier, tinyConfig } from './fixtures';
import { OracleVit } from './oracle-vit';
import { crossEntropy } from '../objective';

const config = tinyConfig();
const checkpoint = tinyCheckpoint(config);
const classifier = tinyClassifier(config, 6);
const adapters = tinyAdapters(config, ['k', 'v'], 2, 4, true);
const LOCAL = { from: 2, to: 5 } as const;
const STILL = { backbone: 0, classifier: 0 } as const;
const RATES = { backbone: 0.01, classifier: 0.01 } as const;

export const tinySpec: TrainSpec = {
  trainables: { backbone: 'none', adapters: 'up', classifier: LOCAL },
  objective: crossEntropy(LOCAL),
  optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 },
  maxBatch: 7,
  classifier,
};

export function trainerChecks({ device, tolerance, steps: longRun }: Conformance): void {
  describe('trainer', () => {
    it('takes partial batches of 1 to maxBatch, and reports each loss once, in order', async () => {
      const oracle = new OracleVit(checkpoint, adapters, classifier);
      const model = await device().load(checkpoint);
      try {
        model.attach(adapters);
        const trainer = model.train(tinySpec);
        const expected: number[] = [];
        for (const count of [7, 1, 2, 3, 6, 5, 4]) {
          const batch = tinyBatch(config, count, 30 + count, LOCAL);
          expected.push(oracle.loss(batch, LOCAL));
          await trainer.step(batch, STILL);
        }
        const losses = await trainer.losses();
        expectClose(losses, expected, tolerance, 'losses');
        expect(await trainer.losses()).toEqual([]);
        await trainer.step(tinyBatch(config, 2, 30, LOCAL), STILL);
        expect(await trainer.losses()).toHaveLength(1);
        await expect(trainer.step(tinyBatch(config, 8, 1, LOCAL), STILL)).rejects.toThrow(/8.*7/);
      } finally {
        model.dispose();
      }
    });

    it('keeps every loss when they are not read for long', async () => {
      const model = await device().load(checkpoint);
      try {
        const trainer = model.train({ ...tinySpec, trainables: { ...tinySpec.trainables, adapters: 'none' } });
        const steps = Math.min(150, longRun);
        for (let step = 0; step < steps; step++) await trainer.step(tinyBatch(config, 1, step, LOCAL), STILL);
        const losses = await trainer.losses();
        expect(losses).toHaveLength(steps);
        const oracle = new OracleVit(checkpoint, [], classifier);
        expectClose(
          losses,
          losses.map((_, step) => oracle.loss(tinyBatch(config, 1, step, LOCAL), LOCAL)),
          tolerance,
          'losses',
        );
      } finally {
        model.dispose();
      }
    });

    it('learns: the loss of one batch falls', async () => {
      const model = await device().load(checkpoint);
      try {
        model.attach(adapters);
        const trainer = model.train(tinySpec);
        const batch = tinyBatch(config, 6, 40, LOCAL);
        for (let step = 0; step < 12; step++) await trainer.step(batch, { backbone: 0.03, classifier: 0.03 });
        const losses = await trainer.losses();
        expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] ?? NaN));
      } finally {
        model.dispose();
      }
    });

    it('changes the declared trainables and nothing else', async () => {
      const model = await device().load(checkpoint);
      try {
        model.attach(adapters);
        const trainer = model.train(tinySpec);
        await trainer.step(tinyBatch(config, 5, 41, LOCAL), RATES);
        const after = await trainer.classifier();
        const changed = Array.from(after.bias, (value, c) => value !== classifier.bias[c]);
        expect(changed).toEqual([false, false, true, true, true, false]);
        expect(after.weight.slice(0, 2 * config.dim)).toEqual(classifier.weight.slice(0, 2 * config.dim));
        expect(after.weight.slice(5 * config.dim)).toEqual(classifier.weight.slice(5 * config.dim));
        const trained = await model.adapters();
        trained.forEach((adapter, i) => {
          expect(adapter.down).toEqual(adapters[i]?.down);
          expect(adapter.up).not.toEqual(adapters[i]?.up);
        });
        const { tensors } = await model.checkpoint();
        for (const [name, tensor] of checkpoint.tensors) expect(tensors.get(name), name).toEqual(tensor);
      } finally {
        model.dispose();
      }
    });

    it('trains the classifier alone without touching the features', async () => {
      const model = await device().load(checkpoint);
      try {
        const batch = tinyBatch(config, 5, 42, LOCAL);
        const before = await model.features(batch);
        const trainer = model.train({ ...tinySpec, trainables: { backbone: 'none', adapters: 'none', classifier: LOCAL } });
        await trainer.step(batch, RATES);
        await trainer.step(batch, RATES);
        expect(await model.features(batch)).toEqual(before);
        const [first, second] = await trainer.losses();
        expect(second).toBeLessThan(first ?? NaN);
      } finally {
        model.dispose();
      }
    });

    it('keeps rows of the objective that are not trainable as they were, yet in the loss', async () => {
      const oracle = new OracleVit(checkpoint, [], classifier);
      const model = await device().load(checkpoint);
      try {
        const all = { from: 0, to: 6 };
        const batch = tinyBatch(config, 4, 43, all);
        const trainer = model.train({
          ...tinySpec,
          objective: crossEntropy(all),
          trainables: { backbone: 'none', adapters: 'none', classifier: LOCAL },
        });
        await trainer.step(batch, RATES);
        expectClose(await trainer.losses(), [oracle.loss(batch, all)], tolerance, 'loss');
        const after = await trainer.classifier();
        expect(Array.from(after.bias, (value, c) => value !== classifier.bias[c])).toEqual([false, false, true, true, true, false]);
      } finally {
        model.dispose();
      }
    });

    it('is alone on its model', async () => {
      const model = await device().load(checkpoint);
      try {
        model.attach(adapters);
        const trainer = model.train(tinySpec);
        expect(() => model.train(tinySpec)).toThrow(/open/i);
        expect(() => model.attach([])).toThrow(/train/i);
        expect(() => model.merge()).toThrow(/train/i);
        trainer.dispose();
        const next = model.train(tinySpec);
        await next.step(tinyBatch(config, 2, 44, LOCAL), RATES);
        next.dispose();
        model.merge();
      } finally {
        model.dispose();
      }
    });

    it('starts every trainer with a fresh optimiser', async () => {
      const batch = tinyBatch(config, 4, 45, LOCAL);
      const run = async (steps: number): Promise<number[]> => {
        const model = await device().load(checkpoint);
        try {
          const warm = model.train({ ...tinySpec, trainables: { ...tinySpec.trainables, adapters: 'none' } });
          for (let i = 0; i < steps; i++) await warm.step(batch, STILL);
          warm.dispose();
          const trainer = model.train({ ...tinySpec, trainables: { ...tinySpec.trainables, adapters: 'none' } });
          for (let i = 0; i < 3; i++) await trainer.step(batch, RATES);
          return await trainer.losses();
        } finally {
          model.dispose();
        }
      };
      expect(await run(3)).toEqual(await run(0));
    });
  });
}
