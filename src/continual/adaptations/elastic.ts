import type { LearningRates, ModelState, Trainables } from '../../compute/backbone';
import type { NamedValues } from '../../compute/penalties';
import type { Classifier } from '../../vit/checkpoint';
import { samplePositions } from '../gather';
import { bytesOf, fisherOf, joined, type Fisher, type Importances, type Joining } from '../importances';
import { Learner, type Guards, type LearnerHooks } from '../learner';
import type { Adaptation, Bench, Changes, Kept, LearningBatch, LearningTask, MethodProgress } from '../method';

export interface ElasticOptions {
  readonly learns: Pick<Trainables, 'backbone' | 'adapters'>;
  /** λ: the loss has λ/2 Σ F (w − w*)². */
  readonly lambda: number;
  readonly fisher: Fisher;
  /** Images of a task that F is taken of, at most. */
  readonly fisherImages: number;
  readonly joining: Joining;
  readonly gamma: number;
  /** No F of a task is larger. */
  readonly clip: number;
  /** Columns of the cross-entropy that is trained: the task's, or all so far. F is of all so far. */
  readonly crossEntropy: 'local' | 'seen';
}

export interface ElasticHooks extends LearnerHooks {
  /** A classifier that is whole from the start has so many rows, and all of them are seen. */
  readonly columns?: number;
  /** F of the task alone, and what it left. */
  readonly consolidated?: (fresh: NamedValues, past: Importances) => void;
}

/** Learning one task after the other, each weight held near its old value as far as it mattered (EWC, Kirkpatrick et al., PNAS 2017). */
export class ElasticTraining implements Adaptation {
  readonly #bench: Bench;
  readonly #options: ElasticOptions;
  readonly #hooks: ElasticHooks;
  readonly #learner: Learner;
  #past: Importances | null = null;

  constructor(bench: Bench, options: ElasticOptions, hooks: ElasticHooks = {}) {
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

  get #guards(): Guards {
    if (!this.#past) return {};
    const { importance, anchor } = this.#past;
    return { penalties: [{ kind: 'quadratic', weight: this.#options.lambda / 2, importance, anchor }] };
  }

  async *begin({ classes }: LearningTask): AsyncGenerator<MethodProgress, void> {
    const seen = { from: 0, to: Math.max(this.heads.bias.length, classes.to, this.#hooks.columns ?? 0) };
    this.#learner.open(this.model, this.#options.learns, this.#options.crossEntropy === 'seen' ? seen : classes, this.#guards);
    yield { phase: 'design', done: 1, total: 1 };
  }

  step(batch: LearningBatch, rates: LearningRates): Promise<void> {
    return this.#learner.step(batch, rates);
  }

  losses(): Promise<number[]> {
    return this.#learner.losses();
  }

  async *end({ train, classes }: LearningTask): AsyncGenerator<MethodProgress, void> {
    const { learns, fisher, fisherImages, clip } = this.#options;
    await this.#learner.close(this.model.config.dim);
    const learned = { trainables: learns, classes: { from: 0, to: this.heads.bias.length }, classifier: this.heads };
    const positions = samplePositions(train, fisherImages);
    const found = yield* fisherOf(this.model, learned, train, positions, this.#bench.batchSize, fisher);
    const fresh = new Map([...found].map(([name, values]) => [name, values.map((value) => Math.min(value, clip))]));
    const past = joined(this.#past, fresh, await this.#present([...fresh.keys()]), classes.to - classes.from, this.#options);
    this.#past = past;
    this.#hooks.consolidated?.(fresh, past);
  }

  /** What is trained, by the names of `Trainer.gradients`. */
  async #present(names: readonly string[]): Promise<NamedValues> {
    const { weight, bias } = this.heads;
    const values = new Map([
      ['classifier.weight', weight],
      ['classifier.bias', bias],
    ]);
    if (this.#options.learns.backbone === 'all')
      for (const [name, { data }] of (await this.model.checkpoint()).tensors) values.set(name, data);
    for (const { block, target, up, down } of await this.model.adapters()) {
      values.set(`blocks.${block}.${target}.up`, up).set(`blocks.${block}.${target}.down`, down);
    }
    return new Map(names.map((name) => [name, (values.get(name) ?? new Float32Array()).slice()]));
  }

  kept(): Kept[] {
    return [{ what: 'importances', bytes: bytesOf(this.#past), images: 0 }];
  }

  async changes(): Promise<Changes> {
    if (this.#options.learns.backbone === 'all') return { increments: null, weights: await this.model.checkpoint() };
    return { increments: await this.model.adapters(), weights: null };
  }

  async state(): Promise<unknown> {
    return { past: structuredClone(this.#past), model: await this.model.state(), learner: await this.#learner.state() };
  }

  async restore(saved: unknown): Promise<void> {
    const { past, model, learner } = saved as {
      past: Importances | null;
      model: ModelState;
      learner: Awaited<ReturnType<Learner['state']>>;
    };
    this.#past = structuredClone(past);
    this.#learner.dispose();
    await this.model.restore(model);
    await this.#learner.restore(learner, this.model, this.#guards);
  }

  dispose(): void {
    this.#learner.dispose();
    this.model.dispose();
  }
}
