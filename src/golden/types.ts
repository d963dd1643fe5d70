import type { InfloraOptions } from '../continual/presets';
import type { Schedule } from '../continual/schedule';
import type { GoldenRow } from './compare';

export interface GoldenProgress {
  readonly phase: 'load' | 'gather' | 'design' | 'train' | 'consolidate' | 'evaluate';
  readonly task: number;
  readonly done: number;
  readonly total: number;
}

export interface GoldenReport {
  readonly scenario: string;
  readonly rows: readonly GoldenRow[];
  readonly passed: boolean;
}

export interface GoldenOptions {
  /** All file names of the folder, where they can be listed: helps to find an init file of an unusual name. */
  readonly names?: readonly string[];
  /** Deviations from the authors' preset, to see that the comparison reveals them. */
  readonly inflora?: InfloraOptions;
  readonly schedule?: Schedule;
  /** End as soon as a quantity misses its mark; the rows so far are returned. */
  readonly stopAtFailure?: boolean;
  /** End after so many training steps of the first task: forward pass, design, gradients and first losses, for slow devices. */
  readonly steps?: number;
  /** Only the first so many tasks. */
  readonly tasks?: number;
}
