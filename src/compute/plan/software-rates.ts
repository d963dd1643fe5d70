/** What a processor in the guise of a GPU costs: known beforehand, because its compiler takes half a minute over a calibration. */
import type { Calibration, Rates } from '../calibration';
import { COST_KINDS, type CostKind } from '../calibration';
import type { Executor } from './executor';
import { productSpeed } from './speed';

/** A tenth of a second at most, compiled with one kernel, and large enough that submission does not count. */
const PRODUCT = { m: 1024, n: 96, k: 384 } as const;

/**
 * SwiftShader on two cores of an AMD EPYC, and its GFLOP/s of the product above:
 * `npm run bench -- --own rates` prints both.
 */
const REFERENCE: { readonly speed: number; readonly calibration: Calibration } = {
  speed: 7.6,
  calibration: {
    rates: {
      forward: { each: 0.037, perMflop: 0.128, perMnumber: 2.09 },
      inputGradients: { each: 0.027, perMflop: 0.143, perMnumber: 2.33 },
      weightGradients: { each: 0.043, perMflop: 0.129, perMnumber: 3.62 },
      attention: { each: 0, perMflop: 0.238, perMnumber: 5.5 },
      attentionBackward: { each: 0.088, perMflop: 0.165, perMnumber: 7.34 },
      rows: { each: 0.031, perMflop: 6.65, perMnumber: 6.49 },
      update: { each: 0.017, perMflop: 0, perMnumber: 7.61 },
    },
    eachRun: 9.7,
    together: 1,
  },
};

/** GFLOP/s that `softwareCalibration` measures a device by. */
export const softwareSpeed = (executor: Executor): Promise<number> => productSpeed(executor, PRODUCT);

/** The reference's costs, all of them in proportion to how fast a product is here. */
export async function softwareCalibration(executor: Executor): Promise<Calibration> {
  const slower = REFERENCE.speed / (await softwareSpeed(executor));
  const { rates, eachRun, together } = REFERENCE.calibration;
  const scaled = ({ each, perMflop, perMnumber }: Rates): Rates => ({
    ...{ each: slower * each, perMflop: slower * perMflop, perMnumber: slower * perMnumber },
  });
  return {
    ...{ rates: Object.fromEntries(COST_KINDS.map((kind) => [kind, scaled(rates[kind])])) as Record<CostKind, Rates> },
    ...{ eachRun: slower * eachRun, together },
  };
}
