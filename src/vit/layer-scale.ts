/** Layer scale (DINOv2): a factor per channel on what a block adds, folded into the map before it. */
import type { NamedTensor } from './checkpoint';
import { readTensor } from './read-tensor';
import type { RawTensors } from './tensors';

const SCALES = [
  { names: ['ls1.gamma', 'gamma_1'], map: 'attn.proj' },
  { names: ['ls2.gamma', 'gamma_2'], map: 'mlp.fc2' },
] as const;

/** Names of the scales that the file has. */
export function scaleNames(tensors: RawTensors, depth: number): string[] {
  return Array.from({ length: depth }, (_, block) => SCALES.flatMap(({ names }) => names.map((name) => `blocks.${block}.${name}`)))
    .flat()
    .filter((name) => tensors.has(name));
}

/** Multiplies rows of weight and bias: γ ∘ (W x + b) = (γ ∘ W) x + γ ∘ b. Changes `named` in place. */
export function foldScales(tensors: RawTensors, named: ReadonlyMap<string, NamedTensor>, depth: number, dim: number): void {
  for (let block = 0; block < depth; block++) {
    for (const { names, map } of SCALES) {
      const name = names.map((each) => `blocks.${block}.${each}`).find((each) => tensors.has(each));
      if (name === undefined) continue;
      const gamma = readTensor(tensors, name, [dim]).data;
      for (const part of ['weight', 'bias']) {
        const data = named.get(`blocks.${block}.${map}.${part}`)?.data ?? new Float32Array();
        const columns = data.length / dim;
        for (let i = 0; i < data.length; i++) data[i] = (data[i] ?? 0) * (gamma[Math.floor(i / columns)] ?? 0);
      }
    }
  }
}
