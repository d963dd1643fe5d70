import type { LoadedExperiment } from './experiments';

/** A run of a sweep. */
export interface PlannedRun extends LoadedExperiment {
  /** Experiment and setting, for people; runs that differ in the seed alone share it. */
  readonly title: string;
  /** Where its methods are too many for one page: which of them these are. */
  readonly part?: { readonly number: number; readonly of: number; readonly whole: PlannedRun };
}
