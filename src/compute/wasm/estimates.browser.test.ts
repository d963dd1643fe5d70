import { expect, it } from 'vitest';
import { calibrate } from '../plan/calibrate';
import { compareEstimate, estimateTable, SHAPES, worstError, type Compared, type OpenExecutor } from '../testing/estimates';
import { Engine } from './engine';
import { WasmExecutor } from './executor';

async function open(): Promise<OpenExecutor> {
  const engine = await Engine.open();
  return { executor: new WasmExecutor(engine), bytes: () => engine.heap.memory.buffer.byteLength };
}

it('memory of a step on WebAssembly comes as foretold', async () => {
  const { executor } = await open();
  const calibration = await calibrate(executor);
  executor.dispose();
  const rows: Compared[] = [];
  for (const shape of SHAPES.slice(0, 5)) rows.push(await compareEstimate(open, shape, calibration, 1));
  console.log(estimateTable('WebAssembly', rows));
  expect(worstError(rows)).toBeLessThan(0.25);
});
