/** Directions of a task and DualGPM's memory at the size of ViT-B, on one thread, beside training steps of the same network. */
import { createLinearAlgebra } from '../../src/compute/linalg/create';
import type { LinearAlgebra } from '../../src/compute/linalg/linear-algebra';
import { timeOps } from '../../src/compute/plan/profile';
import { LORA } from '../../src/compute/testing/estimates';
import { WasmExecutor } from '../../src/compute/wasm/executor';
import { designB } from '../../src/continual/design-b';
import { updateDualGPM, type DualGpm } from '../../src/continual/dual-gpm';
import { INFLORA_PRESETS } from '../../src/continual/presets';
import { createRng } from '../../src/continual/rng';
import { vit } from './shapes';
import type { Table } from './own-parts';

const DIM = 768;
const LAYERS = 12;
const BATCH = 4;
/** How the standard deviations along random directions fall: as 1/k^decay. */
const DECAYS = { flat: 0, 'as 1/√k': 0.5, 'as 1/k': 1 } as const;

/** Second moments of 2 · dim inputs, in float32 as gathered. */
async function moments(linalg: LinearAlgebra, decay: number, seed: number): Promise<Float64Array> {
  const rng = createRng(seed, 'moments');
  const normals = (count: number, scale = 1) => Float64Array.from({ length: count }, () => scale * rng.normal());
  const inputs = new Float64Array(DIM * 2 * DIM);
  for (let k = 0; k < DIM; k++) inputs.set(normals(2 * DIM, (k + 1) ** -decay), k * 2 * DIM);
  const mixed = decay === 0 ? inputs : await linalg.multiply(normals(DIM * DIM), inputs, DIM, DIM, 2 * DIM);
  const flipped = Float64Array.from({ length: mixed.length }, (_, i) => mixed[(i % DIM) * 2 * DIM + Math.floor(i / DIM)] ?? NaN);
  return Float64Array.from(Float32Array.from(await linalg.multiply(mixed, flipped, DIM, 2 * DIM, DIM)));
}

/** Whole tasks, all layers: seconds, and how many images take as long in an epoch. */
export async function subspaces(): Promise<Table> {
  const executor = await WasmExecutor.open({ threads: 1 });
  const { steps } = await timeOps(executor, { config: vit(DIM, LAYERS, 12, 224, 16), batch: BATCH, ...LORA }, 1);
  executor.dispose();
  const secondsAnImage = (steps[0] ?? NaN) / 1000 / BATCH;
  const linalg = createLinearAlgebra();
  const choices = INFLORA_PRESETS.authors;
  const rows: string[][] = [];
  for (const [name, decay] of Object.entries(DECAYS)) {
    let memory: DualGpm | null = null;
    for (const [task, threshold] of [0.95, 0.97, 0.99].entries()) {
      const covariance = await moments(linalg, decay, task + 1);
      const since = performance.now();
      await designB(covariance, DIM, memory, choices, linalg);
      const designed = performance.now();
      memory = await updateDualGPM(memory, covariance, DIM, threshold, choices, linalg);
      const [design, remember] = [designed - since, performance.now() - designed].map((ms) => (ms * LAYERS) / 1000);
      const images = ((design ?? NaN) + (remember ?? NaN)) / secondsAnImage;
      rows.push([name, String(task + 1), ...[design, remember].map((s) => (s ?? NaN).toFixed(1)), `${memory.columns}`, images.toFixed(1)]);
    }
  }
  return {
    title: `Subspaces of a ViT-B, one thread; a step takes ${secondsAnImage.toFixed(2)} s an image`,
    columns: ['second moments fall', 'task', 'design of B, s', 'memory, s', `columns of ${DIM}`, 'images of an epoch'],
    rows,
  };
}
