/** What a training step may change. */

/** Half-open range of classifier rows. */
export interface ClassRange {
  readonly from: number;
  readonly to: number;
}

/** What the optimiser updates. Everything else is frozen and costs no weight gradient. */
export interface Trainables {
  /** All backbone weights (full fine-tuning) or none. */
  readonly backbone: 'none' | 'all';
  /** `up`: A alone, B frozen (InfLoRA). `both`: ordinary LoRA. */
  readonly adapters: 'none' | 'up' | 'both';
  /** Rows of the classifier that learn. */
  readonly classifier: ClassRange;
}
