import type { Trainables } from '../../compute/backbone';
import type { NamedValues } from '../../compute/penalties';
import { samplePositions } from '../gather';
import { bytesOf, fisherOf, joined, sharesOf, type Fisher, type Importances, type Joining } from '../importances';
import type { Guards, LearnerHooks } from '../learner';
import type { Adaptation, Bench, Changes, Kept, LearningTask, MethodProgress } from '../method';
import { LearnedAdaptation, type Trained } from './learned';

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
export class ElasticTraining extends LearnedAdaptation implements Adaptation {
  readonly #options: ElasticOptions;
  readonly #hooks: ElasticHooks;
  #past: Importances | null = null;

  constructor(bench: Bench, options: ElasticOptions, hooks: ElasticHooks = {}) {
    super(bench, hooks);
    this.#options = options;
    this.#hooks = hooks;
  }

  get #guards(): Guards {
    if (!this.#past) return {};
    const { importance, anchor } = this.#past;
    return { penalties: [{ kind: 'quadratic', weight: this.#options.lambda / 2, importance, anchor }] };
  }

  async *begin({ classes }: LearningTask): AsyncGenerator<MethodProgress, void> {
    const seen = { from: 0, to: Math.max(this.heads.bias.length, classes.to, this.#hooks.columns ?? 0) };
    this.learner.open(this.model, this.#options.learns, this.#options.crossEntropy === 'seen' ? seen : classes, this.#guards);
    yield { phase: 'design', done: 1, total: 1 };
  }

  async *end({ train, classes }: LearningTask): AsyncGenerator<MethodProgress, void> {
    const { learns, fisher, fisherImages, clip } = this.#options;
    await this.learner.close(this.model.config.dim);
    const learned = { trainables: learns, classes: { from: 0, to: this.heads.bias.length }, classifier: this.heads };
    const positions = samplePositions(train, fisherImages);
    const found = yield* fisherOf(this.model, learned, train, positions, this.bench.batchSize, fisher);
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

  async knows() {
    return sharesOf(this.#past);
  }

  async changes(): Promise<Changes> {
    if (this.#options.learns.backbone === 'all') return { increments: null, weights: await this.model.checkpoint() };
    return { increments: await this.model.adapters(), weights: null };
  }

  async state(): Promise<unknown> {
    return { past: structuredClone(this.#past), ...(await this.trained()) };
  }

  async restore(saved: unknown): Promise<void> {
    const { past, ...trained } = saved as {
      past: Importances | null;
    } & Trained;
    this.#past = structuredClone(past);
    await this.takeUp(trained, () => this.#guards);
  }
}
