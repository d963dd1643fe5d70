/** Activations as kernels compute them: the exact GELU by a formula of its own, max(0, x), and three of one form. */
import type { Activation } from '../vit/config';

const TANH = 2 * Math.sqrt(2 / Math.PI);

/** [a, b] of x σ(a x + b x³), whose slope is σ + x σ (1 − σ) (a + 3 b x²). ½ (1 + tanh y) is σ(2 y). */
const SIGMOID: Readonly<Partial<Record<Activation, readonly [number, number]>>> = {
  'gelu-tanh': [TANH, 0.044715 * TANH],
  'quick-gelu': [1.702, 0],
  silu: [1, 0],
};

export function sigmoidForm(activation: Activation): readonly [a: number, b: number] | undefined {
  return SIGMOID[activation];
}
