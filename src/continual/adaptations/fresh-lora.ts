import type { Adapter, LearningRates, ModelState } from '../../compute/backbone';
import type { Classifier } from '../../vit/checkpoint';
import { Learner, type Guards, type LearnerHooks } from '../learner';
import { freshLora } from '../lora';
import type { Adaptation, Bench, Changes, Kept, LearningBatch, LearningTask, MethodProgress } from '../method';
import { adapted, type Targets } from '../targets';

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
export class FreshLora implements Adaptation {
  readonly #bench: Bench;
  readonly #options: FreshLoraOptions;
  readonly #hooks: FreshLoraHooks;
  readonly #learner: Learner;
  #past: readonly Adapter[] = [];

  constructor(bench: Bench, options: FreshLoraOptions, hooks: FreshLoraHooks = {}) {
    this.#bench = bench;
    this.#options = options;
    this.#hooks = hooks;
    this.#learner = new Learner(bench, hooks);
  }

  get model() {
    return this.#bench.model;
  }

  get heads(): Classifier {
    return this.#learner.classifier;
  }

  set heads(heads: Classifier) {
    this.#learner.classifier = heads;
  }

  async *begin(task: LearningTask): AsyncGenerator<MethodProgress, void> {
    const { rank, targets } = this.#options;
    const draw = () => freshLora(this.model.config, rank, this.#bench.rng.fork(`lora of task ${task.index}`), adapted(targets));
    const fresh = this.#hooks.initialise?.(task) ?? draw();
    this.model.attach(fresh);
    this.#learner.open(this.model, NONE, task.classes, this.#options.guards(fresh, this.#past));
    yield { phase: 'design', done: 1, total: 1 };
  }

  step(batch: LearningBatch, rates: LearningRates): Promise<void> {
    return this.#learner.step(batch, rates);
  }

  losses(): Promise<number[]> {
    return this.#learner.losses();
  }

  async *end(): AsyncGenerator<MethodProgress, void> {
    await this.#learner.close(this.model.config.dim);
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
    return { past: structuredClone(this.#past), model: await this.model.state(), learner: await this.#learner.state() };
  }

  async restore(saved: unknown): Promise<void> {
    const { past, model, learner } = saved as {
      past: readonly Adapter[];
      model: ModelState;
      learner: Awaited<ReturnType<Learner['state']>>;
    };
    this.#past = structuredClone(past);
    this.#learner.dispose();
    await this.model.restore(model);
    await this.#learner.restore(learner, this.model, this.#options.guards(await this.model.adapters(), this.#past));
  }

  dispose(): void {
    this.#learner.dispose();
    this.model.dispose();
  }
}

/** Of the same map, in the order of the tasks. */
export const onSameMap = (past: readonly Adapter[], { block, target }: Adapter): Adapter[] =>
  past.filter((one) => one.block === block && one.target === target);
