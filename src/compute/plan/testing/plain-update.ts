import { PENALTY_SHARE, penaltyShares, type AddSquares, type Penalise, type Update, type View } from '../ops';
import { sumOver, type Matrix } from './plain-matrix';

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

export function penalise(op: Penalise, matrix: (view: View) => Matrix): void {
  const { form, weight, count } = op;
  const [values, out, value, add] = [matrix(op.of), matrix(op.out), matrix(op.value), op.add && matrix(op.add)];
  const [importance, anchor] = [op.importance && matrix(op.importance), op.anchor && matrix(op.anchor)];
  const before = Array.from({ length: count }, (_, i) => values.get(0, i));
  const apart = (i: number): number => (before[i] ?? NaN) - (anchor ? anchor.get(0, i) : 0);
  const scale = (i: number): number => (importance ? importance.get(0, i) : 1);
  const norm = Math.sqrt(sumOver(count, (i) => (before[i] ?? NaN) ** 2));
  const costs = { quadratic: (i: number) => scale(i) * apart(i) ** 2, absolute: (i: number) => Math.abs(before[i] ?? NaN) };
  for (let share = 0; share < penaltyShares(op); share++) {
    const first = share * PENALTY_SHARE;
    const within = Math.min(count - first, PENALTY_SHARE);
    value.set(0, share, weight * (form === 'norm' ? norm : sumOver(within, (i) => costs[form](first + i))));
  }
  const slopes = {
    quadratic: (i: number) => 2 * scale(i) * apart(i),
    absolute: (i: number) => Math.sign(before[i] ?? NaN),
    norm: (i: number) => (norm === 0 ? 0 : (before[i] ?? NaN) / norm),
  };
  for (let i = 0; i < count; i++) out.set(0, i, (add ? add.get(0, i) : 0) + weight * slopes[form](i));
}

export function addSquares(op: AddSquares, matrix: (view: View) => Matrix): void {
  const [gradient, out] = [matrix(op.gradient), matrix(op.out)];
  const factor = op.loss ? Math.exp(-matrix(op.loss).get(0, 0)) : 1;
  for (let i = 0; i < op.count; i++) out.set(0, i, out.get(0, i) + factor * gradient.get(0, i) ** 2);
}
