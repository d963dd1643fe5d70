import type { VitConfig } from '../../vit/config';
import type { Adapter } from '../backbone';
import { linearOf, linearShape, targetColumns } from './layout';

/** Throws an Error that names the first adapter that does not fit. */
export function validateAdapters(adapters: readonly Adapter[], config: VitConfig): void {
  const seen = new Set<string>();
  for (const { block, target, rank, down, up, frozen } of adapters) {
    const name = `block ${block}, ${target}`;
    if (frozen) throw new Error(`The reference engine freezes no single adapter (${name}); choose WebAssembly or WebGPU`);
    if (!Number.isInteger(block) || block < 0 || block >= config.depth) {
      throw new Error(`There is no block ${block} for the adapter on ${target}: the model has ${config.depth} blocks`);
    }
    if (!Number.isInteger(rank) || rank < 1) throw new Error(`The adapter on ${name} has rank ${rank}; it must be a positive integer`);
    const { inputs } = linearShape(config, linearOf(target));
    const outputs = targetColumns(config, target).size;
    if (down.length !== rank * inputs)
      throw new Error(`down of the adapter on ${name} has ${down.length} values; [${rank}, ${inputs}] expected`);
    if (up.length !== outputs * rank)
      throw new Error(`up of the adapter on ${name} has ${up.length} values; [${outputs}, ${rank}] expected`);
    if (seen.has(name)) throw new Error(`Two adapters on ${name}; combine them into one of the summed rank`);
    seen.add(name);
  }
}
