import type { Optimizer } from '../backbone';

/**
 * One parameter's optimiser in float64, from the definitions: Adam of Kingma & Ba (alg. 1) with ε outside the root and
 * L2 decay added to the gradient, as PyTorch has it; SGD with m ← μ m + g, first m = g.
 */
export class HandOptimizer {
  private step = 0;
  private first: Float64Array | null = null;
  private second: Float64Array | null = null;

  constructor(private readonly optimizer: Optimizer) {}

  /** The parameter's next value. */
  update(parameter: ArrayLike<number>, gradient: ArrayLike<number>, rate: number): Float64Array {
    const { optimizer } = this;
    this.step++;
    const g = Float64Array.from(gradient, (value, i) => value + optimizer.weightDecay * (parameter[i] ?? NaN));
    const previousFirst = this.first;
    if (optimizer.kind === 'sgd') {
      const momentum = (this.first = g.map((value, i) => (previousFirst ? optimizer.momentum * (previousFirst[i] ?? NaN) + value : value)));
      return Float64Array.from(parameter, (value, i) => value - rate * (momentum[i] ?? NaN));
    }
    const { beta1, beta2, eps } = optimizer;
    const previousSecond = this.second;
    const first = (this.first = g.map((value, i) => beta1 * (previousFirst?.[i] ?? 0) + (1 - beta1) * value));
    const second = (this.second = g.map((value, i) => beta2 * (previousSecond?.[i] ?? 0) + (1 - beta2) * value * value));
    return Float64Array.from(parameter, (value, i) => {
      const mHat = (first[i] ?? NaN) / (1 - beta1 ** this.step);
      const vHat = (second[i] ?? NaN) / (1 - beta2 ** this.step);
      return value - (rate * mHat) / (Math.sqrt(vHat) + eps);
    });
  }
}
