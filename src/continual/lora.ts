/** Low-rank pairs on linear maps of every block. */
import type { Adapter, AdapterTarget } from '../compute/backbone';
import type { VitConfig } from '../vit/config';
import type { Rng } from './rng';
import { adapted, inputSize, outputSize } from './targets';

/** The same increment with its scale inside `up`. */
export function withoutScale({ scale, ...adapter }: Adapter): Adapter {
  return scale ? { ...adapter, up: adapter.up.map((value) => value * scale.value) } : adapter;
}

/**
 * Fresh LoRA pairs (Hu et al., ICLR 2022): B uniform in ±1/√inputs, which is PyTorch's default for a linear layer and the
 * reference implementation's choice, A zero, so that training starts from the given weights.
 */
export function freshLora(
  config: Pick<VitConfig, 'dim' | 'mlpDim' | 'depth'>,
  rank: number,
  rng: Rng,
  targets: readonly AdapterTarget[] = adapted('kv'),
): Adapter[] {
  return Array.from({ length: config.depth }, (_, block) =>
    targets.map((target) => {
      const inputs = inputSize(config, target);
      const bound = 1 / Math.sqrt(inputs);
      const down = Float32Array.from({ length: rank * inputs }, () => (2 * rng.uniform() - 1) * bound);
      return { block, target, rank, down, up: new Float32Array(outputSize(config, target) * rank) };
    }),
  ).flat();
}
