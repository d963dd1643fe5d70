/** What a device is like, as it was measured once: what foretells the time of a step. */

/** Operations of the plan that share a rate. */
export const COST_KINDS = ['forward', 'inputGradients', 'weightGradients', 'attention', 'attentionBackward', 'rows', 'update'] as const;
export type CostKind = (typeof COST_KINDS)[number];

/** Milliseconds an operation, a million of its floating-point operations and a million of the numbers it touches. */
export interface Rates {
  readonly each: number;
  readonly perMflop: number;
  readonly perMnumber: number;
}

/** Plain JSON. */
export interface Calibration {
  readonly rates: Readonly<Record<CostKind, Rates>>;
  /** Milliseconds a program takes beside its operations: submission, waiting for the device. */
  readonly eachRun: number;
  /** Whole steps, relative to the sum of their operations run one at a time. */
  readonly together: number;
}
