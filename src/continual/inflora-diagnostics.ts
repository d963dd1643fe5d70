import type { Adapter } from '../compute/backbone';
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import type { DesignedB } from './design-b';
import type { LayerDiagnostics } from './diagnostics';
import type { DualGpm } from './dual-gpm';
import { leakage, principalAngles } from './subspace';

/** Of one learned task, per layer: its B, and its inputs' second moments (null where they were too large to keep). */
export type TaskTrace = readonly LayerTrace[];

export interface LayerTrace {
  readonly down: Float64Array;
  readonly covariance: Float32Array | null;
}

interface LayerState {
  readonly memory: DualGpm;
  readonly design: DesignedB | undefined;
  /** The task's trained increments in this block. */
  readonly increments: readonly Adapter[];
  /** The new task's second moments, before training. */
  readonly covariance: Float32Array | undefined;
  /** Old tasks, in order. */
  readonly old: readonly (LayerTrace | undefined)[];
  readonly linalg: LinearAlgebra;
}

/** InfLoRA's view of one layer after a task. Leakage is empty where old second moments were not kept. */
export async function diagnoseLayer({ memory, design, increments, covariance, old, linalg }: LayerState): Promise<LayerDiagnostics> {
  const { dim } = memory;
  const updates = increments.map(({ up, down, rank }) => ({ up, down, rank, out: up.length / rank }));
  const leaked = old.flatMap((trace) => (trace?.covariance && covariance ? [leakage(updates, trace.covariance, covariance, dim)] : []));
  const angles = await Promise.all(
    old.flatMap((trace) =>
      trace && design ? [principalAngles(trace.down, trace.down.length / dim, design.down, design.down.length / dim, dim, linalg)] : [],
    ),
  );
  return { dimension: memory.columns, of: dim, type: memory.type, freeRank: design?.freeRank ?? 0, leakage: leaked, angles };
}
