/**
 * InfLoRA (Liang & Li, "InfLoRA: Interference-Free Low-Rank Adaptation for Continual Learning", CVPR 2024).
 * Per task: design B_t from the new task's inputs within the space that old tasks leave free, train A_t alone
 * with B_t frozen, merge W ← W + A_t B_t, and widen the memory of used directions (DualGPM, algorithm 1).
 *
 * The paper adapts keys and values, which share their input and so their B. Here any linear map can be adapted: maps that read
 * the same share B and memory, the others have their own.
 */
import type { Adapter, MapInput, Moment, Trainer } from '../../compute/backbone';
import type { Classifier } from '../../vit/checkpoint';
import type { DesignedB } from '../design-b';
import type { SiteDiagnostics, SubspaceDiagnostics } from '../diagnostics';
import type { DualGpm } from '../dual-gpm';
import { eachInTurn } from '../each-in-turn';
import type { HeadInitialiser } from '../heads';
import { layerWork, type LayerWork } from '../layer-work';
import {
  MethodOrderError,
  type Adaptation,
  type Bench,
  type Changes,
  type Kept,
  type LearningTask,
  type MethodProgress,
  type Survey,
} from '../method';
import { resolveInflora, type InfloraChoices, type InfloraOptions } from '../presets';
import { principalAngles } from '../subspace';
import { adapted, inputOf, inputsOf, outputSize } from '../targets';
import { memoryThreshold } from '../threshold';
import { LearnedAdaptation, type Trained } from './learned';

/** Looks on while the method works, for checks and explanations; changes nothing. Sites by block, then by input. */
export interface InfloraObserver {
  /** Second moments before training and the B designed from them. */
  designed?(task: number, moments: readonly Moment[], designs: readonly DesignedB[]): void;
  /** The trainer, before its first step. */
  opened?(task: number, trainer: Trainer): void;
  /** The trained increments, before they are merged, and the classifier. */
  trained?(task: number, adapters: readonly Adapter[], classifier: Classifier): void;
  /** Second moments after training, and the memory widened by them at the threshold ε. */
  remembered?(task: number, moments: readonly Moment[], memories: readonly DualGpm[], threshold: number): void;
}

export interface InfloraHooks {
  readonly observer?: InfloraObserver;
  /** Initial heads; PyTorch's default for a linear layer unless told. */
  readonly initialiseHead?: HeadInitialiser;
}

interface TaskInProgress {
  readonly index: number;
  /** Kept only where the memory learns from them (`memoryFrom: 'before-training'`). */
  readonly moments: readonly Moment[] | null;
  readonly designs: readonly DesignedB[];
  readonly threshold: number;
}

/** All that outlives a task; plain data. */
interface Learned {
  readonly memories: readonly DualGpm[] | null;
  readonly current: TaskInProgress | null;
  /** Of the tasks so far, by site: their B [rank, size]. */
  readonly downs: readonly (readonly Float64Array[])[];
  readonly subspaces: SubspaceDiagnostics | null;
  /** Of all tasks, as they were merged. */
  readonly increments: readonly Adapter[];
}

const NOTHING: Learned = { memories: null, current: null, downs: [], subspaces: null, increments: [] };

export class InfloraAdaptation extends LearnedAdaptation implements Adaptation {
  readonly #choices: InfloraChoices;
  readonly #layers: LayerWork;
  readonly #hooks: InfloraHooks;
  #learned: Learned = NOTHING;

  constructor(bench: Bench, options: InfloraOptions, hooks: InfloraHooks = {}) {
    super(bench, hooks);
    this.#choices = resolveInflora(options);
    this.#hooks = hooks;
    this.#layers = bench.layers ?? layerWork(bench.linalg);
  }

  /** Of the survey, what the adapted maps read: one site each. */
  #sites({ moments }: Survey): Moment[] {
    const inputs = inputsOf(adapted(this.#choices.targets));
    const blocks = Math.min(this.#choices.blocks, this.model.config.depth);
    const sites = moments.filter(({ block, input }) => block < blocks && inputs.includes(input));
    if (sites.length !== inputs.length * blocks) throw new MethodOrderError('A survey lacks second moments of adapted maps.');
    return sites;
  }

  async *begin(task: LearningTask, tasksPlanned: number, survey: Survey): AsyncGenerator<MethodProgress, void> {
    const moments = this.#sites(survey);
    const { memories } = this.#learned;
    const layers = this.#layers;
    const designs = yield* eachInTurn(
      moments,
      ({ values, size }, site) => layers.design(values, size, memories?.[site] ?? null, this.#choices),
      layers.lanes,
      'design',
    );
    this.#hooks.observer?.designed?.(task.index, moments, designs);
    const kept = this.#choices.memoryFrom === 'before-training' ? moments : null;
    const threshold = memoryThreshold(task.index, tasksPlanned, this.#choices);
    this.#learned = { ...this.#learned, current: { index: task.index, moments: kept, designs, threshold } };
    this.model.attach(designs.flatMap(({ down }, site) => this.#freshPairs(Float32Array.from(down), moments[site])));
    const trainer = this.learner.open(this.model, { backbone: 'none', adapters: 'up' }, task.classes);
    this.#hooks.observer?.opened?.(task.index, trainer);
  }

  /** One B serves all maps that read the same; each has its own A, from zero. */
  #freshPairs(down: Float32Array, site: Moment | undefined): Adapter[] {
    if (!site) return [];
    const { rank, targets } = this.#choices;
    return adapted(targets)
      .filter((target) => inputOf(target) === site.input)
      .map((target) => ({ block: site.block, target, rank, down, up: new Float32Array(outputSize(this.model.config, target) * rank) }));
  }

  #current(task: LearningTask): TaskInProgress {
    const { current } = this.#learned;
    if (current?.index !== task.index) throw new MethodOrderError('Consolidating a task that was not begun.');
    return current;
  }

  async *end(task: LearningTask): AsyncGenerator<MethodProgress, void> {
    this.#current(task);
    await this.learner.close(this.model.config.dim);
    const adapters = await this.model.adapters();
    this.#hooks.observer?.trained?.(task.index, adapters, this.heads);
    this.model.merge();
    this.#learned = { ...this.#learned, increments: [...this.#learned.increments, ...adapters] };
    yield { phase: 'consolidate', done: 1, total: 1 };
  }

  async *remember(task: LearningTask, survey: Survey): AsyncGenerator<MethodProgress, void> {
    const { designs, threshold, moments: before } = this.#current(task);
    const moments = this.#sites(survey);
    const work = this.#layers;
    const memories = yield* eachInTurn(
      before ?? moments,
      ({ values, size }, site) => work.remember(this.#learned.memories?.[site] ?? null, values, size, threshold, this.#choices),
      work.lanes,
      'consolidate',
    );
    this.#hooks.observer?.remembered?.(task.index, moments, memories, threshold);
    // Angles to every task before: told to people, and no part of learning.
    const sites = yield* eachInTurn(moments, (moment, site) => this.#diagnose(moment, memories[site], designs[site], site), 1, 'evaluate');
    const downs = designs.map(({ down }, site) => [...(this.#learned.downs[site] ?? []), down]);
    this.#learned = { ...this.#learned, memories, downs, subspaces: { threshold, sites }, current: null };
  }

  async #diagnose(moment: Moment, memory: DualGpm | undefined, design: DesignedB | undefined, site: number): Promise<SiteDiagnostics> {
    const { block, input, size } = moment;
    const { rank } = this.#choices;
    const old = this.#learned.downs[site] ?? [];
    const angles = await Promise.all(
      old.map((down) => principalAngles(down, rank, design?.down ?? new Float64Array(), rank, size, this.bench.linalg)),
    );
    const { columns = 0, type = 'remove' } = memory ?? {};
    return { block, input, dimension: columns, of: size, type, freeRank: design?.freeRank ?? 0, angles };
  }

  memory(block: number, input: MapInput): DualGpm | null {
    const inputs = inputsOf(adapted(this.#choices.targets));
    return this.#learned.memories?.[block * inputs.length + inputs.indexOf(input)] ?? null;
  }

  kept(): Kept[] {
    const { memories } = this.#learned;
    return [{ what: 'bases', bytes: (memories ?? []).reduce((sum, { basis }) => sum + basis.byteLength, 0), images: 0 }];
  }

  subspaces(): SubspaceDiagnostics | null {
    return this.#learned.subspaces;
  }

  async changes(): Promise<Changes> {
    return { increments: this.#learned.increments, weights: null };
  }

  async state(): Promise<unknown> {
    return { learned: structuredClone(this.#learned), ...(await this.trained()) };
  }

  async restore(saved: unknown): Promise<void> {
    const { learned, ...trained } = saved as {
      learned: Learned;
    } & Trained;
    this.#learned = structuredClone(learned);
    await this.takeUp(trained);
  }
}
