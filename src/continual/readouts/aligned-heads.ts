import type { ClassRange } from '../../compute/backbone';
import {
  ALIGNMENT_DEFAULTS,
  alignClassifier,
  batchesPerEpoch,
  gaussianSamples,
  type AlignmentOptions,
  type ClassStatistics,
  type FeatureBatch,
} from '../alignment';
import { fitGaussian } from '../gaussian';
import type { Adaptation, Bench, Kept, LearningTask, MethodProgress, Readout } from '../method';
import { restoreRng, type Rng, type RngState } from '../rng';
import type { Classifier } from '../../vit/checkpoint';
import { ClassMeans } from './class-means';
import type { FrozenReadout } from './frozen';

/** Added to each class's covariance, as the authors do: features of few images span few directions. */
const DIAGONAL = 1e-4;

/**
 * What the side reading draws: the authors' recipe with fewer samples, drawn once, since it is made for every method of a run. From 100
 * classes on the samples of a class become fewer: theirs would take the square of the number of classes.
 */
export const ASIDE: AlignmentOptions = { ...ALIGNMENT_DEFAULTS, samplesPerClass: 64, redraw: false, mostSamples: 6400 };

/** For whoever replays a recording. */
export interface AlignmentObserver {
  readonly described?: (task: number, statistics: readonly ClassStatistics[]) => void;
  /** Instead of those that would be drawn. */
  readonly samples?: (task: number) => Iterable<FeatureBatch>;
  readonly aligned?: (loss: number) => void;
}

interface AlignedState {
  readonly statistics: readonly ClassStatistics[];
  readonly ranges: readonly ClassRange[];
  readonly aligned: Classifier | null;
  readonly means: unknown;
  readonly rng: RngState;
}

/**
 * Heads that were trained apart, trained together after every task from the second on (SLCA: Zhang et al., ICCV 2023). Each
 * class's statistics are taken once, right after its task, and not corrected for the drift of later tasks. A network without
 * heads starts from its class means.
 *
 * `overwrite`: the next task starts from the aligned heads, as the authors' InfLoRA + CA; else they stay on the side.
 */
export class AlignedHeads implements Readout {
  readonly #adaptation: Pick<Adaptation, 'heads'>;
  readonly #bench: Pick<Bench, 'linalg'>;
  readonly #dim: number;
  readonly #options: AlignmentOptions;
  readonly #overwrite: boolean;
  #rng: Rng;
  #statistics: readonly ClassStatistics[] = [];
  #ranges: readonly ClassRange[] = [];
  #aligned: Classifier | null = null;
  readonly #means: ClassMeans;
  readonly #observer: AlignmentObserver;

  constructor(
    adaptation: Pick<Adaptation, 'heads'>,
    bench: Pick<Bench, 'linalg'>,
    dim: number,
    rng: Rng,
    { overwrite, ...options }: Partial<AlignmentOptions> & { readonly overwrite: boolean },
    observer: AlignmentObserver = {},
  ) {
    this.#adaptation = adaptation;
    this.#bench = bench;
    this.#dim = dim;
    this.#rng = rng;
    this.#overwrite = overwrite;
    this.#options = { ...ALIGNMENT_DEFAULTS, ...options };
    this.#means = new ClassMeans(dim);
    this.#observer = observer;
  }

  async *learn(task: LearningTask, features: Float32Array): AsyncGenerator<MethodProgress, void> {
    this.#statistics = [...this.#statistics, ...classStatistics(features, task, this.#dim)];
    // Domain-incremental tasks share their range.
    if (!this.#ranges.some(({ from, to }) => from === task.classes.from && to === task.classes.to)) {
      this.#ranges = [...this.#ranges, task.classes];
    }
    yield* this.#means.learn(task, features);
    const { heads } = this.#adaptation;
    // Heads of the network alone do not read what a method sees by more.
    const own = heads.bias.length >= task.classes.to && heads.weight.length === heads.bias.length * this.#dim;
    this.#observer.described?.(task.index, this.#statistics);
    const first = this.#statistics.every((each) => each.task === task.index);
    this.#aligned = own ? heads : this.#meansAsHeads();
    if (own && first) return;
    const samples = this.#observer.samples?.(task.index) ?? gaussianSamples(this.#statistics, this.#options, this.#rng);
    const perEpoch = batchesPerEpoch(this.#statistics.length, this.#options);
    const aligning = alignClassifier(this.#aligned, samples, perEpoch, this.#ranges, this.#options, this.#bench.linalg);
    let step = await aligning.next();
    for (; !step.done; step = await aligning.next()) {
      const { loss, ...progress } = step.value;
      this.#observer.aligned?.(loss);
      yield { phase: 'consolidate', ...progress };
    }
    this.#aligned = step.value;
    if (this.#overwrite) this.#adaptation.heads = step.value;
  }

  #meansAsHeads(): Classifier {
    const means = this.#means.frozen();
    const weight = means?.weight.slice() ?? new Float32Array();
    return { weight, bias: new Float32Array(weight.length / this.#dim) };
  }

  frozen(): FrozenReadout | null {
    return this.#aligned && { kind: 'linear', ...this.#aligned };
  }

  kept(): Kept[] {
    const bytes = this.#statistics.reduce((sum, { gaussian }) => sum + gaussian.mean.byteLength + gaussian.values.byteLength, 0);
    return [{ what: 'Gaussians', bytes, images: 0 }];
  }

  async state(): Promise<unknown> {
    const means = await this.#means.state();
    const state: AlignedState = {
      ...{ statistics: this.#statistics, ranges: this.#ranges, aligned: this.#aligned },
      ...{ means, rng: this.#rng.state() },
    };
    return structuredClone(state);
  }

  async restore(saved: unknown): Promise<void> {
    const { statistics, ranges, aligned, means, rng } = structuredClone(saved) as AlignedState;
    this.#statistics = statistics;
    this.#ranges = ranges;
    this.#aligned = aligned;
    this.#rng = restoreRng(rng);
    await this.#means.restore(means);
  }
}

function classStatistics(features: Float32Array, task: LearningTask, dim: number): ClassStatistics[] {
  const rowsOf = new Map<number, number[]>();
  task.train.labels.forEach((column, row) => {
    const rows = rowsOf.get(column) ?? [];
    rows.push(row);
    rowsOf.set(column, rows);
  });
  return [...rowsOf].map(([column, rows]) => {
    const own = new Float32Array(rows.length * dim);
    rows.forEach((row, at) => own.set(features.subarray(row * dim, (row + 1) * dim), at * dim));
    return { column, task: task.index, gaussian: fitGaussian(own, rows.length, dim, DIAGONAL) };
  });
}
