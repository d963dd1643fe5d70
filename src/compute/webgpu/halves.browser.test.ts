import { describe, expect, it, vi } from 'vitest';
import type { VitCheckpoint } from '../../vit/checkpoint';
import { fromHalves, toHalves } from '../../vit/halves';
import type { TrainSpec, VitModel } from '../backbone';
import { PlanDevice } from '../plan/device';
import { checkHalves } from '../plan/self-check';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier, tinyConfig } from '../testing/fixtures';
import { openWebgpuDevice, openWebgpuExecutor } from './device';
import { WebgpuExecutor } from './executor';
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

  it('come through the adapter unchanged, the smallest too; where they do not, the device says that it does without', async () => {
    const { executor } = await open(true);
    await checkHalves(executor);
    executor.dispose();
    // An adapter that makes zeros of what it reads.
    const copy = vi.spyOn(WebgpuExecutor.prototype, 'copy').mockImplementation(function (this: WebgpuExecutor, { size }) {
      return this.create('f32', size);
    });
    const device = await openWebgpuDevice({ ...SOFTWARE_CHOICE, halves: true }).finally(() => copy.mockRestore());
    expect(device.info.notes).toEqual([expect.stringMatching(/^Weights stored as halves are left out\. .* the half .* is read as 0$/)]);
    device.dispose();
  });
});

/** What halves cost in time here: VITE_MEASURE=1 npx vitest run --project browser src/compute/webgpu/halves -t step */
it.runIf(import.meta.env['VITE_MEASURE'] !== undefined)('time of a step with halves and without', async () => {
  const shape = { imageSize: 64, patchSize: 8, dim: 96, depth: 6, heads: 3, mlpDim: 384 } as const;
  const large = tinyConfig(shape);
  const images = tinyBatch(large, 8, 3, CLASSES);
  const classifier = tinyClassifier(large, 3);
  const spec: TrainSpec = { ...specOf('none', 'up'), maxBatch: 8, classifier };
  const weights = inHalves(tinyCheckpoint(large));
  const sides = await Promise.all(
    [false, true].map(async (halves) => {
      const executor = await openWebgpuExecutor({ ...SOFTWARE_CHOICE, lanes: 4, halves });
      const model = await new PlanDevice(executor).load(weights);
      model.attach(tinyAdapters(large, ['k', 'v'], 4, 4, true));
      return { halves, model, trainer: model.train(spec), steps: [] as number[], passes: [] as number[] };
    }),
  );
  const clock = async (work: () => Promise<unknown>): Promise<number> => {
    const since = performance.now();
    await work();
    return performance.now() - since;
  };
  for (let round = 0; round < 12; round++) {
    for (const { trainer, model, steps, passes } of sides) {
      steps.push(await clock(() => trainer.step(images, RATES).then(() => trainer.losses())));
      passes.push(await clock(() => model.features(images)));
    }
  }
  for (const { halves, steps, passes } of sides) {
    const middle = (times: number[]): string => (times.slice(2).sort((a, b) => a - b)[5] ?? NaN).toFixed(1);
    console.log(`${halves ? 'halves' : 'f32'}: a step of ${middle(steps)} ms, a pass of ${middle(passes)} ms`);
  }
});
