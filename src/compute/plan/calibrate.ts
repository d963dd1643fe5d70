/** What a device is like, found out in well under a second: a few shallow steps, operation by operation. */
import type { VitConfig } from '../../vit/config';
import type { Calibration } from '../calibration';
import { fitRates, operationTime, type Sample } from './cost';
import type { Executor } from './executor';
import { timeOps } from './profile';
import type { StepOf } from '../step-profile';

const classifier = { from: 0, to: 10 };

const vit = (dim: number, heads: number, imageSize: number, patchSize: number, depth = 2): VitConfig => ({
  ...{ imageSize, patchSize, dim, depth, heads, mlpDim: 4 * dim, layerNormEps: 1e-6 },
  ...{ mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], pooling: 'token' },
});
const lora = (config: VitConfig, batch: number): StepOf => ({
  ...{ config, batch, adapters: { targets: ['k', 'v'], rank: 4 } },
  trainables: { backbone: 'none', adapters: 'up', classifier },
});
const full = (config: VitConfig, batch: number): StepOf => ({
  ...{ config, batch, adapters: null },
  trainables: { backbone: 'all', adapters: 'none', classifier },
});

/** Small and large operations of every kind: few wide tokens, many narrow ones, and weights that learn. */
const SHAPES: readonly StepOf[] = [
  full(vit(128, 4, 32, 8), 8),
  lora(vit(96, 3, 64, 8), 6),
  lora(vit(192, 3, 160, 16), 1),
  lora(vit(384, 6, 96, 16), 1),
];
const REPETITIONS = 3;

export async function calibrate(executor: Executor): Promise<Calibration> {
  const samples: Sample[] = [];
  const whole: { readonly milliseconds: number; readonly parts: number; readonly predicted: () => number }[] = [];
  for (const of of SHAPES) {
    const { program, steps, ops } = await timeOps(executor, of, REPETITIONS);
    const own = program.ops.map((op, i): Sample => ({ op, batch: of.batch, milliseconds: ops[i] ?? NaN }));
    samples.push(...own);
    whole.push({
      milliseconds: median(steps),
      parts: own.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
      predicted: () => own.reduce((sum, { op, batch }) => sum + operationTime(op, batch, { rates }), 0),
    });
  }
  const rates = fitRates(samples);
  return { rates, ...fitWhole(whole.map(({ milliseconds, predicted }) => ({ milliseconds, parts: predicted() }))) };
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** milliseconds = eachRun + together · parts, over the steps that were measured; neither below zero, relative errors counting. */
function fitWhole(steps: readonly { readonly milliseconds: number; readonly parts: number }[]): Pick<Calibration, 'eachRun' | 'together'> {
  let best = { eachRun: 0, together: 1, error: Infinity };
  // One number decides the other: a walk over the overhead finds the least squares as well as algebra would.
  const least = Math.min(...steps.map(({ milliseconds }) => milliseconds));
  for (let i = 0; i < 20; i++) {
    const eachRun = (i / 20) * least;
    const [over, under] = steps.reduce(
      ([a, b], { milliseconds, parts }) => [a + ((milliseconds - eachRun) * parts) / milliseconds ** 2, b + (parts / milliseconds) ** 2],
      [0, 0],
    );
    const together = over / under;
    const error = steps.reduce((sum, { milliseconds, parts }) => sum + ((eachRun + together * parts) / milliseconds - 1) ** 2, 0);
    if (error < best.error) best = { eachRun, together, error };
  }
  return { eachRun: best.eachRun, together: best.together };
}
