/**
 * LAE (Gao et al., "A Unified Continual Learning Framework with General Parameter-Efficient Tuning", ICCV 2023): one low-rank adapter
 * that lives through all tasks, held while a new task's head settles; a second copy that follows it slowly; both asked.
 */
import { said } from '../../common/said';
import type { Adapter, LearningRates, VitModel } from '../../compute/backbone';
import type { ImageBatch } from '../../compute/images';
import type { LearnerHooks } from '../learner';
import { withoutScale } from '../lora';
import {
  MethodOrderError,
  type Adaptation,
  type Bench,
  type Changes,
  type Kept,
  type LearningBatch,
  type LearningTask,
  type MethodProgress,
  type Sight,
} from '../method';
import { besideEachOther } from './first-task';
import { LearnedAdaptation, type Trained } from './learned';

export interface AccumulationOptions {
  /** The adapter at the start, each pair with a scale of its own. */
  readonly adapters: readonly Adapter[];
  /** Share of a task's epochs, from the second task on, in which its head alone learns. */
  readonly heldShare: number;
  /** Of the average, a step; null: as much as leaves `TASK_DECAY` of it after a task. */
  readonly decay: number | null;
}

/** What is left of the average after a task of the authors' CIFAR-100: .9999 over 1,042 steps. */
export const TASK_DECAY = 0.9;

type Values = ReadonlyMap<string, Float32Array>;

export class Accumulation extends LearnedAdaptation implements Adaptation {
  readonly sight: Sight;
  readonly #options: AccumulationOptions;
  /** The slow adapter after the newest task, by name, and a network that carries it; null before the second task. */
  #averaged: Values | null = null;
  #offline: VitModel | null = null;
  #current: { readonly task: number; readonly images: number } | null = null;

  constructor(bench: Bench, options: AccumulationOptions, hooks: LearnerHooks) {
    super(bench, hooks);
    this.#options = options;
    bench.model.attach(options.adapters);
    this.sight = { width: 2 * bench.model.config.dim, features: (images) => this.#both(images) };
  }

  /** The slow adapter; null before the second task is learned. */
  get averaged(): Values | null {
    return this.#averaged;
  }

  async #both(images: ImageBatch): Promise<Float32Array> {
    const online = await this.model.features(images);
    const offline = this.#offline ? await this.#offline.features(images) : online;
    return besideEachOther([online, offline], images.count);
  }

  async *begin(task: LearningTask): AsyncGenerator<MethodProgress, void> {
    const average = task.index > 0 ? { average: this.#averaged ? { start: this.#averaged } : {} } : {};
    this.learner.open(this.model, { backbone: 'none', adapters: 'both', ...average }, task.classes);
    this.#current = { task: task.index, images: task.train.count };
    yield { phase: 'design', done: 1, total: 1 };
  }

  override async step(batch: LearningBatch, rates: LearningRates): Promise<void> {
    const { task, images } = this.#current ?? {};
    if (task === undefined || images === undefined) throw new MethodOrderError('No training is open: begin a task first.');
    if (task === 0) return this.learner.step(batch, rates);
    const held = batch.epoch < Math.round(this.#options.heldShare * batch.epochs);
    const steps = batch.epochs * Math.ceil(images / this.bench.batchSize);
    const decay = this.#options.decay ?? TASK_DECAY ** (1 / steps);
    return this.learner.step(batch, { ...rates, ...(held && { backbone: null }), average: 1 - decay });
  }

  async *end(task: LearningTask): AsyncGenerator<MethodProgress, void> {
    if (task.index > 0) this.#averaged = await this.learner.trainer.averaged();
    await this.learner.close(this.model.config.dim);
    this.#current = null;
    await this.#carry();
    yield { phase: 'consolidate', done: 1, total: 1 };
  }

  async #carry(): Promise<void> {
    const averaged = this.#averaged;
    if (!averaged) return;
    this.#offline ??= await this.model.fork();
    const value = (name: string) => averaged.get(name) ?? new Float32Array();
    const slow = (await this.model.adapters()).map((adapter): Adapter => {
      const name = `blocks.${adapter.block}.${adapter.target}`;
      const scale = adapter.scale && { ...adapter.scale, value: value(`scale.${adapter.scale.name}`)[0] ?? NaN };
      return { ...adapter, up: value(`${name}.up`), down: value(`${name}.down`), ...(scale && { scale }) };
    });
    this.#offline.attach(slow);
  }

  kept(): Kept[] {
    const floats = this.#options.adapters.reduce((sum, { up, down }) => sum + up.length + down.length + 1, 0);
    return [{ what: 'adapter', bytes: 4 * floats, images: 0 }];
  }

  async changes(): Promise<Changes> {
    return {
      increments: (await this.model.adapters()).map(withoutScale),
      weights: null,
      incomplete: said`it answers by two networks, the trained one and its average`,
    };
  }

  async state(): Promise<unknown> {
    return { ...(await this.trained()), averaged: structuredClone(this.#averaged), current: this.#current };
  }

  async restore(saved: unknown): Promise<void> {
    const { averaged, current, ...trained } = saved as {
      averaged: Values | null;
      current: { task: number; images: number } | null;
    } & Trained;
    await this.takeUp(trained);
    this.#averaged = structuredClone(averaged);
    this.#current = current;
    await this.#carry();
  }

  override dispose(): void {
    this.#offline?.dispose();
    super.dispose();
  }
}
