import type { Optimizer } from '../../compute/backbone';

export interface HostOptimizerState {
  readonly steps: number;
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** The run's optimiser for a few numbers on the CPU, by the formulas of the device's (compute/plan/ops.ts). */
export class HostOptimizer {
  readonly #optimizer: Optimizer;
  #steps = 0;
  #first: Float64Array;
  #second: Float64Array;

  constructor(optimizer: Optimizer, count: number) {
    this.#optimizer = optimizer;
    this.#first = new Float64Array(count);
    this.#second = new Float64Array(optimizer.kind === 'adam' ? count : 0);
  }

  /** Moves as many `values`, from `offset` on, as it has moments of; `gradient` is of these alone. */
  step(values: Float32Array, gradient: ArrayLike<number>, rate: number, offset = 0): void {
    const [optimizer, first, second] = [this.#optimizer, this.#first, this.#second];
    const steps = ++this.#steps;
    for (let i = 0; i < first.length; i++) {
      const value = values[offset + i] ?? NaN;
      const g = (gradient[i] ?? NaN) + optimizer.weightDecay * value;
      if (optimizer.kind === 'sgd') {
        first[i] = optimizer.momentum * (first[i] ?? NaN) + g;
        values[offset + i] = value - rate * (first[i] ?? NaN);
        continue;
      }
      const { beta1, beta2, eps } = optimizer;
      const m = (first[i] = beta1 * (first[i] ?? NaN) + (1 - beta1) * g);
      const v = (second[i] = beta2 * (second[i] ?? NaN) + (1 - beta2) * g * g);
      values[offset + i] = value - (rate * (m / (1 - beta1 ** steps))) / (Math.sqrt(v / (1 - beta2 ** steps)) + eps);
    }
  }

  state(): HostOptimizerState {
    return { steps: this.#steps, first: this.#first.slice(), second: this.#second.slice() };
  }

  static restored(optimizer: Optimizer, { steps, first, second }: HostOptimizerState): HostOptimizer {
    const restored = new HostOptimizer(optimizer, 0);
    restored.#steps = steps;
    restored.#first = first.slice();
    restored.#second = second.slice();
    return restored;
  }
}
