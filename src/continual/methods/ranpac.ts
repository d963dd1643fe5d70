import { SaidError, said } from '../../common/said';
import * as v from 'valibot';
import type { LinearAlgebra } from '../../compute/linalg/linear-algebra';
import { FirstTaskTraining } from '../adaptations/first-task';
import { frozenBackbone } from '../adaptations/frozen';
import { defineMethod, IDLE, rankWords } from '../definition';
import type { Kept, LearningTask, MethodProgress, Readout } from '../method';
import type { Paper } from '../papers';
import { randomFeatures, randomProjection, type FrozenReadout } from '../readouts/frozen';
import { GramStatistics } from '../readouts/gram';
import { restoreRng, type Rng, type RngState } from '../rng';
import { adapted } from '../targets';

const RANPAC: Paper = {
  key: 'mcdonnell2023ranpac',
  citation: 'McDonnell et al., NeurIPS 2023',
  url: 'https://arxiv.org/abs/2307.02251',
  bibtex: `@inproceedings{mcdonnell2023ranpac,
  title     = {{RanPAC}: Random Projections and Pre-trained Models for Continual Learning},
  author    = {McDonnell, Mark D. and Gong, Dong and Parvaneh, Amin and Abbasnejad, Ehsan and van den Hengel, Anton},
  booktitle = {Advances in Neural Information Processing Systems},
  year      = {2023},
  url       = {https://arxiv.org/abs/2307.02251}
}`,
};

/** Penalties that are tried, as the authors do. */
export const CANDIDATES = Array.from({ length: 17 }, (_, i) => 10 ** (i - 8));
/** Share of the newest task's images that they are fitted on; the rest judges them. */
const FITTED = 0.8;

interface RanpacState {
  readonly statistics: unknown;
  readonly rng: RngState;
  readonly penalty: number;
}

interface RanpacOptions {
  readonly width: number;
  readonly seed: number;
  readonly rng: Rng;
  readonly linalg: LinearAlgebra;
  /** R [D, width]; drawn from the seed unless told. */
  readonly projection?: Float32Array;
  /** The order in which a task's images are cut into those fitted on and those held out; drawn unless told. */
  readonly order?: (task: LearningTask) => Int32Array;
}

/**
 * Ridge regression on random features h = relu(f R), in closed form from G = Σ h hᵀ and Q = Σ h yᵀ over all tasks
 * (RanPAC: McDonnell et al., NeurIPS 2023). The penalty is chosen by hold-out on the newest task alone, as the authors do.
 * Everything in float64: in float32 small penalties are noise.
 */
export class RandomFeatureRidge implements Readout {
  readonly #dim: number;
  readonly #options: RanpacOptions;
  readonly #statistics: GramStatistics;
  #rng: Rng;
  #penalty = 1;
  #losses: readonly number[] = [];

  constructor(dim: number, options: RanpacOptions) {
    this.#dim = dim;
    this.#options = options;
    this.#statistics = new GramStatistics(options.width);
    this.#rng = options.rng;
  }

  get statistics(): GramStatistics {
    return this.#statistics;
  }

  get penalty(): number {
    return this.#penalty;
  }

  /** Mean squared error of each candidate on the newest task's held-out images, over the columns seen. */
  get losses(): readonly number[] {
    return this.#losses;
  }

  /** W [columns, width]. Where rounding leaves G + λI without an inverse, λ grows until it has one. */
  get weights(): Float64Array {
    for (let penalty = this.#penalty; penalty < Infinity; penalty *= 10) {
      try {
        return this.#statistics.solve(penalty);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      }
    }
    throw new SaidError(said`The random features have no finite sums.`);
  }

  async *learn(task: LearningTask, features: Float32Array): AsyncGenerator<MethodProgress, void> {
    const { width, seed, projection = randomProjection(seed, this.#dim, width), order } = this.#options;
    const rows = randomFeatures(features, task.train.count, this.#dim, projection);
    yield { phase: 'consolidate', done: 1, total: 3 };
    this.#statistics.add(rows, task.train.labels, task.classes.to);
    yield { phase: 'consolidate', done: 2, total: 3 };
    const shuffled = order?.(task) ?? this.#rng.permutation(task.train.count);
    // Without an image to judge by, the penalty stays.
    if (Math.floor(shuffled.length * FITTED) < shuffled.length && shuffled.length > 1)
      this.#penalty = await this.#choose(task, rows, shuffled);
    yield { phase: 'consolidate', done: 3, total: 3 };
  }

  /**
   * The penalty of least squared error on the held-out rows; one eigen-decomposition G = V Λ Vᵀ serves all: W = V (Λ + λ)⁻¹ Vᵀ Q.
   * Only the task's own columns are computed: any other has no rows, hence scores of zero and no error.
   */
  async #choose({ train, classes }: LearningTask, rows: Float32Array, order: Int32Array): Promise<number> {
    const { width, linalg } = this.#options;
    const split = Math.floor(order.length * FITTED);
    const at = (positions: Int32Array) => ({
      rows: Float64Array.from(Array.from(positions).flatMap((row) => Array.from(rows.subarray(row * width, (row + 1) * width)))),
      labels: Int32Array.from(positions, (row) => train.labels[row] ?? 0),
    });
    const [fitted, held] = [at(order.subarray(0, split)), at(order.subarray(split))];
    const statistics = new GramStatistics(width);
    statistics.add(fitted.rows, fitted.labels, classes.to);
    const { vectors, values } = await linalg.leftSingular(statistics.gram, width);
    const present = [...new Set(train.labels)].sort((a, b) => a - b);
    const columns = present.length;
    const sums = new Float64Array(width * columns);
    present.forEach((column, c) => statistics.sums[column]?.forEach((value, i) => (sums[i * columns + c] = value)));
    const turned = await linalg.multiply(transposed(vectors, width), sums, width, width, columns);
    const seen = await linalg.multiply(held.rows, vectors, held.labels.length, width, width);
    const losses = [];
    for (const penalty of CANDIDATES) {
      const scaled = turned.map((value, i) => value / ((values[Math.floor(i / columns)] ?? 0) + penalty));
      const scores = await linalg.multiply(seen, scaled, held.labels.length, width, columns);
      let error = 0;
      for (let i = 0; i < scores.length; i++)
        error += ((scores[i] as number) - (held.labels[Math.floor(i / columns)] === present[i % columns] ? 1 : 0)) ** 2;
      losses.push(error / (held.labels.length * statistics.columns));
    }
    this.#losses = losses;
    return CANDIDATES[losses.indexOf(Math.min(...losses))] ?? 1;
  }

  frozen(): FrozenReadout | null {
    const { columns } = this.#statistics;
    if (columns === 0) return null;
    const { seed, width } = this.#options;
    return { kind: 'random-features', seed, width, weight: Float32Array.from(this.weights), absent: this.#statistics.absent() };
  }

  kept(): Kept[] {
    return [{ what: 'Gram matrix', bytes: this.#statistics.bytes, images: 0 }];
  }

  async state(): Promise<unknown> {
    const state: RanpacState = { statistics: this.#statistics.state(), rng: this.#rng.state(), penalty: this.#penalty };
    return state;
  }

  async restore(saved: unknown): Promise<void> {
    const { statistics, rng, penalty } = saved as RanpacState;
    this.#statistics.restore(statistics);
    this.#rng = restoreRng(rng);
    this.#penalty = penalty;
  }
}

function transposed(matrix: Float64Array, n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, at) => matrix[(at % n) * n + Math.floor(at / n)] ?? 0);
}

/** Of the first task's adapter, unless told. */
const RANK = 8;

/** Random features of the frozen network, or of one that the first task adapts with LoRA, read by ridge regression. */
export const ranpac = defineMethod({
  id: 'ranpac',
  title: 'RanPAC',
  role: 'contestant',
  approach: 'freeze',
  papers: [RANPAC],
  equations: [{ reference: 'RanPAC, algorithm 1: W = (G + λI)⁻¹ C', code: 'RandomFeatureRidge' }],
  trainsOn: 'first',
  options: {
    /** Random features M; the authors take 10,000, whose Gram matrix (800 MB) no browser should hold. */
    width: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4000)), 1000),
    /** The authors' first phase; none unless told. */
    adapter: v.optional(v.picklist(['none', 'first-task'])),
    adapterRank: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  },
  plan: ({ adapter, adapterRank = RANK }) => ({
    ...IDLE,
    ...(adapter === 'first-task' && {
      ...{ trainables: { backbone: 'none', adapters: 'both' }, adapters: { targets: adapted(), rank: adapterRank } },
    }),
    keeps: ['Gram matrix'],
  }),
  describe: ({ width, adapter, adapterRank = RANK }) => [
    `${width} random features`,
    'penalty by hold-out on the newest task',
    ...(adapter === 'first-task' ? [`the network adapted on the first task, ${rankWords(adapterRank)}`] : []),
  ],
  create: (bench, { width, adapter, adapterRank = RANK }) => {
    const rng = bench.rng.fork('random-features');
    const seed = rng.integer(2 ** 31);
    return {
      adaptation: adapter === 'first-task' ? new FirstTaskTraining(bench, { rank: adapterRank, sees: 'adapted' }) : frozenBackbone(bench),
      readout: new RandomFeatureRidge(bench.model.config.dim, { width, seed, rng, linalg: bench.linalg }),
    };
  },
});
