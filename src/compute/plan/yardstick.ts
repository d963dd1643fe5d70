import { YARDSTICK, YARDSTICK_PRODUCTS, type StepFound, type Yardstick, type YardstickOptions } from '../yardstick';
import type { Executor, RunRequest } from './executor';
import { flopsOf } from './flops';
import { planMemory, plannedTraining } from './memory';
import { fixed, type Op, type Program } from './ops';
import { productProgram, withBuffers } from './product';
import { madeUpRun } from './profile';
import { productSpeed, SMALL_PRODUCT } from './speed';

/** Milliseconds of steps that are enough, and their number. */
const ENOUGH = 1000;
const MOST_STEPS = 50;
/** Runs of a product, the best of which counts. */
const TRIES = 3;
const DISPATCHES = 256;

/** What this device does of the yardstick with that much patience, by growing work. */
export async function measureYardstick(executor: Executor, options: YardstickOptions = {}): Promise<Yardstick> {
  const { patience = 6000, steps: wanted = YARDSTICK, onFigure } = options;
  // Rates grow with the work: what the one before reached foretells the longest that the next can take.
  let rate = await productSpeed(executor, SMALL_PRODUCT);
  const tooLong = (flops: number, times: number): boolean => (times * flops) / rate / 1e6 > patience;
  const products: Yardstick['products'][number][] = [];
  for (const shape of YARDSTICK_PRODUCTS) {
    const program = productProgram(shape);
    const flops = flopsIn(program);
    if (tooLong(flops, 8)) continue;
    onFigure?.(`${shape.form} ${shape.m} x ${shape.n} x ${shape.k}`);
    const gflops = flops / (await timeProduct(executor, program)) / 1e6;
    products.push({ ...shape, gflops });
    rate = Math.max(rate, gflops);
  }
  onFigure?.('dispatches');
  const dispatch = await timeDispatch(executor);
  const steps: StepFound[] = [];
  let reached = rate / 4;
  for (const { name, config, batch, model } of wanted) {
    const leftOut = (because: 'time' | 'memory') => steps.push({ name, batch, milliseconds: null, because });
    const bytes = (recompute: boolean) => planMemory(config, batch, [model], { kind: executor.info.kind, recompute });
    const recompute = bytes(false) > executor.available();
    const program = plannedTraining(config, batch, model, { recompute, images: batch });
    const flops = flopsIn(program, batch);
    // Once to prepare it and once to see.
    if ((2 * flops) / reached / 1e6 > patience) leftOut('time');
    else if (recompute && bytes(true) > executor.available()) leftOut('memory');
    else {
      onFigure?.(`${name}, batch ${batch}`);
      const { first, milliseconds } = await timeSteps(executor, program, batch);
      const gflops = flops / milliseconds / 1e6;
      reached = Math.max(reached, gflops);
      steps.push({ name, batch, milliseconds, gflops, first });
    }
  }
  return { products, dispatch, steps };
}

const flopsIn = ({ ops }: Program, batch = 1): number => ops.reduce((sum, op) => sum + flopsOf(op, batch), 0);

/** Milliseconds of a product, by the executor's clock. */
function timeProduct(executor: Executor, program: Program): Promise<number> {
  return withBuffers(executor, program, async (buffers) => {
    const request = { program, batch: 1, buffers, inputs: new Map(), results: [] };
    await executor.run(request);
    const milliseconds = new Float64Array(1).fill(Infinity);
    for (let i = 0; i < TRIES; i++) await executor.run({ ...request, milliseconds });
    // Clocks that browsers round down may say that no time passed.
    return Math.max(milliseconds[0] ?? Infinity, 1e-3);
  });
}

/** Microseconds that a row takes on its way from one operation to the next: many such operations, less one. */
async function timeDispatch(executor: Executor): Promise<number> {
  const row = { buffer: 'row', offset: 0, stride: 4 };
  const op: Op = { kind: 'addRows', a: row, b: row, out: row, rows: fixed(1), columns: 4 };
  const time = async (count: number): Promise<number> => {
    const buffers = new Map([['row', { name: 'row', role: 'trainer', type: 'f32', size: fixed(4) }] as const]);
    const program: Program = { ops: Array.from({ length: count }, () => op), buffers, maxBatch: 1 };
    return (
      await withBuffers(executor, program, (own) =>
        pipelined(executor, { program, buffers: own, batch: 1, inputs: new Map(), results: [] }, 200),
      )
    ).milliseconds;
  };
  return Math.max(0, (1000 * ((await time(1 + DISPATCHES)) - (await time(1)))) / DISPATCHES);
}

const timeSteps = (executor: Executor, program: Program, batch: number): Promise<{ first: number; milliseconds: number }> =>
  madeUpRun(executor, program, batch, (request) => pipelined(executor, request, ENOUGH));

/** Milliseconds of a run among many, one handed over while the one before computes, and of the first, which prepares them. */
async function pipelined(executor: Executor, request: RunRequest, enough: number): Promise<{ first: number; milliseconds: number }> {
  const start = performance.now();
  await executor.run(request);
  const begun = performance.now();
  let count = 0;
  const runs: Promise<unknown>[] = [];
  do {
    const run = executor.run(request);
    runs.push(run);
    await (executor.ready?.() ?? run);
    count++;
  } while (count < MOST_STEPS && performance.now() - begun < enough);
  await Promise.all(runs);
  return { first: begun - start, milliseconds: (performance.now() - begun) / count };
}
