import { MethodOrderError, type Kept, type LearningTask, type MethodProgress, type Readout } from '../method';
import type { FrozenReadout } from './frozen';

export type Metric = 'cosine' | 'cosine-of-means' | 'euclidean';

interface ClassSum {
  readonly sum: Float64Array;
  count: number;
}

/**
 * One mean feature a class, as the features were when the class was learned (iCaRL, CVPR 2017, algorithm 1, without stored
 * images). `cosine`: means of the features' directions, compared by angle; `cosine-of-means`: plain means, compared by angle, as
 * SimpleCIL and APER do; `euclidean`: plain means, compared by distance.
 * Classes that return with another task (domain-incremental) keep one mean over all their images.
 */
export class ClassMeans implements Readout {
  #sums = new Map<number, ClassSum>();
  #columns = 0;
  readonly #dim: number;
  readonly #metric: Metric;

  constructor(dim: number, metric: Metric = 'cosine') {
    this.#dim = dim;
    this.#metric = metric;
  }

  // A read-off learns at once; others yield while they work.
  // oxlint-disable-next-line require-yield
  async *learn({ train, classes }: LearningTask, features: Float32Array): AsyncGenerator<MethodProgress, void> {
    const dim = this.#dim;
    train.labels.forEach((label, row) => {
      const known = this.#sums.get(label) ?? { sum: new Float64Array(dim), count: 0 };
      const values = features.subarray(row * dim, (row + 1) * dim);
      const norm = this.#metric === 'cosine' ? Math.hypot(...values) || 1 : 1;
      for (let k = 0; k < dim; k++) known.sum[k] = (known.sum[k] as number) + (values[k] as number) / norm;
      known.count++;
      this.#sums.set(label, known);
    });
    this.#columns = Math.max(this.#columns, classes.to);
  }

  /** Of squared distances |f|² − 2 f·m + |m|², which share |f|², the head has weight 2m and bias −|m|². */
  frozen(): FrozenReadout | null {
    if (this.#columns === 0) return null;
    const dim = this.#dim;
    const euclidean = this.#metric === 'euclidean';
    const weight = new Float32Array(this.#columns * dim);
    const bias = new Float32Array(this.#columns);
    const absent: number[] = [];
    for (let column = 0; column < this.#columns; column++) {
      const known = this.#sums.get(column);
      if (!known) {
        absent.push(column);
        continue;
      }
      const scale = euclidean ? known.count : Math.hypot(...known.sum) || 1;
      const mean = known.sum.map((value) => value / scale);
      for (let k = 0; k < dim; k++) weight[column * dim + k] = (euclidean ? 2 : 1) * (mean[k] as number);
      bias[column] = -mean.reduce((sum, value) => sum + value * value, 0);
    }
    return euclidean ? { kind: 'linear', weight, bias, absent } : { kind: 'cosine', weight, absent };
  }

  kept(): Kept[] {
    return [{ what: 'means', bytes: 8 * this.#sums.size * this.#dim, images: 0 }];
  }

  async state(): Promise<unknown> {
    return { columns: this.#columns, sums: [...this.#sums].map(([column, { sum, count }]) => ({ column, sum: sum.slice(), count })) };
  }

  async restore(saved: unknown): Promise<void> {
    const { columns, sums } = saved as { columns: number; sums: readonly { column: number; sum: Float64Array; count: number }[] };
    if (sums.some(({ sum }) => sum.length !== this.#dim)) throw new MethodOrderError('These means belong to features of another width.');
    this.#columns = columns;
    this.#sums = new Map(sums.map(({ column, sum, count }) => [column, { sum: sum.slice(), count }]));
  }
}
