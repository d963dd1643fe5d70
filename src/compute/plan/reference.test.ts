import { describe, it } from 'vitest';
import type { Adapter, ComputeDevice, Trainables, TrainSpec } from '../backbone';
import { expectClose } from '../testing/compare';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier, tinyConfig } from '../testing/fixtures';
import { openTfjsCpu } from '../tfjs/device-cpu';
import { openWasmDevice } from '../wasm/device';
import { crossEntropy } from '../objective';

const config = tinyConfig({ depth: 3 });
const CLASSES = { from: 1, to: 5 } as const;
const ALL = ['q', 'k', 'v', 'proj', 'fc1', 'fc2'] as const;

const SETS: readonly (readonly [string, Pick<Trainables, 'backbone' | 'adapters'>, readonly Adapter[]])[] = [
  ['the head alone', { backbone: 'none', adapters: 'none' }, []],
  ['InfLoRA: up on K and V', { backbone: 'none', adapters: 'up' }, tinyAdapters(config, ['k', 'v'], 3, 4, true)],
  ['LoRA on every projection', { backbone: 'none', adapters: 'both' }, tinyAdapters(config, ALL, 2)],
  ['all weights', { backbone: 'all', adapters: 'none' }, []],
  ['all weights under frozen adapters', { backbone: 'all', adapters: 'none' }, tinyAdapters(config, ['k', 'fc1'], 2)],
];

/** Losses of four steps of SGD, whose updates do not blow rounding up where a gradient is nearly zero, and what they left. */
async function train(device: ComputeDevice, trainables: Pick<Trainables, 'backbone' | 'adapters'>, adapters: readonly Adapter[]) {
  const spec: TrainSpec = {
    trainables: { ...trainables, classifier: CLASSES },
    objective: crossEntropy(CLASSES),
    optimizer: { kind: 'sgd', momentum: 0.9, weightDecay: 0.01 },
    maxBatch: 5,
    classifier: tinyClassifier(config, 6),
  };
  const model = await device.load(tinyCheckpoint(config));
  model.attach(adapters);
  const trainer = model.train(spec);
  for (const [step, count] of [5, 2, 5, 1].entries()) {
    await trainer.step(tinyBatch(config, count, 20 + step, CLASSES), { backbone: 0.05, classifier: 0.1 });
  }
  const losses = await trainer.losses();
  const classifier = await trainer.classifier();
  const { tensors } = await model.checkpoint();
  const left = await model.adapters();
  const features = await model.features(tinyBatch(config, 4, 30));
  model.dispose();
  device.dispose();
  const parts = new Map<string, ArrayLike<number>>([
    ['losses', losses],
    ['features', features],
    ['classifier', classifier.weight],
  ]);
  for (const [name, { data }] of tensors) parts.set(name, data);
  for (const { block, target, up, down } of left) parts.set(`${block}.${target}.up`, up).set(`${block}.${target}.down`, down);
  return parts;
}

describe('four steps of the plan against the tfjs reference', () => {
  it.each(SETS)('%s', async (_, trainables, adapters) => {
    const expected = await train(await openTfjsCpu(), trainables, adapters);
    const found = await train(await openWasmDevice(), trainables, adapters);
    for (const [name, values] of expected) expectClose(found.get(name), values, 2e-5, name, 1e-3);
  });
});
