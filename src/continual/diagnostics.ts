/** What a method that works in subspaces knows of them after one task; all plain numbers, part of the run record. */
export interface SiteDiagnostics {
  readonly block: number;
  /** What the maps there read: `qkv`, `proj`, `fc1`, `fc2`. */
  readonly input: string;
  /** Columns of M: directions of the old tasks' inputs (`remove`) or of their complement (`retain`). */
  readonly dimension: number;
  readonly of: number;
  readonly type: 'remove' | 'retain';
  /** Rows of B that found a free direction; fewer than the rank where the space is used up. */
  readonly freeRank: number;
  /** Per old task s < t: smallest and mean principal angle between span(B_s) and span(B_t), degrees. */
  readonly angles: readonly { readonly smallest: number; readonly mean: number }[];
}

export interface SubspaceDiagnostics {
  readonly threshold: number;
  readonly sites: readonly SiteDiagnostics[];
}
