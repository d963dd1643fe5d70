import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Adapter, ComputeDevice, ModelState, Optimizer, Trainables, Trainer, TrainerState, TrainSpec, VitModel } from '../backbone';
import { crossEntropy } from '../objective';
import type { Conformance } from './context';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier, tinyConfig } from './fixtures';

const config = tinyConfig();
const checkpoint = tinyCheckpoint(config);
const LOCAL = { from: 2, to: 5 } as const;
const STEPS = { before: 3, after: 3 } as const;

const OPTIMIZERS: readonly Optimizer[] = [
  { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.01 },
  { kind: 'sgd', momentum: 0.9, weightDecay: 0.01 },
];

interface Case {
  readonly name: string;
  readonly learns: Pick<Trainables, 'backbone' | 'adapters'>;
  /** Merged by an earlier task, and trained now. */
  readonly merged: readonly Adapter[];
  readonly adapters: readonly Adapter[];
}

const CASES: readonly Case[] = [
  { name: 'all weights', learns: { backbone: 'all', adapters: 'none' }, merged: [], adapters: [] },
  {
    name: 'up on K and V that share a down, after a merge',
    learns: { backbone: 'none', adapters: 'up' },
    merged: tinyAdapters(config, ['k', 'v'], 2, 4, true).slice(2),
    adapters: tinyAdapters(config, ['k', 'v'], 2, 5, true),
  },
  {
    name: 'both factors of pairs that once shared a down, above frozen ones',
    learns: { backbone: 'none', adapters: 'both' },
    merged: [],
    adapters: [
      ...tinyAdapters(config, ['v', 'fc2'], 1, 6).map((adapter) => ({ ...adapter, frozen: true })),
      ...tinyAdapters(config, ['q', 'v'], 2, 7, true),
    ],
  },
];

const specOf = (optimizer: Optimizer, { learns }: Case): TrainSpec => ({
  trainables: { ...learns, classifier: LOCAL },
  ...{ objective: crossEntropy(LOCAL), optimizer, maxBatch: 4, classifier: tinyClassifier(config, 6) },
});

async function steps(trainer: Trainer, from: number, to: number): Promise<void> {
  for (let step = from; step < to; step++) {
    await trainer.step(tinyBatch(config, 4 - (step % 2), 30 + step, LOCAL), { backbone: 0.02 / (step + 1), classifier: 0.05 });
  }
}

/** All that was learned. */
async function left(model: VitModel, trainer: Trainer) {
  const [losses, classifier, adapters] = [await trainer.losses(), await trainer.classifier(), await model.adapters()];
  return {
    losses,
    classifier,
    adapters,
    tensors: (await model.checkpoint()).tensors,
    features: await model.features(tinyBatch(config, 2)),
  };
}

/** A run stopped between two steps and taken up elsewhere, bit for bit. */
export function stateChecks({ device, open }: Conformance): void {
  describe('state', () => {
    let elsewhere: ComputeDevice | undefined;
    beforeAll(async () => {
      elsewhere = await open();
    }, 180_000);
    afterAll(() => elsewhere?.dispose());
    /** A fork of the untouched model there, as a fresh page has it. */
    const fresh = async (): Promise<VitModel> => {
      if (!elsewhere) throw new Error('No second device was opened');
      return (await elsewhere.load(checkpoint)).fork();
    };

    for (const one of CASES)
      for (const optimizer of OPTIMIZERS) {
        it(`of ${one.name} with ${optimizer.kind} goes on in a fresh model of a fresh device as if nothing had been`, async () => {
          const untouched = await device().load(checkpoint);
          const model = await untouched.fork();
          const second = await fresh();
          try {
            model.attach(one.merged);
            model.merge();
            model.attach(one.adapters);
            const trainer = model.train(specOf(optimizer, one));
            await steps(trainer, 0, STEPS.before);
            const asked: Promise<[ModelState, TrainerState]> = Promise.all([model.state(), trainer.state()]);
            await trainer.losses();
            // What comes after is not in it, awaited or not.
            await steps(trainer, STEPS.before, STEPS.before + STEPS.after);
            const [ofModel, ofTrainer] = structuredClone(await asked);

            await second.restore(ofModel);
            const again = second.train(specOf(optimizer, one));
            await again.restore(ofTrainer);
            await steps(again, STEPS.before, STEPS.before + STEPS.after);
            const expected = await left(model, trainer);
            expect(expected.losses).toHaveLength(STEPS.after);
            expect(await left(second, again)).toEqual(expected);
            expect(await second.state()).toEqual(await model.state());
            expect(await again.state()).toEqual(await trainer.state());
            // Later trainings start alike too: whose `down` is whose came along.
            again.dispose();
            trainer.dispose();
            const last = { ...specOf(optimizer, one), trainables: { ...one.learns, classifier: LOCAL } };
            for (const opened of [model.train(last), second.train(last)]) await steps(opened, 0, 2);
            expect(await second.state()).toEqual(await model.state());
          } finally {
            model.dispose();
            untouched.dispose();
            second.dispose();
          }
        });
      }

    it('of an untouched model is empty, and that of a trained one holds what changed alone', async () => {
      const model = await device().load(checkpoint);
      try {
        expect(await model.state()).toEqual({ weights: {}, adapters: [] });
        model.attach(tinyAdapters(config, ['k', 'v'], 2, 5, true).slice(2));
        expect((await model.state()).adapters.map(({ down }) => typeof down)).toEqual(['object', 'number']);
        model.merge();
        const { weights, adapters } = await model.state();
        expect(Object.keys(weights)).toHaveLength(1);
        expect(adapters).toEqual([]);
      } finally {
        model.dispose();
      }
    });

    it('is refused where it does not fit', async () => {
      const [all, up] = CASES;
      if (!all || !up) throw new Error('There are cases');
      const [adam, sgd] = OPTIMIZERS;
      if (!adam || !sgd) throw new Error('There are optimisers');
      const model = await device().load(checkpoint);
      const wide = await device().load(tinyCheckpoint(tinyConfig({ dim: 12 })));
      try {
        model.attach(up.adapters);
        model.merge();
        const state = await model.state();
        await expect(model.restore(state)).rejects.toThrow(/as it was loaded/);
        await expect(wide.restore(state)).rejects.toThrow(/"blocks?\.0.*another/);
        const second = await fresh();
        await expect(
          second.restore({ weights: {}, adapters: [{ block: 0, target: 'k', rank: 1, up: new Float32Array(8), down: 3 }] }),
        ).rejects.toThrow(/3/);
        second.dispose();
        const trainer = model.train(specOf(adam, all));
        await expect(model.restore(state)).rejects.toThrow(/trainer/);
        const taken = await trainer.state();
        trainer.dispose();
        const other = model.train(specOf(sgd, all));
        await expect(other.restore(taken)).rejects.toThrow(/"second\..*another/);
        await expect(other.restore({ steps: 1, values: {} })).rejects.toThrow(/no values "/);
      } finally {
        model.dispose();
        wide.dispose();
      }
    });
  });
}
