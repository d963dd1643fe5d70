/** Low-rank pairs on K and V of every block. */
import type { Adapter, AdapterTarget } from '../compute/backbone';
import type { VitConfig } from '../vit/config';
import type { Rng } from './rng';

export const ADAPTED: readonly AdapterTarget[] = ['k', 'v'];

/**
 * Fresh LoRA pairs (Hu et al., ICLR 2022): B uniform in ±1/√D, which is PyTorch's default for a linear layer and the
 * reference implementation's choice, A zero, so that training starts from the given weights.
 */
export function freshLora({ dim, depth }: Pick<VitConfig, 'dim' | 'depth'>, rank: number, rng: Rng): Adapter[] {
  const bound = 1 / Math.sqrt(dim);
  return Array.from({ length: depth }, (_, block) =>
    ADAPTED.map((target) => ({
      block,
      target,
      rank,
      down: Float32Array.from({ length: rank * dim }, () => (2 * rng.uniform() - 1) * bound),
      up: new Float32Array(dim * rank),
    })),
  ).flat();
}
