import type { ComputeDevice } from '../backbone';

/** What a check is given. */
export interface Conformance {
  readonly device: () => ComputeDevice;
  /** Another of the same kind. */
  readonly open: () => Promise<ComputeDevice>;
  readonly tolerance: number;
  readonly steps: number;
  readonly quick: boolean;
  readonly everyElement: boolean;
  readonly oneMethod: boolean;
}
