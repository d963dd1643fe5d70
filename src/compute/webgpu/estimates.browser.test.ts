import { expect, it } from 'vitest';
import { calibrate } from '../plan/calibrate';
import { softwareCalibration, softwareSpeed } from '../plan/software-rates';
import { tinyConfig } from '../testing/fixtures';
import {
  compareEstimate,
  estimateTable,
  LORA,
  SHAPES,
  worstFactor,
  worstError,
  type Compared,
  type OpenExecutor,
} from '../testing/estimates';
import { openWebgpuExecutor } from './device';

/** All shapes, printed: VITE_MEASURE=1 npx vitest run --project browser src/compute/webgpu/estimates */
const all = import.meta.env['VITE_MEASURE'] !== undefined;

const small = [
  {
    name: '64 x 2, 17 tokens, batch 8, LoRA',
    config: tinyConfig({ imageSize: 32, patchSize: 8, dim: 64, depth: 2, heads: 2, mlpDim: 256 }),
    batch: 8,
  },
  {
    name: '96 x 3, 65 tokens, batch 2, LoRA',
    config: tinyConfig({ imageSize: 64, patchSize: 8, dim: 96, depth: 3, heads: 3, mlpDim: 384 }),
    batch: 2,
  },
].map((shape) => ({ ...shape, model: LORA }));

async function open(): Promise<OpenExecutor> {
  const executor = await openWebgpuExecutor();
  return { executor, bytes: () => executor.memory().bytes + executor.scratch().bytes };
}

// Minutes on a software adapter.
it(
  'time and memory of a step on WebGPU come as foretold',
  async () => {
    const { executor } = await open();
    const since = performance.now();
    const calibration = await (executor.info.software ? softwareCalibration : calibrate)(executor);
    const took = performance.now() - since;
    if (all) console.log(`${(await softwareSpeed(executor)).toFixed(2)} GFLOP/s`, JSON.stringify(await calibrate(executor)));
    executor.dispose();
    const rows: Compared[] = [];
    const shapes = all ? (executor.info.software ? SHAPES.slice(0, 4) : SHAPES) : small;
    for (const shape of shapes) rows.push(await compareEstimate(open, shape, calibration, 3));
    console.log(estimateTable(`WebGPU (${executor.info.name}), calibrated in ${took.toFixed(0)} ms`, rows));
    // What else the machine does between calibration and steps decides: the bar of a quarter is for a quiet one.
    expect(worstFactor(rows, 'time')).toBeLessThan(all ? 1.25 : 4);
    expect(worstError(rows, 'memory')).toBeLessThan(0.25);
  },
  all ? 900_000 : 120_000,
);
