/** Where the time of a training step goes. */
import type { VitConfig } from '../vit/config';
import type { PlannedModel } from './trainables';

/** A step to be measured: shapes alone matter, weights and images are made up. */
export interface StepOf extends PlannedModel {
  readonly config: VitConfig;
  readonly batch: number;
}

export const KERNEL_GROUPS = [
  'forward',
  'inputGradients',
  'weightGradients',
  'attention',
  'attentionBackward',
  'norms',
  'optimiser',
  'rest',
] as const;
export type KernelGroup = (typeof KERNEL_GROUPS)[number];

export interface GroupTime {
  readonly group: KernelGroup;
  /** Operations of the plan. */
  readonly count: number;
  /** The least of several repetitions, operation by operation. */
  readonly milliseconds: number;
  /** Of its products; 0 where there are none. */
  readonly flops: number;
}

export interface StepProfile {
  readonly batch: number;
  /** The whole step as training runs it: median of `repetitions`, and the quickest and slowest of them. */
  readonly milliseconds: number;
  readonly least: number;
  readonly most: number;
  readonly repetitions: number;
  readonly groups: readonly GroupTime[];
}
