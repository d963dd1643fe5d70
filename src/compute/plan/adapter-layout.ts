import type { VitConfig } from '../../vit/config';
import type { Adapter, AdapterTarget } from '../backbone';
import type { View } from './ops';

/** Where an adapter lies in the flat `adapters` buffer: all `up`s first, then all `down`s. */
export interface AdapterPlace {
  readonly block: number;
  readonly target: AdapterTarget;
  readonly rank: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly up: View;
  readonly down: View;
  /** Equal for adapters of one block that were given the same `down` array. */
  readonly downGroup: number;
}

export interface AdapterLayout {
  readonly places: readonly AdapterPlace[];
  /** Floats of all `up`s, and of everything. */
  readonly ups: number;
  readonly total: number;
}

/** Input and output width of the linear map that carries an adapter. */
export function targetShape(config: VitConfig, target: AdapterTarget): { inputs: number; outputs: number } {
  if (target === 'fc1') return { inputs: config.dim, outputs: config.mlpDim };
  if (target === 'fc2') return { inputs: config.mlpDim, outputs: config.dim };
  return { inputs: config.dim, outputs: config.dim };
}

/** Lays out validated adapters. Throws naming a block, rank, length or double target that does not fit. */
export function adapterLayout(config: VitConfig, adapters: readonly Adapter[]): AdapterLayout {
  const seen = new Set<string>();
  const padded = (count: number): number => Math.ceil(count / 4) * 4;
  let ups = 0;
  let downs = 0;
  const sizes = adapters.map((adapter) => {
    const { block, target, rank, up, down } = adapter;
    const { inputs, outputs } = targetShape(config, target);
    const name = `The adapter on block ${block}, ${target}`;
    if (!Number.isInteger(block) || block < 0 || block >= config.depth) {
      throw new RangeError(`${name}: the model has blocks 0 to ${config.depth - 1}`);
    }
    if (!Number.isInteger(rank) || rank < 1) throw new RangeError(`${name}: its rank must be a whole number from 1, not ${rank}`);
    if (down.length !== rank * inputs) throw new RangeError(`${name}: its down has ${down.length} values, expected ${rank} x ${inputs}`);
    if (up.length !== outputs * rank) throw new RangeError(`${name}: its up has ${up.length} values, expected ${outputs} x ${rank}`);
    if (seen.has(`${block}.${target}`)) throw new Error(`Two adapters on block ${block}, ${target}; merge or add them first`);
    seen.add(`${block}.${target}`);
    const at = { up: ups, down: downs };
    ups += padded(outputs * rank);
    downs += padded(rank * inputs);
    return { ...at, inputs, outputs };
  });
  const places = adapters.map((adapter, i): AdapterPlace => {
    const { block, target, rank, down } = adapter;
    const size = sizes[i] ?? { up: 0, down: 0, inputs: 0, outputs: 0 };
    const downGroup = adapters.findIndex((other) => other.block === block && other.rank === rank && other.down === down);
    return {
      ...{ block, target, rank, downGroup, inputs: size.inputs, outputs: size.outputs },
      up: { buffer: 'adapters', offset: size.up, stride: rank },
      down: { buffer: 'adapters', offset: ups + size.down, stride: size.inputs },
    };
  });
  return { places, ups, total: ups + downs };
}
