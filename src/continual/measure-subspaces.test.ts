import { beforeAll, describe, expect, it } from 'vitest';
import { createLinearAlgebra } from '../compute/linalg/create';
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import { measureSteps, type Shape } from '../compute/wasm/testing/measure';
import { designB } from './design-b';
import { updateDualGPM, type DualGpm } from './dual-gpm';
import { INFLORA_PRESETS } from './presets';
import { createRng } from './rng';

const wanted = process.env['MEASURE'] !== undefined;
const DIM = 768;
const LAYERS = 12;
const VIT_B: Shape = {
  name: 'ViT-B/16 at 224, batch 4, adapters on K and V',
  config: {
    ...{ imageSize: 224, patchSize: 16, dim: DIM, depth: LAYERS, heads: 12, mlpDim: 4 * DIM, layerNormEps: 1e-6 },
    ...{ mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], pooling: 'token' },
  },
  batch: 4,
  adapters: { targets: ['k', 'v'], rank: 10 },
  trainables: { backbone: 'none', adapters: 'up', classifier: { from: 0, to: 10 } },
};

/** Second moments of 2 · dim inputs whose standard deviations along random directions fall as 1/k^decay, in float32 as gathered. */
async function moments(linalg: LinearAlgebra, decay: number, seed: number): Promise<Float64Array> {
  const rng = createRng(seed, 'moments');
  const normals = (count: number, scale = 1) => Float64Array.from({ length: count }, () => scale * rng.normal());
  const inputs = new Float64Array(DIM * 2 * DIM);
  for (let k = 0; k < DIM; k++) inputs.set(normals(2 * DIM, (k + 1) ** -decay), k * 2 * DIM);
  const mixed = decay === 0 ? inputs : await linalg.multiply(normals(DIM * DIM), inputs, DIM, DIM, 2 * DIM);
  const flipped = Float64Array.from({ length: mixed.length }, (_, i) => mixed[(i % DIM) * 2 * DIM + Math.floor(i / DIM)] ?? NaN);
  return Float64Array.from(Float32Array.from(await linalg.multiply(mixed, flipped, DIM, 2 * DIM, DIM)));
}

/** Prints seconds for whole tasks at the size of ViT-B, one thread, and how many images take as long to train on: MEASURE=1 npx vitest run --project node src/continual/measure-subspaces */
describe.skipIf(!wanted)('subspaces of a ViT-B on one thread', () => {
  let secondsAnImage = NaN;
  beforeAll(async () => {
    const [step] = await measureSteps({ threads: 1 }, 1, [VIT_B]);
    secondsAnImage = (step?.median ?? NaN) / 1000 / VIT_B.batch;
    console.log(`${VIT_B.name}: ${secondsAnImage.toFixed(2)} s an image of an epoch`);
  }, 300_000);

  it.each([
    ['flat', 0],
    ['falling as 1/√k', 0.5],
    ['falling as 1/k', 1],
  ])('%s', async (name, decay) => {
    const linalg = createLinearAlgebra();
    const choices = INFLORA_PRESETS.authors;
    let memory: DualGpm | null = null;
    for (const [task, threshold] of [0.95, 0.97, 0.99].entries()) {
      const covariance = await moments(linalg, decay, task + 1);
      const since = performance.now();
      await designB(covariance, DIM, memory, choices, linalg);
      const designed = performance.now();
      memory = await updateDualGPM(memory, covariance, DIM, threshold, choices, linalg);
      const remembered = performance.now();
      const seconds = (ms: number) => ((ms * LAYERS) / 1000).toFixed(1);
      const images = ((remembered - since) * LAYERS) / 1000 / secondsAnImage;
      console.log(
        `${name}, task ${task + 1}, ${LAYERS} layers: design ${seconds(designed - since)} s, memory ${seconds(remembered - designed)} s ` +
          `(${memory.type} ${memory.columns} of ${DIM}), as long as ${images.toFixed(0)} images of an epoch`,
      );
    }
    expect(memory?.columns).toBeGreaterThan(0);
  });
});
