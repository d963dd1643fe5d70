import { describe, expect, it } from 'vitest';
import type { Optimizer, RateFactor, TrainSpec } from '../backbone';
import { crossEntropy } from '../objective';
import { parameters } from './checks-optimizer';
import { expectClose } from './compare';
import type { Conformance } from './context';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier, tinyConfig } from './fixtures';
import { HandOptimizer } from './hand-optimizer';

const config = tinyConfig();
const checkpoint = tinyCheckpoint(config);
const CLASSES = { from: 0, to: 4 } as const;
const RATES = { backbone: 0.02, classifier: 0.05 } as const;
const adapters = tinyAdapters(config, ['k', 'v', 'fc2'], 2);

const FACTORS: readonly RateFactor[] = [
  { match: 'blocks.0.*', factor: 0 },
  { match: 'pos_embed', factor: 0.5 },
  { match: '*.norm1.*', factor: 0.25 },
  { match: 'blocks.*.v.up', factor: 3 },
];
/** The same, name by name: the last that matches counts. */
function factorOf(name: string): number {
  if (/^blocks\.\d\.v\.up$/.test(name)) return 3;
  if (name.includes('.norm1.')) return 0.25;
  if (name === 'pos_embed') return 0.5;
  return name.startsWith('blocks.0.') ? 0 : 1;
}

const OPTIMIZERS = [
  ['Adam', { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.01 }],
  ['SGD', { kind: 'sgd', momentum: 0.9, weightDecay: 0.01 }],
] as const satisfies readonly (readonly [string, Optimizer])[];

const specOf = (optimizer: Optimizer, rates: readonly RateFactor[]): TrainSpec => ({
  trainables: { backbone: 'all', adapters: 'both', classifier: CLASSES },
  ...{ objective: crossEntropy(CLASSES), optimizer, maxBatch: 3, classifier: tinyClassifier(config, CLASSES.to), rates },
});

/** Learning rates of parts of what is trained. */
export function rateChecks({ device, tolerance }: Conformance): void {
  describe('learning rates by name', () => {
    for (const [name, optimizer] of OPTIMIZERS) {
      it(`multiply the backbone's in ${name}, and leave what has the factor 0 as it was`, async () => {
        const model = await device().load(checkpoint);
        try {
          model.attach(adapters);
          const trainer = model.train(specOf(optimizer, FACTORS));
          const hand = new Map<string, HandOptimizer>();
          for (const step of [0, 1, 2]) {
            const batch = tinyBatch(config, 3, 20 + step, CLASSES);
            const before = await parameters(model, trainer, adapters);
            const { gradients } = await trainer.gradients(batch);
            await trainer.step(batch, RATES);
            const after = await parameters(model, trainer, adapters);
            for (const [parameter, value] of before) {
              const state = hand.get(parameter) ?? new HandOptimizer(optimizer);
              hand.set(parameter, state);
              const rate = parameter.startsWith('classifier.') ? RATES.classifier : RATES.backbone * factorOf(parameter);
              const expected = state.update(value, gradients.get(parameter) ?? [], rate);
              if (rate === 0) expect(after.get(parameter), parameter).toEqual(value);
              else expectClose(after.get(parameter), expected, tolerance, `${parameter}, step ${step}`);
            }
          }
        } finally {
          model.dispose();
        }
      });
    }

    it('are refused where nothing has the name, or no number is given', async () => {
      const model = await device().load(checkpoint);
      const before = device().memory();
      try {
        const train = (match: string, factor: number) => () => model.train(specOf(OPTIMIZERS[0][1], [{ match, factor }]));
        model.attach(adapters);
        expect(train('blocks.2.*', 1)).toThrow(/"blocks\.2\.\*".*nothing/);
        expect(train('classifier.*', 1)).toThrow(/"classifier/);
        expect(train('blocks.0.q.up', 1)).toThrow(/q\.up/);
        expect(train('*', -1)).toThrow(/-1/);
        model.attach([]);
        expect(device().memory()).toEqual(before);
      } finally {
        model.dispose();
      }
    });
  });
}
