import * as v from 'valibot';
import type { MethodPlan } from './definition';
import type { Objective } from '../compute/objective';
import type { Trainer } from '../compute/backbone';
import type { ClassRange } from '../compute/trainables';
import type { Classifier } from '../vit/checkpoint';
import { ExemplarStore, type Draws } from './exemplars';
import type { Bench, LearningBatch, LearningTask } from './method';
import { joined, seenBy, type Past, type Training } from './past';

export const bufferOptions = {
  /** Images kept in all. */
  images: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 200),
  /** Images drawn at once; absent: as many as a batch has. */
  drawn: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
};

export interface BufferOptions {
  readonly images: number;
  readonly drawn?: number | undefined;
}

export const bufferPlan = ({ drawn }: BufferOptions, draws: number): Pick<MethodPlan, 'replay' | 'keeps'> => ({
  replay: { draws, drawn: drawn ?? null },
  keeps: ['images'],
});

export const bufferWords = ({ images, drawn }: BufferOptions): string[] => [
  `${images} images kept by reservoir sampling`,
  drawn === undefined ? 'as many drawn as new ones' : `${drawn} drawn at once`,
];

export interface RehearsalOptions {
  /** Images kept. */
  readonly images: number;
  /** Images of one draw; as many as a batch has unless told. */
  readonly drawn?: number | undefined;
  /** Draws of a step, each a part of the batch behind the new images. */
  readonly draws: number;
  /** Whether each image is kept with the logits that it had in its own step, before the update: targets when it comes again. */
  readonly logits: boolean;
  /** `task`: columns of the present one, `seen`: of all so far. */
  readonly objective: (task: ClassRange, seen: ClassRange) => Objective;
}

/** Images of a reservoir join every batch of new ones, which are offered to it after the step, without augmentation. */
export class Rehearsal implements Past {
  readonly store: ExemplarStore;
  readonly #options: RehearsalOptions;
  readonly #drawn: number;
  readonly #batchSize: number;

  constructor({ rng, batchSize }: Pick<Bench, 'rng' | 'batchSize'>, options: RehearsalOptions, draws?: Draws) {
    this.store = new ExemplarStore(options.images, rng.fork('exemplars'), draws);
    this.#options = options;
    this.#drawn = options.drawn ?? batchSize;
    this.#batchSize = batchSize;
  }

  async begin(task: LearningTask, _: unknown, heads: Classifier): Promise<Training> {
    const { draws, logits, objective } = this.#options;
    this.store.open(task.index);
    const range = seenBy(task, heads);
    const maxBatch = this.#batchSize + draws * this.#drawn;
    return { range, learns: { objective: objective(task.classes, range), maxBatch, logits } };
  }

  async join(batch: LearningBatch, columns: number) {
    if (this.store.count === 0) return joined([batch], this.#targets(batch.count, [], columns));
    const slots = Array.from({ length: this.#options.draws }, () => this.store.draw(this.#drawn));
    const replayed = slots.map((drawn) => {
      const images = this.store.images(drawn);
      return images && (batch.augmentation?.apply(images, this.store.seed()) ?? images);
    });
    return joined([batch, ...replayed], this.#targets(batch.count, slots.flat(), columns));
  }

  /** Logits as they were kept; none for new images, and none for columns that came later. */
  #targets(news: number, slots: readonly number[], columns: number): Float32Array | undefined {
    if (!this.#options.logits) return undefined;
    const targets = new Float32Array((news + slots.length) * columns).fill(NaN);
    slots.forEach((slot, i) => targets.set(this.store.at(slot).logits ?? [], (news + i) * columns));
    return targets;
  }

  async took(batch: LearningBatch, trainer: Trainer, columns: number): Promise<void> {
    const logits = this.#options.logits ? (await trainer.feedback()).logits : null;
    this.store.offer(batch.augmentation?.original() ?? batch, logits && logits.slice(0, batch.count * columns), batch.positions);
  }

  kept() {
    return this.store.kept();
  }

  knows() {
    return this.store.knows();
  }

  state(): Promise<unknown> {
    return this.store.state();
  }

  restore(saved: unknown): Promise<void> {
    return this.store.restore(saved);
  }
}
