/** What a method brings of the past into the training of a task: images to rehearse, a network to stay near. */
import type { ClassRange, Trainer, VitModel } from '../compute/backbone';
import type { LabelledBatch } from '../compute/images';
import type { Classifier } from '../vit/checkpoint';
import type { Known } from './known';
import type { Learns } from './learner';
import type { Kept, LearningBatch, LearningTask, Stateful } from './method';

/** What of a task's training is not as usual. */
export interface Training {
  /** Rows of the classifier that learn. */
  readonly range: ClassRange;
  readonly learns: Omit<Learns, 'backbone' | 'adapters'>;
}

export interface Past extends Pick<Stateful, 'state'> {
  /** Before a task is trained. `model`, `heads`: as the tasks before left them. */
  begin(task: LearningTask, model: VitModel, heads: Classifier): Promise<Training>;
  /** What is trained on for a batch. `columns`: of the classifier. */
  join(batch: LearningBatch, columns: number): Promise<LabelledBatch>;
  /** After its step. */
  took?(batch: LearningBatch, trainer: Trainer, columns: number): Promise<void>;
  kept(): readonly Kept[];
  /** What it knows of itself; absent where that is nothing. */
  knows?(): Known | null;
  /** `model`: as it is before its own state is restored. */
  restore(saved: unknown, model: VitModel): Promise<void>;
  dispose?(): void;
}

/** The columns of a task and all those before it. */
export const seenBy = ({ classes }: LearningTask, { bias }: Classifier): ClassRange => ({
  from: 0,
  to: Math.max(bias.length, classes.to),
});

/** One batch of several, whose parts they are; `targets` [rows, columns] of all where there are any. */
export function joined(batches: readonly (LabelledBatch | null)[], targets?: Float32Array): LabelledBatch {
  const parts = batches.map((batch) => batch?.count ?? 0);
  const found = batches.filter((batch) => batch !== null);
  const pixels = new Uint8Array(found.reduce((sum, batch) => sum + batch.pixels.length, 0));
  let at = 0;
  for (const batch of found) {
    pixels.set(batch.pixels, at);
    at += batch.pixels.length;
  }
  return {
    ...{ pixels, parts, count: parts.reduce((sum, rows) => sum + rows, 0), size: found[0]?.size ?? 0 },
    labels: Int32Array.from(found.flatMap(({ labels }) => [...labels])),
    ...(targets && { targets }),
  };
}
