import type { Correction, MapInput, Moment } from '../../compute/backbone';
import { transpose } from '../dense';
import type { SubspaceDiagnostics } from '../diagnostics';
import type { DualGpm, MemoryChoices } from '../dual-gpm';
import { eachInTurn } from '../each-in-turn';
import { layerWork, type LayerWork } from '../layer-work';
import type { Guards, LearnerHooks } from '../learner';
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
import { LearnedAdaptation, type Trained } from './learned';

export interface ProjectedOptions {
  /** Linear maps that learn, by what they read; everything else but the heads stays as it is. */
  readonly inputs: readonly MapInput[];
  /** Share of its inputs' energy that a task protects. */
  readonly thresholdOf: (task: number) => number;
}

export interface ProjectedHooks extends LearnerHooks {
  readonly remembered?: (moments: readonly Moment[], memories: readonly DualGpm[]) => void;
}

const LEARNS = { backbone: 'all', adapters: 'none' } as const;
const MAPS: Readonly<Record<MapInput, string>> = { qkv: 'attn.qkv', proj: 'attn.proj', fc1: 'mlp.fc1', fc2: 'mlp.fc2' };
const matrixOf = (block: number | '*', input: MapInput): string => `blocks.${block}.${MAPS[input]}.weight`;

/** As published: energies of the inputs themselves, and a first basis that stays strictly below the threshold, were it empty. */
const CHOICES: MemoryChoices = { energy: 'covariance', firstTaskRank: 'strictly-below', memory: 'gpm', least: 0 };

/**
 * Linear maps learn one task after the other, but never along directions that earlier tasks' inputs used: ΔW M = 0 (GPM, Saha et al.,
 * ICLR 2021). Where the publication projects the gradients of plain SGD, steps are projected here, whatever makes them.
 */
export class ProjectedTraining extends LearnedAdaptation implements Adaptation {
  readonly #options: ProjectedOptions;
  readonly #hooks: ProjectedHooks;
  readonly #layers: LayerWork;
  #memories: readonly DualGpm[] = [];
  #subspaces: SubspaceDiagnostics | null = null;

  constructor(bench: Bench, options: ProjectedOptions, hooks: ProjectedHooks = {}) {
    super(bench, hooks);
    this.#options = options;
    this.#hooks = hooks;
    this.#layers = bench.layers ?? layerWork(bench.linalg);
  }

  /** Memories lie by block, then by input, as moments do. */
  get #guards(): Guards {
    const { inputs } = this.#options;
    const corrections = this.#memories.flatMap(({ basis, dim, columns }, site): Correction[] => {
      const name = matrixOf(Math.floor(site / inputs.length), inputs[site % inputs.length] ?? 'qkv');
      return columns === 0 ? [] : [{ kind: 'project', name, basis: Float32Array.from(transpose(basis, dim, columns)) }];
    });
    const learning = inputs.map((input) => ({ match: matrixOf('*', input), factor: 1 }));
    return { rates: [{ match: '*', factor: 0 }, ...learning], corrections };
  }

  async *begin(task: LearningTask): AsyncGenerator<MethodProgress, void> {
    this.learner.open(this.model, LEARNS, task.classes, this.#guards);
    yield { phase: 'design', done: 1, total: 1 };
  }

  async *end(): AsyncGenerator<MethodProgress, void> {
    await this.learner.close(this.model.config.dim);
    yield { phase: 'consolidate', done: 1, total: 1 };
  }

  async *remember({ index }: LearningTask, survey: Survey): AsyncGenerator<MethodProgress, void> {
    const { inputs, thresholdOf } = this.#options;
    const moments = survey.moments.filter(({ input }) => inputs.includes(input));
    if (moments.length !== inputs.length * this.model.config.depth) throw new MethodOrderError('A survey lacks second moments.');
    const threshold = thresholdOf(index);
    const memories = yield* eachInTurn(
      moments,
      ({ values, size }, site) => this.#layers.remember(this.#memories[site] ?? null, values, size, threshold, CHOICES),
      this.#layers.lanes,
      'consolidate',
    );
    this.#hooks.remembered?.(moments, memories);
    const sites = moments.map(({ block, input, size }, site) => {
      const { columns = 0 } = memories[site] ?? {};
      return { block, input, dimension: columns, of: size, type: 'remove' as const, freeRank: size - columns, angles: [] };
    });
    this.#memories = memories;
    this.#subspaces = { threshold, sites };
  }

  kept(): Kept[] {
    return [{ what: 'bases', bytes: this.#memories.reduce((sum, { basis }) => sum + basis.byteLength, 0), images: 0 }];
  }

  subspaces(): SubspaceDiagnostics | null {
    return this.#subspaces;
  }

  async changes(): Promise<Changes> {
    return { increments: null, weights: await this.model.checkpoint() };
  }

  async state(): Promise<unknown> {
    const kept = structuredClone({ memories: this.#memories, subspaces: this.#subspaces });
    return { kept, ...(await this.trained()) };
  }

  async restore(saved: unknown): Promise<void> {
    const { kept, ...trained } = saved as {
      kept: { memories: readonly DualGpm[]; subspaces: SubspaceDiagnostics | null };
    } & Trained;
    this.#memories = structuredClone(kept.memories);
    this.#subspaces = structuredClone(kept.subspaces);
    await this.takeUp(trained, () => this.#guards);
  }
}
