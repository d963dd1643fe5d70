/** What a training step may change. */
import type { PlannedPrompts } from './prompts';

/** A linear map inside a block that may carry a low-rank increment. */
export type AdapterTarget = 'q' | 'k' | 'v' | 'proj' | 'fc1' | 'fc2';

/** Half-open range of classifier rows. */
export interface ClassRange {
  readonly from: number;
  readonly to: number;
}

/** What the optimiser updates. Everything else is frozen and costs no weight gradient. */
export interface Trainables {
  /** All backbone weights (full fine-tuning) or none. */
  readonly backbone: 'none' | 'all';
  /** `up`: A alone, B frozen (InfLoRA). `both`: ordinary LoRA. Of adapters that are not `frozen`. */
  readonly adapters: 'none' | 'up' | 'both';
  /** Whether the attached prompts learn, as far as they say so themselves; absent: not. */
  readonly prompts?: boolean;
  /** Rows of the classifier that learn. */
  readonly classifier: ClassRange;
}

/** Whether anything behind the classifier learns. */
export const trainsNetwork = ({ backbone, adapters, prompts = false }: Omit<Trainables, 'classifier'>): boolean =>
  backbone !== 'none' || adapters !== 'none' || prompts;

/**
 * A factor on the backbone's learning rate for the parameters whose names match, weights and adapters alike; names as of
 * `Trainer.gradients`, and `*` in `match` stands for anything: `pos_embed`, `blocks.0.*`, `*.bias`, `*.k.up`. 0: not updated.
 */
export interface RateFactor {
  readonly match: string;
  readonly factor: number;
}

/** Adapters of one rank on the same maps of every block, or of the first so many. */
export interface PlannedAdapters {
  readonly targets: readonly AdapterTarget[];
  readonly rank: number;
  readonly blocks?: number;
  /** With scales that learn: one a pair, or one for the pairs of a task. */
  readonly scale?: 'each' | 'shared';
  /** Frozen ones of so many earlier tasks beside them. */
  readonly earlier?: number;
}

/** Images of the past in each step: so many draws, each of so many, or (null) of as many as a full batch has. */
export interface Replay {
  readonly draws: number;
  readonly drawn: number | null;
}

/** One model in training, as far as time and memory are concerned. */
export interface PlannedModel {
  readonly trainables: Trainables;
  readonly adapters: PlannedAdapters | null;
  readonly replay?: Replay | null;
  /** Whether the network before the task lies beside it. */
  readonly teacher?: boolean;
  readonly prompts?: readonly PlannedPrompts[];
}

/** Images of a step that takes `images` new ones, in a training with batches of `batch`. */
export const imagesOfStep = ({ replay }: Pick<PlannedModel, 'replay'>, images: number, batch: number): number =>
  images + (replay ? replay.draws * (replay.drawn ?? batch) : 0);
