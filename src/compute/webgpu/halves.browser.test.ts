import { describe, expect, it } from 'vitest';
import type { VitCheckpoint } from '../../vit/checkpoint';
import { fromHalves, toHalves } from '../../vit/halves';
import type { TrainSpec, VitModel } from '../backbone';
import { PlanDevice } from '../plan/device';
import { checkHalves } from '../plan/self-check';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier, tinyConfig } from '../testing/fixtures';
import { openWebgpuExecutor } from './device';
import { SOFTWARE_CHOICE } from './table';
import { crossEntropy } from '../objective';

const config = tinyConfig({ depth: 1 });
const CLASSES = { from: 0, to: 3 } as const;
const RATES = { backbone: 0.01, classifier: 0.01 } as const;
const batch = tinyBatch(config, 3, 3, CLASSES);
const ADAM = { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 } as const;

/** As a file in half precision would hold it; `except` keeps float32. */
function inHalves({ tensors, ...rest }: VitCheckpoint, except = ''): VitCheckpoint {
  const rounded = [...tensors].map(([name, { shape, data }]) =>
    name === except ? ([name, { shape, data }] as const) : ([name, { shape, data: fromHalves(toHalves(data)) }] as const),
  );
  return { ...rest, tensors: new Map(rounded) };
}
const checkpoint = inHalves(tinyCheckpoint(config));

async function open(halves: boolean) {
  const executor = await openWebgpuExecutor({ ...SOFTWARE_CHOICE, halves });
  return { executor, device: new PlanDevice(executor) };
}

function specOf(backbone: TrainSpec['trainables']['backbone'], adapters: TrainSpec['trainables']['adapters']): TrainSpec {
  return {
    trainables: { backbone, adapters, classifier: CLASSES },
    ...{ objective: crossEntropy(CLASSES), optimizer: ADAM, maxBatch: 3, classifier: tinyClassifier(config, 3) },
  };
}

async function train(model: VitModel, spec: TrainSpec): Promise<number[]> {
  const trainer = model.train(spec);
  for (let step = 0; step < 2; step++) await trainer.step(batch, RATES);
  const losses = await trainer.losses();
  trainer.dispose();
  return losses;
}

/** All that a model computes, from loading to merging, a fork, and the training of everything. */
async function everything(halves: boolean) {
  const { executor, device } = await open(halves);
  const model = await device.load(checkpoint);
  const bytes = [executor.memory().bytes];
  const found: unknown[] = [await model.features(batch)];
  const moments = model.secondMoments();
  await moments.add(batch);
  found.push(await moments.finish());
  const fork = await model.fork();
  fork.attach(tinyAdapters(config, ['q', 'k', 'fc2'], 2));
  found.push(await train(fork, specOf('none', 'both')));
  fork.merge();
  found.push(await fork.features(batch), await fork.checkpoint(), await model.features(batch), await model.checkpoint());
  bytes.push(executor.memory().bytes);
  // Alone with its halves: no fork is left to share them.
  fork.dispose();
  found.push(await train(model, specOf('all', 'none')), await model.features(batch));
  bytes.push(executor.memory().bytes);
  model.dispose();
  await executor.ready();
  expect({ memory: executor.memory().buffers, scratch: executor.scratch().buffers }).toEqual({ memory: 0, scratch: 0 });
  device.dispose();
  return { found, bytes };
}

describe('weights that are halves', () => {
  it('compute bit for bit what they compute in f32, in half the memory until they are written', async () => {
    const [plain, halves] = [await everything(false), await everything(true)];
    expect(halves.found).toEqual(plain.found);
    const [loaded, merged, trained] = plain.bytes;
    if (!loaded || !merged || !trained) throw new Error('Nothing was counted');
    // The merged blocks are f32, the shared rest of the fork and the model itself are halves.
    expect(halves.bytes).toEqual([loaded / 2, merged - loaded / 2, trained]);
  });

  it('are told buffer by buffer: a block with one other number stays f32', async () => {
    const { executor, device } = await open(true);
    const whole = await device.load(checkpoint);
    const bytes = executor.memory().bytes;
    const mixed = await device.load(inHalves(tinyCheckpoint(config), 'blocks.0.mlp.fc1.bias'));
    const block = 4 * [3 * 8 * 8, 3 * 8, 8 * 8, 8, 12 * 8, 12, 8 * 12, 8, 4 * 8].reduce((sum, floats) => sum + floats);
    expect(executor.memory().bytes - 2 * bytes).toBe(block / 2);
    expect((await mixed.checkpoint()).tensors).toEqual(inHalves(tinyCheckpoint(config), 'blocks.0.mlp.fc1.bias').tensors);
    whole.dispose();
    device.dispose();
  });

  it('come through the adapter unchanged, the smallest too', async () => {
    const { executor } = await open(true);
    await checkHalves(executor);
    executor.dispose();
  });
});
