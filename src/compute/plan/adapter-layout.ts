import type { VitConfig } from '../../vit/config';
import type { Adapter, AdapterTarget } from '../backbone';
import type { View } from './ops';

/** Where an adapter lies in the flat `adapters` buffer: scales, the `up`s that may learn, their `down`s, then the frozen ones. */
export interface AdapterPlace {
  /** `blocks.N.<target>`; of the second on a map `blocks.N.<target>.1`, and so on. */
  readonly name: string;
  readonly block: number;
  readonly target: AdapterTarget;
  readonly rank: number;
  readonly frozen: boolean;
  readonly inputs: number;
  readonly outputs: number;
  readonly up: View;
  readonly down: View;
  /** Equal for adapters of one block that were given the same `down` array. */
  readonly downGroup: number;
  /** Its number, shared by all of one name; null without. */
  readonly scale: { readonly name: string; readonly view: View } | null;
}

export interface AdapterLayout {
  readonly places: readonly AdapterPlace[];
  /** Floats of the scales and the `up`s that may learn, of these and their `down`s, and of everything. */
  readonly ups: number;
  readonly pairs: number;
  readonly total: number;
}

/** Input and output width of the linear map that carries an adapter. */
export function targetShape(config: VitConfig, target: AdapterTarget): { inputs: number; outputs: number } {
  if (target === 'fc1') return { inputs: config.dim, outputs: config.mlpDim };
  if (target === 'fc2') return { inputs: config.mlpDim, outputs: config.dim };
  return { inputs: config.dim, outputs: config.dim };
}

/** Lays out validated adapters. Throws naming a block, rank or length that does not fit. */
export function adapterLayout(config: VitConfig, adapters: readonly Adapter[]): AdapterLayout {
  const shapes = adapters.map(({ block, target, rank, up, down }) => {
    const { inputs, outputs } = targetShape(config, target);
    const name = `The adapter on block ${block}, ${target}`;
    if (!Number.isInteger(block) || block < 0 || block >= config.depth) {
      throw new RangeError(`${name}: the model has blocks 0 to ${config.depth - 1}`);
    }
    if (!Number.isInteger(rank) || rank < 1) throw new RangeError(`${name}: its rank must be a whole number from 1, not ${rank}`);
    if (down.length !== rank * inputs) throw new RangeError(`${name}: its down has ${down.length} values, expected ${rank} x ${inputs}`);
    if (up.length !== outputs * rank) throw new RangeError(`${name}: its up has ${up.length} values, expected ${outputs} x ${rank}`);
    return { inputs, outputs };
  });
  const offsets = { up: new Map<number, number>(), down: new Map<number, number>() };
  const scales = scaleValues(adapters);
  let total = 4 * scales.size;
  const put = (part: 'up' | 'down', frozen: boolean): number => {
    for (const [i, adapter] of adapters.entries()) {
      if ((adapter.frozen ?? false) !== frozen) continue;
      offsets[part].set(i, total);
      total += Math.ceil(adapter[part].length / 4) * 4;
    }
    return total;
  };
  const [ups, pairs] = [put('up', false), put('down', false)];
  put('up', true);
  put('down', true);
  const places = adapters.map((adapter, i): AdapterPlace => {
    const { block, target, rank, down, frozen = false, scale } = adapter;
    const { inputs, outputs } = shapes[i] ?? targetShape(config, target);
    const view = (part: 'up' | 'down', stride: number): View => ({ buffer: 'adapters', offset: offsets[part].get(i) ?? 0, stride });
    const before = adapters.slice(0, i).filter((other) => other.block === block && other.target === target).length;
    return {
      ...{ name: `blocks.${block}.${target}${before > 0 ? `.${before}` : ''}`, block, target, rank, frozen, inputs, outputs },
      ...{ up: view('up', rank), down: view('down', inputs) },
      downGroup: adapters.findIndex((other) => other.block === block && other.rank === rank && other.down === down),
      scale: scale
        ? { name: scale.name, view: { buffer: 'adapters', offset: 4 * [...scales.keys()].indexOf(scale.name), stride: 1 } }
        : null,
    };
  });
  return { places, ups, pairs, total };
}

/** By name; throws where two of one name differ. */
export function scaleValues(adapters: readonly Adapter[]): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const { scale } of adapters) {
    if (!scale) continue;
    const { name, value } = scale;
    if ((values.get(name) ?? value) !== value)
      throw new Error(`Adapters share the scale "${name}", but are given ${values.get(name)} and ${value} for it`);
    values.set(name, value);
  }
  return values;
}

/** The same with no `down` shared: what training them makes of it. */
export const separated = (layout: AdapterLayout): AdapterLayout => ({
  ...layout,
  places: layout.places.map((place, downGroup) => ({ ...place, downGroup })),
});
