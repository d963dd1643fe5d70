/** Accuracy on a few old images while a later task is learned. */
import type { MethodRun } from '../../session/record';

export type Probe = readonly { readonly step: number; readonly accuracy: number }[];

/** Of the first task, while `task` was learned; null: no record holds it yet. */
export const probeOf = (_run: MethodRun, _task: number): Probe | null => null;
