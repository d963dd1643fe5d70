/** The linear maps of a block: which adapters sit on, and which share what they read. */
import type { AdapterTarget, MapInput } from '../compute/backbone';
import type { VitConfig } from '../vit/config';

export const ALL_MAPS = ['q', 'k', 'v', 'proj', 'fc1', 'fc2'] as const satisfies readonly AdapterTarget[];

/** Keys and values, as the paper adapts; queries and values, as LoRA was published; every linear map; or a list. */
export type Targets = 'kv' | 'qv' | 'all' | readonly AdapterTarget[];

/** In the order of the block, each once. */
export function adapted(targets: Targets = 'kv'): readonly AdapterTarget[] {
  if (targets === 'all') return ALL_MAPS;
  if (targets === 'qv') return ['q', 'v'];
  return targets === 'kv' ? ['k', 'v'] : ALL_MAPS.filter((map) => targets.includes(map));
}

/** q, k and v read the same. */
export const inputOf = (target: AdapterTarget): MapInput => (target === 'q' || target === 'k' || target === 'v' ? 'qkv' : target);

/** What the maps read, each once, in the order of the block. */
export const inputsOf = (targets: readonly AdapterTarget[]): MapInput[] => [...new Set(targets.map(inputOf))];

type Widths = Pick<VitConfig, 'dim' | 'mlpDim'>;

export const inputSize = ({ dim, mlpDim }: Widths, target: AdapterTarget | MapInput): number => (target === 'fc2' ? mlpDim : dim);
export const outputSize = ({ dim, mlpDim }: Widths, target: AdapterTarget): number => (target === 'fc1' ? mlpDim : dim);
