import type { ImageBatch } from '../../compute/images';
import { gatherFeatures } from '../gather';
import { MethodOrderError } from '../learner';
import type { Method, MethodContext, MethodProgress } from '../method';
import type { Task } from '../stream';
import type { Trained } from '../trained';

export interface NearestMeanOptions {
  readonly metric: 'cosine' | 'euclidean';
}

/** Row k of features [n, dim], divided by its length for the cosine. */
function featureRow(features: Float32Array, row: number, dim: number, metric: NearestMeanOptions['metric']): Float64Array {
  const values = Float64Array.from(features.subarray(row * dim, (row + 1) * dim));
  if (metric === 'euclidean') return values;
  const norm = Math.hypot(...values);
  return norm > 0 ? values.map((value) => value / norm) : values;
}

/**
 * The frozen backbone's feature means per class; nothing is trained and nothing forgotten. `cosine`: means of the
 * features' directions, compared by angle; `euclidean`: plain means, compared by distance. Classes that return with
 * another task (domain-incremental) keep one mean over all their images.
 */
export class NearestMean implements Method {
  readonly trainsOn = 'none';
  readonly #context: MethodContext;
  readonly #metric: NearestMeanOptions['metric'];
  readonly #sums = new Map<number, { sum: Float64Array; count: number }>();
  #columns = 0;

  constructor(context: MethodContext, { metric }: NearestMeanOptions) {
    this.#context = context;
    this.#metric = metric;
  }

  async *prepare(tasks: readonly Task[]): AsyncGenerator<MethodProgress, void> {
    const task = tasks.at(-1);
    if (!task) throw new MethodOrderError('There is no task to prepare for.');
    const { model, batchSize } = this.#context;
    const { dim } = model.config;
    const features = yield* gatherFeatures(model, task.train, batchSize, 'gather');
    task.train.labels.forEach((label, row) => {
      const known = this.#sums.get(label) ?? { sum: new Float64Array(dim), count: 0 };
      const values = featureRow(features, row, dim, this.#metric);
      known.sum.forEach((value, k) => (known.sum[k] = value + (values[k] ?? 0)));
      known.count++;
      this.#sums.set(label, known);
    });
    this.#columns = Math.max(this.#columns, task.classes.to);
  }

  step(): Promise<void> {
    return Promise.reject(new MethodOrderError('Nearest class mean takes no training steps.'));
  }

  async losses(): Promise<number[]> {
    return [];
  }

  async *consolidate(): AsyncGenerator<MethodProgress, void> {
    // The means are complete after the gathering pass.
  }

  /** Cosine, or minus the squared distance; −Infinity for a class without training images. */
  async scores(images: ImageBatch): Promise<Float32Array> {
    const { model } = this.#context;
    const { dim } = model.config;
    const features = await model.features(images);
    const means = Array.from({ length: this.#columns }, (_, column) => this.#mean(column));
    const out = new Float32Array(images.count * this.#columns);
    for (let row = 0; row < images.count; row++) {
      const values = featureRow(features, row, dim, this.#metric);
      means.forEach((mean, column) => (out[row * this.#columns + column] = mean ? this.#similarity(values, mean) : -Infinity));
    }
    return out;
  }

  #mean(column: number): Float64Array | null {
    const known = this.#sums.get(column);
    if (!known) return null;
    const scale = this.#metric === 'cosine' ? Math.hypot(...known.sum) : known.count;
    return scale > 0 ? known.sum.map((value) => value / scale) : known.sum;
  }

  #similarity(values: Float64Array, mean: Float64Array): number {
    let sum = 0;
    values.forEach((value, k) => {
      const other = mean[k] ?? 0;
      sum += this.#metric === 'cosine' ? value * other : -((value - other) ** 2);
    });
    return sum;
  }

  diagnostics(): null {
    return null;
  }

  /**
   * A linear classifier of the same ranking: of cosines, which share the feature's length, the means themselves; of squared
   * distances |f|² − 2 f·m + |m|², which share |f|², weight 2m and bias −|m|². A class without images has no chance.
   */
  async trained(): Promise<Trained> {
    const { dim } = this.#context.model.config;
    const weight = new Float32Array(this.#columns * dim);
    const bias = new Float32Array(this.#columns);
    for (let column = 0; column < this.#columns; column++) {
      const mean = this.#mean(column);
      const scale = this.#metric === 'cosine' ? 1 : 2;
      mean?.forEach((value, d) => (weight[column * dim + d] = scale * value));
      if (mean === null) bias[column] = -1e30;
      else if (this.#metric === 'euclidean') bias[column] = -mean.reduce((sum, value) => sum + value * value, 0);
    }
    return { classifier: { weight, bias }, increments: null, weights: null };
  }

  dispose(): void {
    this.#context.model.dispose();
  }
}
