import type { VitConfig } from '../../vit/config';
import { LINEARS, type LinearName } from './layout';
import { describeLinear, type Linear, type Placement } from './linear';
import type { Parameters } from './parameters';

/** A ViT as the passes see it: its parameters, and where they belong. */
export interface Network {
  readonly config: VitConfig;
  readonly parameters: Parameters;
  readonly blocks: readonly Readonly<Record<LinearName, Linear>>[];
}

export function describeNetwork(config: VitConfig, parameters: Parameters, placements: readonly Placement[]): Network {
  const blocks = Array.from({ length: config.depth }, (_, block) => {
    const linear = (name: LinearName): Linear => describeLinear(config, block, name, placements);
    return { qkv: linear('qkv'), proj: linear('proj'), fc1: linear('fc1'), fc2: linear('fc2') };
  });
  return { config, parameters, blocks };
}

/** What a backward pass must reach. */
export interface BackwardPlan {
  /** Names of the parameters that get a gradient, the classifier aside. */
  readonly trainable: ReadonlySet<string>;
  /** Position (block · 4 + linear map) of the first map that learns; the pass stops there. −1: down to the input. */
  readonly lowest: number;
}

export function position(block: number, linear: LinearName): number {
  return block * LINEARS.length + LINEARS.indexOf(linear);
}

export function planBackward(network: Network, trainable: ReadonlySet<string>): BackwardPlan {
  if (trainable.has('pos_embed')) return { trainable, lowest: -1 };
  let lowest = Infinity;
  network.blocks.forEach((linears, block) => {
    for (const name of LINEARS) {
      if (linears[name].adapters.some(({ up }) => trainable.has(up))) lowest = Math.min(lowest, position(block, name));
    }
  });
  return { trainable, lowest };
}
