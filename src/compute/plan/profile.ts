/** Where time goes: a training step on made-up values, whole and operation by operation. */
import { KERNEL_GROUPS, type GroupTime, type KernelGroup, type StepOf, type StepProfile } from '../step-profile';
import { adapterLayout } from './adapter-layout';
import type { Executor } from './executor';
import { flopsOf } from './flops';
import { adaptersOf, promptsOf, trainSpec } from './memory';
import type { Op, Program } from './ops';
import { withBuffers } from './product';
import { mixInput, promptLayout } from './prompt-layout';
import { trainingPrograms } from './programs';

const groupOf = (op: Op): KernelGroup => {
  switch (op.kind) {
    case 'gemm':
      return op.form === 'NT' ? 'forward' : op.form === 'NN' ? 'inputGradients' : 'weightGradients';
    case 'attention':
    case 'attentionBackward':
      return op.kind;
    case 'layerNorm':
    case 'layerNormBackward':
    case 'layerNormParameters':
      return 'norms';
    case 'update':
      return 'optimiser';
    default:
      return 'rest';
  }
};

export interface OpTimes {
  readonly program: Program;
  /** Milliseconds of whole steps, in order. */
  readonly steps: readonly number[];
  /** Least milliseconds of each operation. */
  readonly ops: Float64Array;
}

/** Values between ±0.1 that no two neighbours share. */
const PATTERN = Float32Array.from({ length: 65536 }, (_, i) => Math.sin(i * 12.9898) * 0.1);

/** Runs the step `repetitions` times whole and as often in pieces, after one run to warm up. */
export async function timeOps(executor: Executor, of: StepOf, repetitions: number): Promise<OpTimes> {
  const { config, batch, trainables } = of;
  const adapters = adapterLayout(config, adaptersOf(config, of.adapters));
  const spec = trainSpec(config, trainables, batch);
  const prompts = promptLayout(config, promptsOf(config, of.prompts ?? []));
  const program = trainingPrograms({ config, adapters, prompts, maxBatch: batch }, spec, spec.classifier.bias.length).step;
  return withBuffers(executor, program, async (buffers) => {
    for (const buffer of buffers.values()) {
      for (let at = 0; at < buffer.size; at += PATTERN.length) executor.write(buffer, PATTERN.subarray(0, buffer.size - at), at);
    }
    const inputs = new Map<string, Uint8Array | Int32Array | Float32Array>([
      ['images', Uint8Array.from({ length: batch * config.imageSize ** 2 * 3 }, (_, i) => i % 251)],
      ['labels', new Int32Array(batch)],
      ['scalars', Float32Array.of(1e-5, 1e-5, 1, 1)],
      ...prompts.pools.map(({ name, slots, size }) => [mixInput(name), new Float32Array(batch * slots * size).fill(1 / size)] as const),
    ]);
    const request = { program, batch, buffers, inputs, results: ['loss'] };
    await executor.run(request);
    const steps: number[] = [];
    const ops = new Float64Array(program.ops.length).fill(Infinity);
    for (let i = 0; i < repetitions; i++) {
      const before = performance.now();
      await executor.run(request);
      steps.push(performance.now() - before);
      await executor.run({ ...request, milliseconds: ops });
    }
    return { program, steps, ops };
  });
}

/** As `timeOps`, by kernel group. */
export async function profileStep(executor: Executor, of: StepOf, repetitions = 7): Promise<StepProfile> {
  const { program, steps, ops } = await timeOps(executor, of, repetitions);
  const sorted = [...steps].sort((a, b) => a - b);
  const groups = KERNEL_GROUPS.map((group): GroupTime => {
    const members = program.ops.flatMap((op, i) => (groupOf(op) === group ? [{ op, milliseconds: ops[i] ?? NaN }] : []));
    return {
      ...{ group, count: members.length },
      milliseconds: members.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
      flops: members.reduce((sum, { op }) => sum + flopsOf(op, of.batch), 0),
    };
  });
  return {
    ...{ batch: of.batch, repetitions, least: sorted[0] ?? NaN, most: sorted.at(-1) ?? NaN },
    milliseconds: sorted[sorted.length >> 1] ?? NaN,
    groups: groups.filter(({ count }) => count > 0),
  };
}
