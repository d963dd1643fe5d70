import { describe, expect, it } from 'vitest';
import type { VitConfig } from '../../vit/config';
import type { MapInput, Trainables } from '../backbone';
import { PlanDevice } from '../plan/device';
import { planMemory } from '../plan/memory';
import { adaptersOf, trainSpec } from '../plan/planned';
import type { PlannedAdapters } from '../trainables';
import { tinyBatch, tinyCheckpoint, tinyConfig } from '../testing/fixtures';
import { Engine } from './engine';
import { WasmExecutor } from './executor';

const classifier = { from: 0, to: 10 };
const lora: Trainables = { backbone: 'none', adapters: 'up', classifier };
const full: Trainables = { backbone: 'all', adapters: 'none', classifier };

const EVERY8 = { targets: ['q', 'k', 'v', 'proj', 'fc1', 'fc2'], rank: 8 } as const;
const KV8 = { targets: ['k', 'v'], rank: 8 } as const;

const bundled = tinyConfig({ imageSize: 32, patchSize: 8, dim: 128, depth: 4, heads: 4, mlpDim: 512 });
const deitTiny = tinyConfig({ imageSize: 112, patchSize: 16, dim: 192, depth: 12, heads: 3, mlpDim: 768 });

/** Bytes that the heap grew to for two models trained in turns. */
async function measured(config: VitConfig, batch: number, adapters: PlannedAdapters, inputs: readonly MapInput[]): Promise<number> {
  const engine = await Engine.open({ threads: 1 });
  const before = engine.heap.memory.buffer.byteLength;
  const device = new PlanDevice(new WasmExecutor(engine));
  const untouched = await device.load(tinyCheckpoint(config));
  const images = tinyBatch(config, batch, 1, classifier);
  for (const trainables of [lora, full]) {
    const model = await untouched.fork();
    if (trainables === lora) model.attach(adaptersOf(config, adapters));
    await model.features(images);
    const moments = model.secondMoments({ inputs, features: true });
    await moments.add(images);
    moments.dispose();
    const trainer = model.train(trainSpec(config, trainables, batch));
    await trainer.step(images, { backbone: 1e-3, classifier: 1e-3 });
    if (trainables !== lora) continue;
    trainer.dispose();
    model.merge();
  }
  await untouched.checkpoint();
  // The memory begins with some pages of its own, which are used first.
  const grown = engine.heap.memory.buffer.byteLength;
  device.dispose();
  return Math.max(grown, before);
}

describe('the estimate of memory', () => {
  it.each([
    ['the bundled backbone, batch 32', bundled, 32, KV8, ['qkv']],
    ['the bundled backbone, batch 128', bundled, 128, KV8, ['qkv']],
    ['DeiT-tiny at 112 pixels, batch 8', deitTiny, 8, KV8, ['qkv']],
    ['adapters on every map, moments of every input', bundled, 64, EVERY8, ['qkv', 'proj', 'fc1', 'fc2']],
  ] as const)('is within a quarter of what WebAssembly then takes: %s', async (_, config, batch, adapters, inputs) => {
    const models = [
      { trainables: lora, adapters },
      { trainables: full, adapters: null },
    ];
    const ratio = planMemory(config, batch, models, { kind: 'wasm', moments: inputs }) / (await measured(config, batch, adapters, inputs));
    expect(ratio).toBeGreaterThan(0.75);
    expect(ratio).toBeLessThan(1.25);
  });
});
