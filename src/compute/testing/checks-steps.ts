import { describe, expect, it } from 'vitest';
import type { ComputeDevice, Trainables, TrainSpec, VitModel } from '../backbone';
import { expectClose } from './compare';
import type { Conformance } from './context';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier, tinyConfig } from './fixtures';
import { crossEntropy } from '../objective';

const config = tinyConfig({ depth: 3 });
const checkpoint = tinyCheckpoint(config);
const LOCAL = { from: 2, to: 5 } as const;
const RATES = { backbone: 0.01, classifier: 0.02 } as const;

type Learns = Pick<Trainables, 'backbone' | 'adapters'>;
const INFLORA: Learns = { backbone: 'none', adapters: 'up' };
const LORA: Learns = { backbone: 'none', adapters: 'both' };
const FULL: Learns = { backbone: 'all', adapters: 'none' };

/** InfLoRA first: the one that is checked where one has to do. */
const METHODS: readonly (readonly [string, Learns])[] = [
  ['InfLoRA', INFLORA],
  ['LoRA', LORA],
  ['full fine-tuning', FULL],
];

const specOf = (learns: Learns, maxBatch = 5): TrainSpec => ({
  trainables: { ...learns, classifier: LOCAL },
  objective: crossEntropy(LOCAL),
  optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 },
  maxBatch,
  classifier: tinyClassifier(config, 6),
});

async function modelFor(device: ComputeDevice, { backbone }: Learns): Promise<VitModel> {
  const model = await device.load(checkpoint);
  if (backbone === 'none') model.attach(tinyAdapters(config, ['k', 'v'], 2, 4, true));
  return model;
}

const BATCHES = [5, 3, 5, 1].map((count, i) => tinyBatch(config, count, 60 + i, LOCAL));

/** Losses, features and the classifier after the batches, with whatever `between` does before each of them. */
async function trained(device: ComputeDevice, learns: Learns, between: () => Promise<void> = async () => undefined) {
  const model = await modelFor(device, learns);
  try {
    const trainer = model.train(specOf(learns));
    for (const batch of BATCHES) {
      await between();
      await trainer.step(batch, RATES);
    }
    const losses = await trainer.losses();
    return { losses, features: await model.features(tinyBatch(config, 3, 70)), classifier: (await trainer.classifier()).weight };
  } finally {
    model.dispose();
  }
}

/** Whole steps: what they must not depend on. */
export function stepChecks({ device, oneMethod, tolerance }: Conformance): void {
  describe('steps', () => {
    for (const [name, learns] of oneMethod ? METHODS.slice(0, 1) : METHODS) {
      it(`of ${name} give the same bits every time`, async () => {
        expect(await trained(device(), learns)).toEqual(await trained(device(), learns));
      });

      it(`of ${name} give the same numbers where blocks are computed again`, async () => {
        const model = await modelFor(device(), learns);
        try {
          const [kept, again] = await [false, true].reduce<Promise<{ loss: number; gradients: Map<string, Float32Array> }[]>>(
            async (before, recompute) => {
              const found = await before;
              const trainer = model.train({ ...specOf(learns), recompute });
              found.push(await trainer.gradients(tinyBatch(config, 5, 61, LOCAL)));
              trainer.dispose();
              return found;
            },
            Promise.resolve([]),
          );
          expect(again?.loss).toBe(kept?.loss);
          expect(again?.gradients.size).toBeGreaterThan(2);
          for (const [parameter, gradient] of kept?.gradients ?? []) {
            expect(again?.gradients.get(parameter), parameter).toEqual(gradient);
          }
        } finally {
          model.dispose();
        }
      });
    }

    for (const [name, learns] of oneMethod ? METHODS.slice(0, 1) : METHODS) {
      it.each([1, 2, 3])(`of ${name} give the numbers of the whole batch %i images at a time`, async (microBatch) => {
        const model = await modelFor(device(), learns);
        try {
          const batches = [5, 2, 6].map((count) => tinyBatch(config, count, 61 + count, LOCAL));
          const outcome = async (more: Partial<TrainSpec>) => {
            const trainer = model.train({ ...specOf(learns, 6), ...more, logits: true });
            const found = [];
            // A smaller batch after a larger one: what that left behind must not be seen.
            for (const batch of batches) found.push(await trainer.gradients(batch));
            const [first] = batches;
            if (first) await trainer.step(first, { backbone: 0, classifier: 0 });
            const { logits } = await trainer.feedback();
            const [loss] = await trainer.losses();
            trainer.dispose();
            return { found, logits, loss };
          };
          const [whole, parts] = [await outcome({}), await outcome({ microBatch })];
          expectClose([parts.loss ?? NaN], [whole.loss ?? NaN], tolerance, 'loss of a step');
          expectClose(parts.logits ?? [], [...(whole.logits ?? [])], tolerance, 'logits');
          expect(whole.found[0]?.gradients.size).toBeGreaterThan(2);
          whole.found.forEach(({ loss, gradients }, i) => {
            expectClose([parts.found[i]?.loss ?? NaN], [loss], tolerance, 'loss');
            for (const [parameter, gradient] of gradients)
              expectClose(parts.found[i]?.gradients.get(parameter), [...gradient], 5 * tolerance, parameter, 1e-3);
          });
        } finally {
          model.dispose();
        }
      });
    }

    it('with a penalty, a clip, held steps and a moving average are those of the whole batch, two images at a time', async () => {
      const after = async (microBatch?: number) => {
        const model = await modelFor(device(), INFLORA);
        try {
          const name = 'blocks.0.k.up';
          const [importance, anchor] = [0.3, 0.1].map((value) => new Map([[name, new Float32Array(config.dim * 2).fill(value)]] as const));
          if (!importance || !anchor) throw new Error('no penalty');
          const settings: Partial<TrainSpec> = { corrections: [{ kind: 'clip', norm: 0.01 }], average: {} };
          const penalties: TrainSpec['penalties'] = [{ kind: 'quadratic', weight: 2, importance, anchor }];
          const found: Record<string, Float32Array | number[]> = {};
          for (const [kind, more] of Object.entries({ clipped: { ...settings, penalties }, held: { average: {} } })) {
            const trainer = model.train({ ...specOf(INFLORA), ...more, ...(microBatch === undefined ? {} : { microBatch }) });
            for (const [i, batch] of BATCHES.entries())
              await trainer.step(batch, { ...RATES, backbone: kind === 'held' && i % 2 === 0 ? null : RATES.backbone, average: 0.3 });
            found[`${kind} losses`] = await trainer.losses();
            if (kind === 'clipped') found[`${kind} squares`] = [(await trainer.feedback()).squares ?? NaN];
            found[`${kind} classifier`] = (await trainer.classifier()).weight;
            for (const [of, values] of await trainer.averaged()) found[`${kind} average ${of}`] = values;
            trainer.dispose();
          }
          return found;
        } finally {
          model.dispose();
        }
      };
      if (device().info.engine !== 'plan') return;
      const [whole, parts] = [await after(), await after(2)];
      expect(Object.keys(whole).length).toBeGreaterThan(6);
      for (const [what, values] of Object.entries(whole)) expectClose(parts[what], values, 20 * tolerance, what, 1e-2);
    });

    it('of two methods in turns are those of each alone', async () => {
      const alone = await trained(device(), INFLORA);
      const other = await modelFor(device(), FULL);
      try {
        const trainer = other.train(specOf(FULL, 4));
        const inTurns = await trained(device(), INFLORA, () => trainer.step(tinyBatch(config, 4, 80, LOCAL), RATES));
        expect(inTurns).toEqual(alone);
      } finally {
        other.dispose();
      }
    });

    it('do not depend on the largest batch, which may grow and shrink', async () => {
      const model = await modelFor(device(), INFLORA);
      try {
        const batch = tinyBatch(config, 3, 62, LOCAL);
        const losses: number[] = [];
        for (const maxBatch of [3, 33, 4, 3]) {
          const trainer = model.train(specOf(INFLORA, maxBatch));
          losses.push((await trainer.gradients(batch)).loss);
          trainer.dispose();
        }
        expectClose(losses, new Array(4).fill(losses[0]), 1e-6, 'losses');
      } finally {
        model.dispose();
      }
    });
  });
}
