import type { PromptMix } from './prompts';

/** n square RGB images as bytes: pixels [n, size, size, 3], row-major, values 0..255. */
export interface ImageBatch {
  readonly pixels: Uint8Array;
  readonly count: number;
  readonly size: number;
}

/** Images with their class column: labels [n]. */
export interface LabelledBatch extends ImageBatch {
  readonly labels: Int32Array;
  /** For a model that has prompts. */
  readonly mix?: PromptMix;
  /** Σ of squares of gradients of this batch that are kept elsewhere, which a clip counts in. */
  readonly squares?: number;
  /** Rows of its parts, which follow one another: new images, replayed ones. Absent: it is one part. */
  readonly parts?: readonly number[];
  /**
   * [n, C] logits to come near to, by absolute column of the classifier: for objectives that ask for them, which read their own
   * columns and rows alone.
   */
  readonly targets?: Float32Array;
}
