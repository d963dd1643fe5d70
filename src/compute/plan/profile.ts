/** Where time goes: a training step on made-up values, whole and operation by operation. */
import { KERNEL_GROUPS, type GroupTime, type KernelGroup, type StepOf, type StepProfile } from '../step-profile';
import type { Executor, RunRequest } from './executor';
import { flopsOf } from './flops';
import { extentOf, type BufferSpec, type Op, type Program } from './ops';
import { planned } from './planned';
import { withBuffers } from './product';
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

/** A step on made-up values, ready to be run: for as long as `work` takes. */
export function madeUpRun<T>(executor: Executor, program: Program, batch: number, work: (request: RunRequest) => Promise<T>): Promise<T> {
  return withBuffers(executor, program, (buffers) => {
    for (const buffer of buffers.values()) {
      for (let at = 0; at < buffer.size; at += PATTERN.length) executor.write(buffer, PATTERN.subarray(0, buffer.size - at), at);
    }
    const inputs = new Map<string, Uint8Array | Int32Array | Float32Array>();
    for (const { name, role, type, size } of program.buffers.values()) {
      if (role === 'input') inputs.set(name, madeUp(name, type, extentOf(size, batch)));
    }
    return work({ program, batch, buffers, inputs, results: ['loss'] });
  });
}

/** Pixels, labels of the first class, small factors, and a little of every prompt. */
function madeUp(name: string, type: BufferSpec['type'], size: number): Uint8Array | Int32Array | Float32Array {
  if (type === 'u8') return Uint8Array.from({ length: size }, (_, i) => i % 251);
  if (type === 'i32') return new Int32Array(size);
  return new Float32Array(size).fill(name === 'scalars' ? 1e-5 : 0.1);
}

/** Runs the step `repetitions` times whole and as often in pieces, after one run to warm up. */
export async function timeOps(executor: Executor, of: StepOf, repetitions: number): Promise<OpTimes> {
  const { config, batch } = of;
  const { network, spec } = planned(config, of, batch);
  const program = trainingPrograms(network, spec, spec.classifier.bias.length).step;
  return madeUpRun(executor, program, batch, async (request) => {
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
