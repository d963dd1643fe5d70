import { said } from '../../common/said';
import { promptName } from '../../compute/prompts';
import type { LearningRates, PromptMix, Prompts, StepFeedback, Trainer, TrainSpec } from '../../compute/backbone';
import type { ImageBatch, LabelledBatch } from '../../compute/images';
import type { HeadInitialiser } from '../heads';
import type { Picks } from '../known';
import type { Adaptation, Bench, Changes, Kept, LearningBatch, LearningTask, MethodProgress, Sight } from '../method';
import { Queries } from '../prompts/queries';
import { LearnedAdaptation, type Trained } from './learned';

/** What a method makes of a training batch by its queries. */
export interface Chosen {
  readonly mix: PromptMix;
  /** Terms of the loss that never reach the network. */
  readonly loss: number;
  /** Σ of squares of their gradients, where the method clips. */
  readonly squares?: number;
}

/** How images come to their prompts, and what learns on the CPU of that: the methods differ in nothing else. */
export interface Prompter {
  readonly training: Pick<TrainSpec, 'corrections' | 'orthogonality' | 'mixGradients'>;
  /** Pools for the task, from the present ones; none before the first. Fresh optimisers. */
  begin(task: LearningTask, tasksPlanned: number, present: readonly Prompts[]): Prompts[];
  /** `queries` [n, D]. */
  choose(queries: Float32Array, count: number): Chosen;
  /** Moves what `choose` found gradients of; `feedback` of that step, where `wantsFeedback`. */
  update(feedback: StepFeedback | null, rate: number): void;
  readonly wantsFeedback: boolean;
  /** For looking at images, after the newest task or in it. */
  mix(queries: Float32Array, count: number): PromptMix;
  /** Floats that it holds beside the pools. */
  readonly size: number;
  state(): unknown;
  restore(saved: unknown): void;
}

export interface PromptingHooks {
  readonly heads?: HeadInitialiser;
  /** Sees every step before it is taken. */
  readonly before?: (trainer: Trainer, batch: LabelledBatch) => Promise<void>;
}

interface PromptingState extends Trained {
  readonly prompter: unknown;
  readonly queries: unknown;
}

const floatsOf = (prompts: readonly Prompts[]): number => prompts.reduce((sum, { pool }) => sum + pool.length, 0);

/** A frozen network that learns what stands beside an image's tokens; a first pass without any, the query, says what that is. */
export class Prompting extends LearnedAdaptation implements Adaptation {
  readonly sight: Sight;
  readonly #prompter: Prompter;
  readonly #hooks: PromptingHooks;
  readonly #queries: Queries;
  /** Entries of the pools by name, and floats of all of them; none before the first task. */
  #sizes: ReadonlyMap<string, number> = new Map();
  #floats = 0;
  /** Losses of the steps since the last call that the device does not know. */
  #beside: number[] = [];

  constructor(bench: Bench, prompter: Prompter, hooks: PromptingHooks = {}) {
    super(bench, hooks.heads ? { initialiseHead: hooks.heads } : {});
    this.#prompter = prompter;
    this.#hooks = hooks;
    this.#queries = new Queries(bench.model);
    this.sight = { width: bench.model.config.dim, features: (images, picks) => this.#features(images, picks) };
  }

  async *begin(task: LearningTask, tasksPlanned: number): AsyncGenerator<MethodProgress, void> {
    const prompts = this.#prompter.begin(task, tasksPlanned, await this.model.prompts());
    this.model.prompt(prompts);
    this.#has(prompts);
    this.#queries.begin(task.train.count);
    this.learner.open(this.model, { backbone: 'none', adapters: 'none', prompts: true, ...this.#prompter.training }, task.classes);
    yield { phase: 'design', done: 1, total: 1 };
  }

  override async step(batch: LearningBatch, rates: LearningRates): Promise<void> {
    const { trainer } = this.learner;
    const { mix, loss, squares = 0 } = this.#prompter.choose(await this.#queries.of(batch), batch.count);
    const prompted = { ...batch, mix, squares };
    await this.#hooks.before?.(trainer, prompted);
    await this.learner.step(prompted, rates);
    this.#beside.push(loss);
    this.#prompter.update(this.#prompter.wantsFeedback ? await trainer.feedback() : null, rates.backbone);
  }

  override async losses(): Promise<number[]> {
    const beside = this.#beside;
    this.#beside = [];
    return (await this.learner.losses()).map((loss, i) => loss + (beside[i] ?? 0));
  }

  async *end(): AsyncGenerator<MethodProgress, void> {
    await this.learner.close(this.model.config.dim);
    this.#queries.end();
    yield { phase: 'consolidate', done: 1, total: 1 };
  }

  kept(): Kept[] {
    return [{ what: 'prompts', bytes: 4 * (this.#floats + this.#prompter.size), images: 0 }];
  }

  async changes(): Promise<Changes> {
    return { increments: null, weights: null, incomplete: said`its prompts stand beside the weights` };
  }

  async state(): Promise<unknown> {
    const state: PromptingState = {
      ...(await this.trained()),
      prompter: this.#prompter.state(),
      queries: this.#queries.state(),
    };
    return state;
  }

  async restore(saved: unknown): Promise<void> {
    const { prompter, queries, ...trained } = saved as PromptingState;
    this.#beside = [];
    this.#has(trained.model.prompts ?? []);
    await this.takeUp(trained);
    this.#prompter.restore(prompter);
    this.#queries.restore(queries);
  }

  /** Two passes: the query, then the image with its prompts. Without any yet, the network's own features. */
  async #features(images: ImageBatch, picks?: Picks): Promise<Float32Array> {
    const queries = await this.model.features(images);
    if (this.#floats === 0) return queries;
    const mix = this.#prompter.mix(queries, images.count);
    picks?.add(mix, this.#sizes, images.count);
    return this.model.features(images, mix);
  }

  #has(prompts: readonly Prompts[]): void {
    this.#sizes = new Map(prompts.map(({ place, size }) => [promptName(place), size]));
    this.#floats = floatsOf(prompts);
  }
}
