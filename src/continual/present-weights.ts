/** Weights of linear maps as they are at work: a checkpoint's tensors and the low-rank increments that sit on them. */
import type { Adapter, AdapterTarget } from '../compute/backbone';
import type { NamedTensor } from '../vit/checkpoint';
import type { VitConfig } from '../vit/config';
import { inputSize, outputSize } from './targets';

const FUSED: Partial<Record<AdapterTarget, number>> = { q: 0, k: 1, v: 2 };
const NAMES: Record<AdapterTarget, string> = {
  ...{ q: 'attn.qkv', k: 'attn.qkv', v: 'attn.qkv' },
  ...{ proj: 'attn.proj', fc1: 'mlp.fc1', fc2: 'mlp.fc2' },
};

/** timm's name of the tensor that holds a map's weight, and the first of the map's rows in it. */
export function placeOfMap({ dim }: Pick<VitConfig, 'dim'>, block: number, target: AdapterTarget) {
  return { tensor: `blocks.${block}.${NAMES[target]}.weight`, firstRow: (FUSED[target] ?? 0) * dim };
}

export const adaptersOn = (adapters: readonly Adapter[], block: number, target: AdapterTarget): Adapter[] =>
  adapters.filter((adapter) => adapter.block === block && adapter.target === target);

/** weight [outputs, inputs] += up · down, times its scale where it has one, in place. */
export function addIncrement(weight: Float32Array, { up, down, rank, scale }: Pick<Adapter, 'up' | 'down' | 'rank' | 'scale'>): void {
  const inputs = down.length / rank;
  const outputs = up.length / rank;
  for (let row = 0; row < outputs; row++) {
    for (let r = 0; r < rank; r++) {
      const factor = (scale?.value ?? 1) * (up[row * rank + r] as number);
      if (factor === 0) continue;
      for (let column = 0; column < inputs; column++) {
        const at = row * inputs + column;
        weight[at] = (weight[at] as number) + factor * (down[r * inputs + column] as number);
      }
    }
  }
}

/** W + Σ up · down of one map, [outputs, inputs]. Throws RangeError where the tensor is missing. */
export function presentWeight(
  tensors: ReadonlyMap<string, NamedTensor>,
  config: Pick<VitConfig, 'dim' | 'mlpDim'>,
  block: number,
  target: AdapterTarget,
  increments: readonly Adapter[],
): Float32Array {
  const { tensor: name, firstRow } = placeOfMap(config, block, target);
  const tensor = tensors.get(name);
  if (!tensor) throw new RangeError(`The model lacks the tensor "${name}".`);
  const inputs = inputSize(config, target);
  const weight = tensor.data.slice(firstRow * inputs, (firstRow + outputSize(config, target)) * inputs);
  for (const increment of increments) addIncrement(weight, increment);
  return weight;
}
