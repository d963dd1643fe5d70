/** What a method has learned, as it can be taken away. */
import type { Adapter } from '../compute/backbone';
import type { Classifier, VitCheckpoint } from '../vit/checkpoint';

export interface Trained {
  /** Over all classes seen; where scores are not logits, one with the same ranking. */
  readonly classifier: Classifier;
  /** The change of the pre-trained weights as low-rank increments (all tasks so far), or the changed weights; null for neither. */
  readonly increments: readonly Adapter[] | null;
  readonly weights: VitCheckpoint | null;
}
