import { describe, it } from 'vitest';
import type { Adapter, ClassRange, Optimizer, Trainables, Trainer, VitModel } from '../backbone';
import { expectClose } from './compare';
import type { Conformance } from './context';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier, tinyConfig } from './fixtures';
import { HandOptimizer } from './hand-optimizer';
import { crossEntropy } from '../objective';

const CLASSES: ClassRange = { from: 0, to: 4 };
const OPTIMIZERS = [
  ['Adam', { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 }],
  ['Adam, other betas, a large ε and weight decay', { kind: 'adam', beta1: 0.8, beta2: 0.95, eps: 1e-2, weightDecay: 0.1 }],
  ['SGD with momentum', { kind: 'sgd', momentum: 0.9, weightDecay: 0 }],
  ['SGD with momentum and weight decay', { kind: 'sgd', momentum: 0.5, weightDecay: 0.1 }],
  ['plain SGD', { kind: 'sgd', momentum: 0, weightDecay: 0 }],
] as const satisfies readonly (readonly [string, Optimizer])[];
const TRAINABLES: readonly (readonly [string, Pick<Trainables, 'backbone' | 'adapters'>])[] = [
  ['up', { backbone: 'none', adapters: 'up' }],
  ['up and down', { backbone: 'none', adapters: 'both' }],
  ['the backbone', { backbone: 'all', adapters: 'none' }],
];

/** Four steps against updates rolled by hand in float64 from the engine's own gradients, with changing rates. */
export function optimizerChecks({ device, tolerance, quick, oneMethod }: Conformance): void {
  const config = tinyConfig();
  const adapters = tinyAdapters(config, ['k', 'v', 'fc2'], 2);

  const short = oneMethod ? TRAINABLES.slice(0, 1) : TRAINABLES.slice(1);
  const learners = quick ? short : TRAINABLES;

  describe('optimisers', () => {
    for (const [optimizerName, optimizer] of quick ? [OPTIMIZERS[1], OPTIMIZERS[3]] : OPTIMIZERS) {
      for (const [trainablesName, trainables] of learners) {
        it(`${optimizerName} on ${trainablesName} and the classifier`, async () => {
          const model = await device().load(tinyCheckpoint(config));
          try {
            model.attach(adapters);
            const trainer = model.train({
              trainables: { ...trainables, classifier: CLASSES },
              objective: crossEntropy(CLASSES),
              optimizer,
              maxBatch: 4,
              classifier: tinyClassifier(config, CLASSES.to),
            });
            const hand = new Map<string, HandOptimizer>();
            const expected = new Map<string, ArrayLike<number>>();
            for (const step of [0, 1, 2, 3]) {
              const batch = tinyBatch(config, 4 - (step % 2), 20 + step, CLASSES);
              const rates = { backbone: 0.01 / (step + 1), classifier: 0.05 / (step + 1) };
              const before = await parameters(model, trainer, adapters);
              const { gradients } = await trainer.gradients(batch);
              for (const [name, gradient] of gradients) {
                const state = hand.get(name) ?? new HandOptimizer(optimizer);
                hand.set(name, state);
                const rate = name.startsWith('classifier.') ? rates.classifier : rates.backbone;
                expected.set(name, state.update(before.get(name) ?? [], gradient, rate));
              }
              await trainer.step(batch, rates);
              const after = await parameters(model, trainer, adapters);
              for (const [name, value] of after)
                expectClose(value, expected.get(name) ?? before.get(name) ?? [], tolerance, `${name}, step ${step}`);
            }
          } finally {
            model.dispose();
          }
        });
      }
    }
  });
}

/** All present values by the names of `Trainer.gradients`. */
export async function parameters(model: VitModel, trainer: Trainer, placed: readonly Adapter[]): Promise<Map<string, Float32Array>> {
  const values = new Map<string, Float32Array>();
  for (const [name, tensor] of (await model.checkpoint()).tensors) values.set(name, tensor.data);
  const present = await model.adapters();
  if (present.length !== placed.length) throw new Error('Adapters were lost');
  for (const { block, target, up, down } of present) {
    values.set(`blocks.${block}.${target}.up`, up);
    values.set(`blocks.${block}.${target}.down`, down);
  }
  const { weight, bias } = await trainer.classifier();
  values.set('classifier.weight', weight);
  values.set('classifier.bias', bias);
  return values;
}
