/**
 * What every engine must do, on every device: the checks of the narrow waist (src/compute/backbone.ts).
 * Call `describeDevice` from a test file with a function that opens the device.
 */
import { afterAll, beforeAll, describe } from 'vitest';
import type { ComputeDevice } from '../backbone';
import { adapterChecks } from './checks-adapters';
import { averageChecks } from './checks-average';
import { correctionChecks } from './checks-corrections';
import { forwardChecks } from './checks-forward';
import { gradientChecks } from './checks-gradients';
import { lifetimeChecks } from './checks-lifetime';
import { misuseChecks } from './checks-misuse';
import { momentChecks } from './checks-moments';
import { objectiveChecks } from './checks-objective';
import { optimizerChecks } from './checks-optimizer';
import { penaltyChecks } from './checks-penalties';
import { promptChecks } from './checks-prompts';
import { productChecks } from './checks-products';
import { rateChecks } from './checks-rates';
import { severalAdapterChecks } from './checks-several';
import { scaleChecks } from './checks-scales';
import { sizeChecks } from './checks-sizes';
import { stateChecks } from './checks-state';
import { stepChecks } from './checks-steps';
import { trainerChecks } from './checks-trainer';
import type { Conformance } from './context';

export interface ConformanceOptions {
  /** Norm-wise relative error allowed against float64; default 2e-5, a few float32 roundings through two blocks. */
  readonly tolerance?: number;
  /** Steps over which memory must stay flat and losses be kept; default 200. Fewer where a software GPU runs the test. */
  readonly steps?: number;
  /** Leave out the larger of the shapes, for slow devices. */
  readonly quick?: boolean;
  /** Gradients by finite differences at every element, not at a dozen of each tensor: minutes of the float64 oracle. */
  readonly everyElement?: boolean;
  /** What must hold whatever is trained is checked with InfLoRA alone: for devices that need seconds a step. */
  readonly oneMethod?: boolean;
  /** Without prompts and clips: for the reference engine, which has none. Default: true. */
  readonly prompts?: boolean;
  /** Also odd numbers of tokens, images, head widths and ranks: for kernels of our own, which depend on them. */
  readonly sizes?: boolean;
}

/** Runs the whole suite on one device, opened once. */
export function describeDevice(name: string, open: () => Promise<ComputeDevice>, options: ConformanceOptions = {}): void {
  describe(`conformance: ${name}`, () => {
    let opened: ComputeDevice | undefined;
    beforeAll(async () => {
      opened = await open();
    }, 600_000);
    afterAll(() => opened?.dispose());
    const context: Conformance = {
      device: () => {
        if (!opened) throw new Error(`${name} did not open`);
        return opened;
      },
      open,
      tolerance: options.tolerance ?? 2e-5,
      steps: options.steps ?? 200,
      quick: options.quick ?? false,
      everyElement: options.everyElement ?? false,
      oneMethod: options.oneMethod ?? false,
    };
    forwardChecks(context);
    adapterChecks(context);
    gradientChecks(context);
    optimizerChecks(context);
    trainerChecks(context);
    stepChecks(context);
    if (options.sizes) sizeChecks(context);
    lifetimeChecks(context);
    misuseChecks(context);
    momentChecks(context);
    severalAdapterChecks(context);
    scaleChecks(context);
    averageChecks(context);
    objectiveChecks(context);
    rateChecks(context);
    correctionChecks(context);
    penaltyChecks(context);
    productChecks(context);
    stateChecks(context);
    // Prompts are the plan's own: the reference refuses them by name.
    if (options.prompts ?? true) promptChecks(context);
  });
}
