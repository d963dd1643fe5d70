/** Low-rank pairs as a recording of a rival gives them: sites such as `blocks.0.k`, `down` recorded, `up` zero. */
import type { Adapter, AdapterTarget } from '../compute/backbone';
import { ALL_MAPS, outputSize } from '../continual/targets';
import { GoldenError } from './files';
import type { Rival } from './rival';

/** Sites that keys of this pattern name, in the order of the file. */
export function sitesOf({ tensors, name }: Rival, pattern: RegExp): string[] {
  const sites = tensors.names().flatMap((key) => pattern.exec(key)?.[1] ?? []);
  if (sites.length === 0) throw new GoldenError(`"${name}" has no tensor ${String(pattern)}: it tells no adapter.`);
  return sites;
}

export function placeOfSite(site: string): { readonly block: number; readonly target: AdapterTarget } {
  const [, block, map] = /^blocks\.(\d+)\.(\w+)$/.exec(site) ?? [];
  const target = ALL_MAPS.find((each) => each === map);
  if (block === undefined || !target) throw new GoldenError(`"${site}" is no linear map of a block.`);
  return { block: Number(block), target };
}

export const recordedPairs = ({ tensors, checkpoint }: Rival, sites: readonly string[], key: (site: string) => string): Adapter[] =>
  sites.map((site) => {
    const { shape, data } = tensors.get(key(site));
    const [rank = 0] = shape;
    const place = placeOfSite(site);
    return { ...place, rank, down: Float32Array.from(data), up: new Float32Array(outputSize(checkpoint.config, place.target) * rank) };
  });
