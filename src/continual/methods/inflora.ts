/**
 * InfLoRA (Liang & Li, "InfLoRA: Interference-Free Low-Rank Adaptation for Continual Learning", CVPR 2024).
 * Per task: design B_t from the new task's inputs within the space that old tasks leave free, train A_t alone
 * with B_t frozen, merge W ← W + A_t B_t, and widen the memory of used directions (DualGPM, algorithm 1).
 */
import type { Adapter, LearningRates, Trainer } from '../../compute/backbone';
import type { ImageBatch, LabelledBatch } from '../../compute/images';
import type { Classifier } from '../../vit/checkpoint';
import type { DesignedB } from '../design-b';
import type { InfloraDiagnostics } from '../diagnostics';
import type { DualGpm } from '../dual-gpm';
import { gatherSecondMoments } from '../gather';
import type { HeadInitialiser } from '../heads';
import { diagnoseLayer, type TaskTrace } from '../inflora-diagnostics';
import { layerWork, type LayerWork } from '../layer-work';
import { Learner, MethodOrderError } from '../learner';
import { ADAPTED } from '../lora';
import type { Method, MethodContext, MethodProgress } from '../method';
import { resolveInflora, type InfloraChoices, type InfloraOptions } from '../presets';
import type { Task } from '../stream';
import { memoryThreshold } from '../threshold';
import type { Trained } from '../trained';

/** Looks on while the method works, for checks and explanations; changes nothing. Layers in block order. */
export interface InfloraObserver {
  /** Second moments before training and the B designed from them. */
  designed?(task: number, covariances: readonly Float32Array[], designs: readonly DesignedB[]): void;
  /** The trainer, before its first step. */
  opened?(task: number, trainer: Trainer): void;
  /** The trained increments, before they are merged, and the classifier. */
  trained?(task: number, adapters: readonly Adapter[], classifier: Classifier): void;
  /** Second moments after training, and the memory widened by them at the threshold ε. */
  remembered?(task: number, covariances: readonly Float32Array[], memories: readonly DualGpm[], threshold: number): void;
}

export interface InfloraHooks {
  readonly observer?: InfloraObserver;
  /** Initial heads; PyTorch's default for a linear layer unless told. */
  readonly initialiseHead?: HeadInitialiser;
  /** Old tasks' second moments are kept, for the leakage, up to so many bytes; beyond, leakage is not reported. */
  readonly traceBytes?: number;
}

interface TaskInProgress {
  readonly index: number;
  readonly covariances: readonly Float32Array[];
  readonly designs: readonly DesignedB[];
  readonly threshold: number;
}

const DEFAULT_TRACE_BYTES = 256 * 2 ** 20;

export class Inflora implements Method {
  readonly trainsOn = 'task';
  protected readonly context: MethodContext;
  protected readonly learner: Learner;
  readonly #choices: InfloraChoices;
  readonly #layers: LayerWork;
  readonly #hooks: InfloraHooks;
  #memories: readonly DualGpm[] | null = null;
  #current: TaskInProgress | null = null;
  #traces: readonly TaskTrace[] = [];
  #diagnostics: InfloraDiagnostics | null = null;
  /** Of all tasks, as they were merged. */
  #increments: readonly Adapter[] = [];

  constructor(context: MethodContext, options: InfloraOptions, hooks: InfloraHooks = {}) {
    this.context = context;
    this.#choices = resolveInflora(options);
    this.#hooks = hooks;
    this.#layers = context.layers ?? layerWork(context.linalg);
    this.learner = new Learner(context, hooks.initialiseHead);
  }

  async *prepare(tasks: readonly Task[], tasksPlanned: number): AsyncGenerator<MethodProgress, void> {
    const task = tasks.at(-1);
    if (!task) throw new MethodOrderError('There is no task to prepare for.');
    const { model, batchSize } = this.context;
    const { dim } = model.config;
    const covariances = yield* gatherSecondMoments(model, task.train, batchSize, 'gather');
    const layers = this.#layers;
    const designs = yield* eachLayer(
      covariances,
      (covariance, layer) => layers.design(covariance, dim, this.#memories?.[layer] ?? null, this.#choices),
      layers.lanes,
      'design',
    );
    this.#hooks.observer?.designed?.(task.index, covariances, designs);
    const threshold = memoryThreshold(task.index, tasksPlanned, this.#choices);
    this.#current = { index: task.index, covariances, designs, threshold };
    model.attach(designs.flatMap(({ down }, block) => this.#freshPairs(Float32Array.from(down), block, dim)));
    const trainer = this.learner.open(model, { backbone: 'none', adapters: 'up' }, task.classes);
    this.#hooks.observer?.opened?.(task.index, trainer);
  }

  /** One B serves K and V, which read the same input; each has its own A, from zero. */
  #freshPairs(down: Float32Array, block: number, dim: number): Adapter[] {
    const { rank } = this.#choices;
    return ADAPTED.map((target) => ({ block, target, rank, down, up: new Float32Array(dim * rank) }));
  }

  step(batch: LabelledBatch, rates: LearningRates): Promise<void> {
    return this.learner.step(batch, rates);
  }

  losses(): Promise<number[]> {
    return this.learner.losses();
  }

  async *consolidate(tasks: readonly Task[]): AsyncGenerator<MethodProgress, void> {
    const task = tasks.at(-1);
    const current = this.#current;
    if (!task || current?.index !== task.index) throw new MethodOrderError('Consolidating a task that was not prepared.');
    const { model, linalg, batchSize } = this.context;
    const { dim } = model.config;
    await this.learner.close(dim);
    const adapters = await model.adapters();
    this.#hooks.observer?.trained?.(task.index, adapters, this.learner.classifier);
    model.merge();
    this.#increments = [...this.#increments, ...adapters];

    const covariances = yield* gatherSecondMoments(model, task.train, batchSize, 'consolidate');
    const learned = this.#choices.memoryFrom === 'before-training' ? current.covariances : covariances;
    const work = this.#layers;
    const memories = yield* eachLayer(
      learned,
      (covariance, layer) => work.remember(this.#memories?.[layer] ?? null, covariance, dim, current.threshold, this.#choices),
      work.lanes,
      'consolidate',
    );
    this.#memories = memories;
    this.#hooks.observer?.remembered?.(task.index, covariances, memories, current.threshold);

    const layers = yield* eachLayer(
      memories,
      (memory, layer) =>
        diagnoseLayer({
          memory,
          design: current.designs[layer],
          increments: adapters.filter(({ block }) => block === layer),
          covariance: current.covariances[layer],
          old: this.#traces.map((trace) => trace[layer]),
          linalg,
        }),
      1,
      'consolidate',
    );
    this.#diagnostics = { threshold: current.threshold, layers };
    const trace = this.#trace(covariances, current.designs);
    this.#traces = [...this.#traces, trace];
    this.#current = null;
  }

  /** What the diagnostics of later tasks need of this one. */
  #trace(covariances: readonly Float32Array[], designs: readonly DesignedB[]): TaskTrace {
    const bytes = covariances.reduce((sum, covariance) => sum + covariance.byteLength, 0);
    const fits = bytes * (this.#traces.length + 1) <= (this.#hooks.traceBytes ?? DEFAULT_TRACE_BYTES);
    // Once one task is missing, the list of leakages could no longer be read by position: drop them all.
    if (!fits) this.#traces = this.#traces.map((trace) => trace.map(({ down }) => ({ down, covariance: null })));
    const keep = fits && this.#traces.every((trace) => trace.every(({ covariance }) => covariance !== null));
    return designs.map(({ down }, layer) => ({ down, covariance: keep ? (covariances[layer] ?? null) : null }));
  }

  scores(images: ImageBatch): Promise<Float32Array> {
    return this.learner.scores(this.context.model, images);
  }

  diagnostics(): InfloraDiagnostics | null {
    return this.#diagnostics;
  }

  async trained(): Promise<Trained> {
    return { classifier: this.learner.classifier, increments: this.#increments, weights: null };
  }

  dispose(): void {
    this.learner.dispose();
    this.context.model.dispose();
  }
}

/**
 * Works through the layers in order, `lanes` of them at a time, with progress after each. Whoever stops pulling stops the
 * work: at most `lanes` layers go on to their end.
 */
async function* eachLayer<In, Out>(
  layers: readonly In[],
  work: (layer: In, index: number) => Promise<Out>,
  lanes: number,
  phase: MethodProgress['phase'],
): AsyncGenerator<MethodProgress, Out[]> {
  const started: Promise<Out>[] = [];
  const results: Out[] = [];
  while (results.length < layers.length) {
    for (const layer of layers.slice(started.length, results.length + lanes)) {
      const job = work(layer, started.length);
      // Awaited in turn below; the first failure is thrown there, later ones must not count as unhandled.
      job.catch(() => undefined);
      started.push(job);
    }
    const next = started[results.length];
    if (!next) break;
    results.push(await next);
    yield { phase, done: results.length, total: layers.length };
  }
  return results;
}
