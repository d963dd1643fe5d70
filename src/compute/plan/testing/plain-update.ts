import type { Update, View } from '../ops';
import type { Matrix } from './plain-matrix';

export function update(op: Update, matrix: (view: View) => Matrix, scalar: (i: number) => number): void {
  const { optimizer } = op;
  const [parameter, gradient, first] = [matrix(op.parameter), matrix(op.gradient), matrix(op.first)];
  const second = op.second && matrix(op.second);
  const rate = scalar(op.rate);
  for (let i = 0; i < op.count; i++) {
    const p = parameter.get(0, i);
    const g = gradient.get(0, i) + optimizer.weightDecay * p;
    if (optimizer.kind === 'sgd') {
      first.set(0, i, optimizer.momentum * first.get(0, i) + g);
      parameter.set(0, i, p - rate * first.get(0, i));
    } else if (second) {
      const { beta1, beta2, eps } = optimizer;
      first.set(0, i, beta1 * first.get(0, i) + (1 - beta1) * g);
      second.set(0, i, beta2 * second.get(0, i) + (1 - beta2) * g * g);
      const [m, v] = [first.get(0, i) * scalar(op.corrections), second.get(0, i) * scalar(op.corrections + 1)];
      parameter.set(0, i, p - (rate * m) / (Math.sqrt(v) + eps));
    }
  }
}
