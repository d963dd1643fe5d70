import { expect, it } from 'vitest';
import { calibrate } from '../plan/calibrate';
import { compareEstimate, estimateTable, SHAPES, worstFactor, worstError, type Compared, type OpenExecutor } from '../testing/estimates';
import { Engine } from './engine';
import { WasmExecutor } from './executor';

/** All shapes, printed: VITE_MEASURE=1 npx vitest run --project browser src/compute/wasm/estimates */
const all = import.meta.env['VITE_MEASURE'] !== undefined;

async function open(): Promise<OpenExecutor> {
  const engine = await Engine.open();
  return { executor: new WasmExecutor(engine), bytes: () => engine.heap.memory.buffer.byteLength };
}

it('time and memory of a step on WebAssembly come as foretold', async () => {
  const { executor } = await open();
  const since = performance.now();
  const calibration = await calibrate(executor);
  const took = performance.now() - since;
  executor.dispose();
  const rows: Compared[] = [];
  for (const shape of all ? SHAPES : SHAPES.slice(0, 3)) rows.push(await compareEstimate(open, shape, calibration, all ? 15 : 7));
  console.log(estimateTable(`WebAssembly, calibrated in ${took.toFixed(0)} ms`, rows));
  // What else the machine does between calibration and steps decides: the bar of a quarter is for a quiet one.
  expect(worstFactor(rows, 'time')).toBeLessThan(all ? 1.25 : 4);
  expect(worstError(rows, 'memory')).toBeLessThan(0.25);
});
