/** Measures ours, part by part; each part opens what it needs. */
import { expose } from 'comlink';
import { calibrate } from '../../src/compute/plan/calibrate';
import { PlanDevice } from '../../src/compute/plan/device';
import { trainSpec } from '../../src/compute/plan/planned';
import { softwareCalibration, softwareSpeed } from '../../src/compute/plan/software-rates';
import { productSpeed } from '../../src/compute/plan/speed';
import type { GroupTime } from '../../src/compute/step-profile';
import { SMALLEST, compareEstimate, SHAPES, type OpenExecutor } from '../../src/compute/testing/estimates';
import type { PlannedModel } from '../../src/compute/trainables';
import { tinyAdapters, tinyBatch, tinyCheckpoint } from '../../src/compute/testing/fixtures';
import { openWasmDevice } from '../../src/compute/wasm/device';
import { Engine } from '../../src/compute/wasm/engine';
import { WasmExecutor } from '../../src/compute/wasm/executor';
import { openWebgpuDevice, openWebgpuExecutor } from '../../src/compute/webgpu/device';
import { SOFTWARE_CHOICE } from '../../src/compute/webgpu/table';
import { fromHalves, toHalves } from '../../src/vit/halves';
import type { Kind, OwnApi, OwnPart, Table } from './own-parts';
import { CLASSES, SHAPES as MODELS } from './shapes';
import { spreadOf } from './spread';
import { stepCosts } from './step-costs';
import { long, scale } from './scale-tables';
import { subspaces } from './subspaces';

/** Shapes that a software adapter ends within minutes. */
const FOR_SOFTWARE = 4;
const SHAPES_BY_SIZE = ['bundled', 'N', 'ti'].flatMap((id) => MODELS.filter((shape) => shape.id === id));
const inflora = (rank: number): PlannedModel => ({
  trainables: { backbone: 'none', adapters: 'up', classifier: { from: 0, to: CLASSES } },
  adapters: { targets: ['k', 'v'], rank },
});

async function open(kind: Kind): Promise<OpenExecutor> {
  if (kind === 'wasm') {
    const engine = await Engine.open();
    return { executor: new WasmExecutor(engine), bytes: () => engine.heap.memory.buffer.byteLength };
  }
  const executor = await openWebgpuExecutor();
  return { executor, bytes: () => executor.memory().bytes + executor.scratch().bytes };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await work();
  return performance.now() - since;
}

/** What the page foretells of a step, beside what it takes. */
async function estimates(kind: Kind): Promise<Table> {
  const { executor } = await open(kind);
  const { software } = executor.info;
  const calibration = await (software ? softwareCalibration : calibrate)(executor);
  executor.dispose();
  const rows: string[][] = [];
  for (const shape of software ? SHAPES.slice(0, FOR_SOFTWARE) : SHAPES) {
    const { name, time, memory } = await compareEstimate(() => open(kind), shape, calibration, kind === 'wasm' ? 15 : 3);
    const three = ({ estimated, found }: typeof time, unit: number): string[] => [
      ...[(estimated / unit).toFixed(1), (found / unit).toFixed(1), (estimated / found).toFixed(2)],
    ];
    rows.push([name, ...three(time, 1), ...three(memory, 1e6)]);
  }
  const columns = ['', 'ms foretold', 'ms found', 'of it', 'MB foretold', 'MB found', 'of it'];
  return { title: `Estimates of a training step, ours on ${kind}`, columns, rows };
}

/** What `compute/plan/software-rates.ts` holds of the adapter that it was measured on. */
async function rates(kind: Kind): Promise<Table> {
  const { executor } = await open(kind);
  const speed = await softwareSpeed(executor);
  const { rates: found, eachRun, together } = await calibrate(executor);
  executor.dispose();
  const title = `Rates of ${kind}: ${speed.toFixed(2)} GFLOP/s, ${eachRun.toPrecision(2)} ms each run, together ${together.toPrecision(2)}`;
  const rows = Object.entries(found).map(([name, { each, perMflop, perMnumber }]) => [
    ...[name, each.toPrecision(3), perMflop.toPrecision(3), perMnumber.toPrecision(3)],
  ]);
  return { title, columns: ['', 'ms each', 'ms per MFLOP', 'ms per 10⁶ numbers'], rows };
}

/** Where a step's time goes: kernels one by one at their best, beside the median of whole steps. */
async function profile(kind: Kind): Promise<Table> {
  const device = kind === 'wasm' ? await openWasmDevice() : await openWebgpuDevice();
  const rows: string[][] = [];
  // A software adapter ends the smallest alone within minutes.
  for (const { title, config, batch, rank } of SHAPES_BY_SIZE.slice(0, kind === 'webgpu' && device.info.software ? 1 : undefined)) {
    const found = await device.profile?.({ config, batch, ...inflora(rank) });
    const groups = found?.groups ?? [];
    const step = found?.milliseconds ?? NaN;
    const sum = (pick: (group: GroupTime) => number): number => groups.reduce((total, group) => total + pick(group), 0);
    const row = (name: string, milliseconds: number, flops: number): string[] => [
      ...[name, milliseconds.toFixed(2), (milliseconds / step).toFixed(2), flops > 0 ? (flops / milliseconds / 1e6).toFixed(0) : ''],
    ];
    const flops = sum((group) => group.flops);
    rows.push(
      [title, '', '', ''],
      row('whole step, median', step, flops),
      row('whole step, quickest', found?.least ?? NaN, flops),
      row(
        'kernels together',
        sum(({ milliseconds }) => milliseconds),
        flops,
      ),
      ...groups.map((group) => row(group.group, group.milliseconds, group.flops)),
    );
  }
  device.dispose();
  return { title: `Profile of a step, ours on ${kind}`, columns: ['', 'ms', 'of the step', 'GFLOP/s of its products'], rows };
}

/** Square products on one thread and on all. */
async function products(): Promise<Table> {
  const rows: string[][] = [];
  for (const options of [{ threads: 1 }, {}]) {
    const executor = await WasmExecutor.open(options);
    for (const n of [192, 256, 512, 1024]) {
      let best = 0;
      for (const until = performance.now() + 1000; performance.now() < until;)
        best = Math.max(best, await productSpeed(executor, { m: n, n, k: n }));
      rows.push([String(executor.info.threads), String(n), best.toFixed(1)]);
    }
    executor.dispose();
  }
  return { title: 'Square products, ours on wasm, best', columns: ['threads', 'side', 'GFLOP/s'], rows };
}

/** What weights stored as halves cost in time, in turns. */
async function halves(): Promise<Table> {
  const { config, batch, model } = SMALLEST;
  const { tensors, ...rest } = tinyCheckpoint(config);
  const rounded = [...tensors].map(([name, { shape, data }]) => [name, { shape, data: fromHalves(toHalves(data)) }] as const);
  const images = tinyBatch(config, batch, 1, model.trainables.classifier);
  const sides = [];
  for (const stored of [false, true]) {
    const device = new PlanDevice(await openWebgpuExecutor({ ...SOFTWARE_CHOICE, subgroups: { least: 4, most: 4 }, halves: stored }));
    const own = await device.load({ ...rest, tensors: new Map(rounded) });
    own.attach(tinyAdapters(config, ['k', 'v'], 8));
    const trainer = own.train(trainSpec(config, model.trainables, batch));
    const step = () => trainer.step(images, { backbone: 1e-4, classifier: 1e-4 }).then(() => trainer.losses());
    const pass = () => own.features(images);
    await step();
    await pass();
    sides.push({ name: stored ? 'halves' : 'f32', step, pass, steps: [] as number[], passes: [] as number[] });
  }
  for (let round = 0; round < 10; round++) {
    for (const { step, pass, steps, passes } of sides) {
      steps.push(await timed(step));
      passes.push(await timed(pass));
    }
  }
  const rows = sides.map(({ name, steps, passes }) => [name, ...[steps, passes].map((times) => spreadOf(times).median.toFixed(1))]);
  return { title: `Weights as halves, ours on webgpu: ${SMALLEST.name}`, columns: ['', 'ms a step', 'ms a pass'], rows };
}

const PARTS: Readonly<Record<OwnPart, (kind: Kind) => Promise<Table>>> = {
  estimates,
  rates,
  profile,
  products,
  halves,
  subspaces,
  scale,
  long,
  steps: (kind) => stepCosts(kind, kind === 'wasm' ? () => openWasmDevice() : () => openWebgpuDevice()),
};

const api: OwnApi = { measure: (part, kind) => PARTS[part](kind) };

expose(api);
