import { describe, expect, it } from 'vitest';
import type { TrainSpec } from '../backbone';
import type { Conformance } from './context';
import { tinySpec } from './checks-trainer';
import { expectClose } from './compare';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier, tinyConfig } from './fixtures';
import { OracleVit } from './oracle-vit';

const config = tinyConfig();
const checkpoint = tinyCheckpoint(config);
const adapters = tinyAdapters(config, ['k', 'v'], 2, 4, true);
const LOCAL = { from: 2, to: 5 } as const;
const RATES = { backbone: 0.01, classifier: 0.01 } as const;
const SPECS: readonly (readonly [string, TrainSpec])[] = [
  ['InfLoRA', tinySpec],
  ['full fine-tuning', { ...tinySpec, trainables: { ...tinySpec.trainables, backbone: 'all', adapters: 'none' } }],
];

export function lifetimeChecks({ device, tolerance, steps, oneMethod }: Conformance): void {
  describe('lifetime', () => {
    for (const [name, spec] of oneMethod ? SPECS.slice(0, 1) : SPECS) {
      it(`holds the same buffers and bytes after ${steps} steps of ${name}`, async () => {
        const empty = device().memory();
        const model = await device().load(checkpoint);
        if (name === 'InfLoRA') model.attach(adapters);
        const trainer = model.train(spec);
        const batches = [3, 4, 1].map((count) => tinyBatch(config, count, count, LOCAL));
        const run = async (count: number): Promise<void> => {
          for (let step = 0; step < count; step++) {
            const batch = batches[step % batches.length];
            if (batch) await trainer.step(batch, RATES);
          }
          expect(await trainer.losses()).toHaveLength(count);
          await model.features(tinyBatch(config, 3));
        };
        await run(3);
        const early = device().memory();
        expect(early.bytes).toBeGreaterThan(empty.bytes);
        await run(steps - 3);
        expect(device().memory()).toEqual(early);
        trainer.dispose();
        model.dispose();
        expect(device().memory()).toEqual(empty);
      });
    }

    it('holds nothing more after features, moments, gradients, activations, merges and forks', async () => {
      const empty = device().memory();
      const model = await device().load(checkpoint);
      const loaded = device().memory();
      const batch = tinyBatch(config, 3, 3, LOCAL);
      for (let round = 0; round < 3; round++) {
        await model.features(batch);
        await model.activations(batch);
        const moments = model.secondMoments();
        await moments.add(batch);
        await moments.add(batch);
        if (round === 0) moments.dispose();
        else await moments.finish();
        model.attach(adapters);
        const trainer = model.train(tinySpec);
        await trainer.gradients(batch);
        await trainer.step(batch, RATES);
        trainer.dispose();
        model.merge();
        await model.checkpoint();
        const fork = await model.fork();
        await fork.features(batch);
        fork.dispose();
        expect(device().memory(), `round ${round}`).toEqual(loaded);
      }
      model.dispose();
      expect(device().memory()).toEqual(empty);
    });

    it('forks into models that go their own way', async () => {
      const batch = tinyBatch(config, 3, 50, LOCAL);
      const expected = new OracleVit(checkpoint).forward(batch).features;
      const model = await device().load(checkpoint);
      const fork = await model.fork();
      expect(await fork.adapters()).toEqual([]);
      const trainer = fork.train({ ...tinySpec, trainables: { backbone: 'all', adapters: 'none', classifier: LOCAL } });
      await trainer.step(batch, { backbone: 0.1, classifier: 0.1 });
      const trained = await fork.features(batch);
      expect(Math.abs((trained[0] ?? NaN) - (expected[0] ?? NaN))).toBeGreaterThan(1e-3);
      expectClose(await model.features(batch), expected, tolerance, 'the original after the fork was trained');
      model.attach(adapters);
      model.merge();
      expect(await fork.features(batch)).toEqual(trained);
      model.dispose();
      expect(await fork.features(batch)).toEqual(trained);
      fork.dispose();
    });

    it('leaves adapters behind in a fork', async () => {
      const batch = tinyBatch(config, 2, 51, LOCAL);
      const model = await device().load(checkpoint);
      model.attach(adapters);
      const fork = await model.fork();
      expectClose(await fork.features(batch), new OracleVit(checkpoint).forward(batch).features, tolerance, 'the fork');
      expectClose(await model.features(batch), new OracleVit(checkpoint, adapters).forward(batch).features, tolerance, 'the original');
      fork.dispose();
      model.dispose();
    });

    it('takes calls in order, awaited or not', async () => {
      const batch = tinyBatch(config, 3, 52, LOCAL);
      const before = new OracleVit(checkpoint, adapters).forward(batch).features;
      const model = await device().load(checkpoint);
      model.attach(adapters);
      const trainer = model.train(tinySpec);
      const first = model.features(batch);
      const step = trainer.step(batch, { backbone: 0.1, classifier: 0.1 });
      const second = model.features(batch);
      await step;
      expectClose(await first, before, tolerance, 'features asked for before the step');
      const oracle = new OracleVit(checkpoint, await model.adapters());
      expectClose(await second, oracle.forward(batch).features, tolerance, 'features asked for after the step');
      model.dispose();
    });

    it('refuses every call after dispose', async () => {
      const batch = tinyBatch(config, 2, 53, LOCAL);
      const model = await device().load(checkpoint);
      model.attach(adapters);
      const trainer = model.train(tinySpec);
      const moments = model.secondMoments();
      model.dispose();
      model.dispose();
      await expect(model.features(batch)).rejects.toThrow(/disposed/i);
      await expect(model.activations(batch)).rejects.toThrow(/disposed/i);
      await expect(model.adapters()).rejects.toThrow(/disposed/i);
      await expect(model.checkpoint()).rejects.toThrow(/disposed/i);
      await expect(model.fork()).rejects.toThrow(/disposed/i);
      expect(() => model.attach([])).toThrow(/disposed/i);
      expect(() => model.merge()).toThrow(/disposed/i);
      expect(() => model.train(tinySpec)).toThrow(/disposed/i);
      expect(() => model.secondMoments()).toThrow(/disposed/i);
      await expect(trainer.step(batch, RATES)).rejects.toThrow(/disposed/i);
      await expect(trainer.losses()).rejects.toThrow(/disposed/i);
      await expect(moments.add(batch)).rejects.toThrow(/disposed/i);
    });

    it('refuses a disposed trainer and finished moments, not the model', async () => {
      const batch = tinyBatch(config, 2, 54, LOCAL);
      const model = await device().load(checkpoint);
      const trainer = model.train({
        ...tinySpec,
        trainables: { backbone: 'none', adapters: 'none', classifier: LOCAL },
        classifier: tinyClassifier(config, 5),
      });
      trainer.dispose();
      trainer.dispose();
      await expect(trainer.step(batch, RATES)).rejects.toThrow(/disposed/i);
      await expect(trainer.gradients(batch)).rejects.toThrow(/disposed/i);
      await expect(trainer.classifier()).rejects.toThrow(/disposed/i);
      const moments = model.secondMoments();
      await moments.add(batch);
      await moments.finish();
      await expect(moments.add(batch)).rejects.toThrow(/disposed/i);
      expect(await model.features(batch)).toHaveLength(2 * config.dim);
      model.dispose();
    });
  });
}
