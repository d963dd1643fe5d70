/** InfLoRA's view of its own memory after one task; all plain numbers, part of the run record. */
export interface LayerDiagnostics {
  /** Columns of M: directions of the old tasks' inputs (`remove`) or of their complement (`retain`). */
  readonly dimension: number;
  readonly of: number;
  readonly type: 'remove' | 'retain';
  /** Rows of B that found a free direction; fewer than the rank where the space is used up. */
  readonly freeRank: number;
  /** Per old task s < t: tr(ΔW C_s ΔWᵀ) / tr(ΔW C_t ΔWᵀ), K and V together; 0 is no interference. */
  readonly leakage: readonly number[];
  /** Per old task s < t: smallest and mean principal angle between span(B_s) and span(B_t), degrees. */
  readonly angles: readonly { readonly smallest: number; readonly mean: number }[];
}

export interface InfloraDiagnostics {
  readonly threshold: number;
  readonly layers: readonly LayerDiagnostics[];
}
