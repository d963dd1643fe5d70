/** A ViT-B at batch 32 within a gigabyte, weights and all: for real, on a heap that counts. */
import { expect, it } from 'vitest';
import { PlanDevice } from '../plan/device';
import { adaptersOf, trainSpec } from '../plan/planned';
import { tinyBatch, tinyCheckpoint, tinyConfig } from '../testing/fixtures';
import { Engine } from './engine';
import { WasmExecutor } from './executor';

const GIGABYTE = 2 ** 30;
const classifier = { from: 0, to: 10 };

it(
  'trains with adapters on keys and values, a few images at a time, and ends a step that can be told from none',
  { timeout: 900_000 },
  async () => {
    const config = tinyConfig({ imageSize: 224, patchSize: 16, dim: 768, depth: 12, heads: 12, mlpDim: 3072 });
    const engine = await Engine.open();
    const device = new PlanDevice(new WasmExecutor(engine, GIGABYTE));
    const model = await device.load(tinyCheckpoint(config));
    model.attach(adaptersOf(config, { targets: ['k', 'v'], rank: 10 }));
    const trainer = model.train(trainSpec(config, { backbone: 'none', adapters: 'up', classifier }, 32));
    const images = tinyBatch(config, 32, 1, classifier);
    for (let step = 0; step < 2; step++) await trainer.step(images, { backbone: 1e-3, classifier: 1e-2 });
    const [first = NaN, second = NaN] = await trainer.losses();
    const bytes = engine.heap.memory.buffer.byteLength;
    console.log(
      `ViT-B/16, batch 32: ${(bytes / 2 ** 20).toFixed(0)} MiB of WebAssembly's heap, losses ${first.toFixed(3)} and ${second.toFixed(3)}`,
    );
    expect(Number.isFinite(second)).toBe(true);
    // The same images again: what was learned of them shows.
    expect(second).toBeLessThan(first);
    expect(bytes).toBeLessThanOrEqual(GIGABYTE);
    device.dispose();
  },
);
