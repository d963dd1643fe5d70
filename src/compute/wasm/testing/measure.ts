/** How fast the WASM lane is: whole steps of known shapes, and bare products. For reports; nothing of the product calls it. */
import { tinyBatch, tinyCheckpoint } from '../../testing/fixtures';
import type { VitConfig } from '../../../vit/config';
import { tokenCount } from '../../../vit/config';
import type { ComputeDevice, Trainables } from '../../backbone';
import { ProgramBuilder } from '../../plan/builder';
import { flopsOf } from '../../plan/flops';
import { extentOf, fixed } from '../../plan/ops';
import { adaptersOf } from '../../plan/memory';
import { timeOps } from '../../plan/profile';
import type { StepOf } from '../../step-profile';
import { openWasmDevice } from '../device';
import type { EngineOptions } from '../engine';
import { WasmExecutor } from '../executor';
import { crossEntropy } from '../../objective';

export interface Timing {
  readonly name: string;
  /** Milliseconds. */
  readonly median: number;
  readonly best: number;
  /** At the best time, and counting the whole network's products (nothing left out) as work. */
  readonly gflops: number;
}

export interface Shape extends StepOf {
  readonly name: string;
}

const CLASSES = 10;
const ADAM = { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 } as const;
const KV4 = { targets: ['k', 'v'], rank: 4 } as const;
const LORA: Trainables = { backbone: 'none', adapters: 'up', classifier: { from: 0, to: CLASSES } };
const FULL: Trainables = { backbone: 'all', adapters: 'none', classifier: { from: 0, to: CLASSES } };

function vit(dim: number, depth: number, heads: number, imageSize: number, patchSize: number): VitConfig {
  return {
    ...{ imageSize, patchSize, dim, depth, heads, mlpDim: 4 * dim, layerNormEps: 1e-6 },
    ...{ mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], pooling: 'token' },
  };
}

export const SHAPES: readonly Shape[] = [
  { name: 'N: 96 x 6, 3 heads, 65 tokens, batch 32, LoRA K V', config: vit(96, 6, 3, 64, 8), batch: 32, adapters: KV4, trainables: LORA },
  { name: '128 x 6, 4 heads, 17 tokens, batch 32, LoRA K V', config: vit(128, 6, 4, 32, 8), batch: 32, adapters: KV4, trainables: LORA },
  {
    name: '128 x 6, 4 heads, 17 tokens, batch 32, all weights',
    config: vit(128, 6, 4, 32, 8),
    batch: 32,
    adapters: null,
    trainables: FULL,
  },
  { name: 'ViT-Ti/16 at 224, batch 8, LoRA K V', config: vit(192, 12, 3, 224, 16), batch: 8, adapters: KV4, trainables: LORA },
];

/** Floating-point operations of a step: forward, the input's gradient, and the weights' where they learn. */
function flops({ config, batch, trainables }: Shape): number {
  const { dim, mlpDim, depth, patchSize } = config;
  const tokens = tokenCount(config);
  const linear = 2 * tokens * (4 * dim * dim + 2 * dim * mlpDim);
  const attention = 4 * tokens * tokens * dim;
  const patches = 2 * tokens * 3 * patchSize ** 2 * dim;
  const full = trainables.backbone === 'all';
  return batch * (depth * (linear * (full ? 3 : 2) + attention * 3) + patches * (full ? 2 : 1));
}

function timing(name: string, times: readonly number[], work: number): Timing {
  const sorted = [...times].sort((a, b) => a - b);
  const best = sorted[0] ?? NaN;
  return { name, median: sorted[sorted.length >> 1] ?? NaN, best, gflops: work / best / 1e6 };
}

/** Steps of each shape for about `budget` milliseconds, after the engine's compiler has warmed up; features as well. */
export async function measureSteps(options: EngineOptions, budget = 4000, shapes = SHAPES): Promise<Timing[]> {
  const device = await openWasmDevice(options);
  const timings: Timing[] = [];
  for (const shape of shapes) timings.push(...(await measureShape(device, shape, budget)));
  device.dispose();
  return timings;
}

async function measureShape(device: ComputeDevice, shape: Shape, budget: number): Promise<Timing[]> {
  const { config, batch, adapters, trainables } = shape;
  const model = await device.load(tinyCheckpoint(config));
  const images = tinyBatch(config, batch, 1, { from: 0, to: CLASSES });
  model.attach(adaptersOf(config, adapters));
  const trainer = model.train({
    ...{ trainables, objective: crossEntropy(trainables.classifier), maxBatch: batch },
    optimizer: ADAM,
    classifier: { weight: new Float32Array(CLASSES * config.dim).fill(0.01), bias: new Float32Array(CLASSES) },
  });
  const step = () => trainer.step(images, { backbone: 1e-4, classifier: 1e-3 });
  const steps = await repeat(step, budget);
  const forward = await repeat(() => model.features(images), budget / 4);
  model.dispose();
  const tokens = tokenCount(config);
  const forwardFlops = batch * config.depth * (2 * tokens * 12 * config.dim ** 2 + 4 * tokens * tokens * config.dim);
  return [timing(shape.name, steps, flops(shape)), timing(`${shape.name}: features`, forward, forwardFlops)];
}

/** Where the time of a training step goes: the least duration of each kind of operation, summed over the step. */
export async function profileShape(options: EngineOptions, shape: Shape, repetitions = 30) {
  const { batch } = shape;
  const executor = await WasmExecutor.open(options);
  const { program, ops } = await timeOps(executor, shape, repetitions);
  executor.dispose();
  const groups = new Map<string, { count: number; milliseconds: number; flops: number }>();
  program.ops.forEach((op, i) => {
    const name =
      op.kind === 'gemm'
        ? `gemm ${op.form} m=${extentOf(op.m, batch)} n=${op.n} k=${extentOf(op.k, batch)}${op.gelu ? ' gelu' : ''}`
        : op.kind;
    const group = groups.get(name) ?? { count: 0, milliseconds: 0, flops: 0 };
    groups.set(name, group);
    group.count++;
    group.milliseconds += ops[i] ?? NaN;
    group.flops += flopsOf(op, batch);
  });
  return [...groups].map(([name, group]) => ({ name, ...group }));
}

/** Square products, right-hand side packed each time. */
export async function measureProducts(options: EngineOptions, sizes: readonly number[], budget = 1000): Promise<Timing[]> {
  const executor = await WasmExecutor.open(options);
  const timings: Timing[] = [];
  for (const n of sizes) {
    const builder = new ProgramBuilder(1);
    const [a, b, out] = (['a', 'b', 'out'] as const).map((name) => builder.matrix(name, fixed(n), n, 'trainer'));
    if (!a || !b || !out) continue;
    builder.push({ kind: 'gemm', form: 'NN', a, b, out, m: fixed(n), n, k: fixed(n) });
    const program = builder.program();
    const buffers = new Map(['a', 'b', 'out'].map((name) => [name, executor.create('f32', n * n)] as const));
    for (const name of ['a', 'b']) {
      const buffer = buffers.get(name);
      if (buffer)
        executor.write(
          buffer,
          Float32Array.from({ length: n * n }, (_, i) => Math.sin(i)),
        );
    }
    const times = await repeat(() => executor.run({ program, batch: 1, buffers, inputs: new Map(), results: [] }), budget);
    for (const buffer of buffers.values()) executor.destroy(buffer);
    timings.push(timing(`product ${n}`, times, 2 * n ** 3));
  }
  executor.dispose();
  return timings;
}

async function repeat(run: () => Promise<unknown>, budget: number): Promise<number[]> {
  const warm = performance.now();
  do await run();
  while (performance.now() - warm < budget / 3);
  const times: number[] = [];
  const start = performance.now();
  while (times.length < 3 || performance.now() - start < budget) {
    const before = performance.now();
    await run();
    times.push(performance.now() - before);
  }
  return times;
}
