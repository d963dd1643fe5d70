import type { Kept, LearningTask, MethodProgress, Readout } from '../method';
import type { FrozenReadout } from './frozen';
import { GramStatistics } from './gram';

/** Of the mean eigenvalue of G: small beside what the classes differ by, large beside what so few images leave undetermined. */
const PENALTY = 1e-2;

/**
 * Ridge regression onto one-hot classes, in closed form from sums that grow task by task: W = (G + λI)⁻¹ Q over features with
 * a constant 1 appended, G = Σ f fᵀ, Q = Σ f yᵀ, float64. λ = 0.01 tr(G)/(D + 1) follows the features' scale, so that one
 * penalty fits every backbone; nothing is chosen by test images. All tasks at once would give the same W.
 */
export class Ridge implements Readout {
  readonly #dim: number;
  readonly #statistics: GramStatistics;

  constructor(dim: number) {
    this.#dim = dim;
    this.#statistics = new GramStatistics(dim + 1);
  }

  // oxlint-disable-next-line require-yield
  async *learn({ train, classes }: LearningTask, features: Float32Array): AsyncGenerator<MethodProgress, void> {
    const dim = this.#dim;
    const rows = new Float32Array(train.count * (dim + 1)).fill(1);
    for (let row = 0; row < train.count; row++) rows.set(features.subarray(row * dim, (row + 1) * dim), row * (dim + 1));
    this.#statistics.add(rows, train.labels, classes.to);
  }

  frozen(): FrozenReadout | null {
    const { columns, trace, width } = this.#statistics;
    if (columns === 0) return null;
    const dim = this.#dim;
    const solved = this.#statistics.solve((PENALTY * trace) / width);
    const weight = new Float32Array(columns * dim);
    const bias = new Float32Array(columns);
    for (let c = 0; c < columns; c++) {
      for (let k = 0; k < dim; k++) weight[c * dim + k] = solved[c * width + k] as number;
      bias[c] = solved[c * width + dim] as number;
    }
    return { kind: 'linear', weight, bias, absent: this.#statistics.absent() };
  }

  kept(): Kept[] {
    return [{ what: 'Gram matrix', bytes: this.#statistics.bytes, images: 0 }];
  }

  async state(): Promise<unknown> {
    return this.#statistics.state();
  }

  async restore(saved: unknown): Promise<void> {
    this.#statistics.restore(saved);
  }
}
