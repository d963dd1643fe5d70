import type { Adapter } from '../../compute/backbone';
import type { Guards, LearnerHooks } from '../learner';
import { freshLora } from '../lora';
import type { Adaptation, Bench, Changes, Kept, LearningTask, MethodProgress } from '../method';
import { restoreRng, type Rng, type RngState } from '../rng';
import { adapted, type Targets } from '../targets';
import { LearnedAdaptation, type Trained } from './learned';

export interface FreshLoraOptions {
  readonly rank: number;
  readonly targets?: Targets | undefined;
  /** What guards the past, from its increments: they are merged, all the tasks' in their order. */
  readonly guards: (fresh: readonly Adapter[], past: readonly Adapter[]) => Guards;
  /** Bytes of them that the guards read. */
  readonly keeps: (past: readonly Adapter[]) => number;
}

export interface FreshLoraHooks extends LearnerHooks {
  readonly initialise?: (task: LearningTask) => Adapter[];
}

const NONE = { backbone: 'none', adapters: 'both' } as const;

/** A fresh low-rank pair a map for each task, both factors trained under a guard, then merged: old pairs stay summed in, frozen. */
export class FreshLora extends LearnedAdaptation implements Adaptation {
  readonly #options: FreshLoraOptions;
  readonly #hooks: FreshLoraHooks;
  #rng: Rng;
  #past: readonly Adapter[] = [];

  constructor(bench: Bench, options: FreshLoraOptions, hooks: FreshLoraHooks = {}) {
    super(bench, hooks);
    this.#options = options;
    this.#hooks = hooks;
    this.#rng = bench.rng.fork('lora');
  }

  async *begin(task: LearningTask): AsyncGenerator<MethodProgress, void> {
    const { rank, targets } = this.#options;
    const fresh = this.#hooks.initialise?.(task) ?? freshLora(this.model.config, rank, this.#rng, adapted(targets));
    this.model.attach(fresh);
    this.learner.open(this.model, NONE, task.classes, this.#options.guards(fresh, this.#past));
    yield { phase: 'design', done: 1, total: 1 };
  }

  async *end(): AsyncGenerator<MethodProgress, void> {
    await this.learner.close(this.model.config.dim);
    this.#past = [...this.#past, ...(await this.model.adapters())];
    this.model.merge();
    yield { phase: 'consolidate', done: 1, total: 1 };
  }

  kept(): Kept[] {
    return [{ what: 'increments', bytes: this.#options.keeps(this.#past), images: 0 }];
  }

  async changes(): Promise<Changes> {
    return { increments: this.#past, weights: null };
  }

  async state(): Promise<unknown> {
    const own = { past: structuredClone(this.#past), rng: this.#rng.state() };
    return { ...own, ...(await this.trained()) };
  }

  async restore(saved: unknown): Promise<void> {
    const { past, rng, ...trained } = saved as {
      past: readonly Adapter[];
      rng: RngState;
    } & Trained;
    this.#past = structuredClone(past);
    this.#rng = restoreRng(rng);
    await this.takeUp(trained, async () => this.#options.guards(await this.model.adapters(), this.#past));
  }
}

/** Of the same map, in the order of the tasks. */
export const onSameMap = (past: readonly Adapter[], { block, target }: Adapter): Adapter[] =>
  past.filter((one) => one.block === block && one.target === target);
