import { expect, it } from 'vitest';
import { softwareCalibration } from '../plan/software-rates';
import { compareEstimate, estimateTable, LORA, worstError, type Compared, type OpenExecutor } from '../testing/estimates';
import { tinyConfig } from '../testing/fixtures';
import { openWebgpuExecutor } from './device';

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

it('memory of a step on WebGPU comes as foretold', async () => {
  const { executor } = await open();
  const calibration = await softwareCalibration(executor);
  executor.dispose();
  const rows: Compared[] = [];
  for (const shape of small) rows.push(await compareEstimate(open, shape, calibration, 1));
  console.log(estimateTable(`WebGPU (${executor.info.name})`, rows));
  expect(worstError(rows)).toBeLessThan(0.25);
});
