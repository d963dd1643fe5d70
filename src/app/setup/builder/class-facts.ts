/** Numbers and picture of a class, its merged members together; looked up, since a source may have ten thousand of them. */
import type { StreamSummary } from '../../../worker/api';
import type { ArrangedClass, Caps } from './arrangement';

export interface ClassFacts {
  readonly side: number;
  counts(one: ArrangedClass): { readonly train: number; readonly test: number };
  /** RGB of its first image, [side, side, 3]. */
  picture(one: ArrangedClass): Uint8Array;
}

export function classFacts(source: StreamSummary['source'], { train = Infinity, test = Infinity }: Caps): ClassFacts {
  const place = new Map(source.classNames.map((name, i) => [name, i]));
  const { side, pixels } = source.thumbnails;
  const bytes = side * side * 3;
  const sum = (counts: readonly number[], { members }: ArrangedClass, cap: number) =>
    Math.min(
      cap,
      members.reduce((total, name) => total + (counts[place.get(name) ?? -1] ?? 0), 0),
    );
  return {
    side,
    counts: (one) => ({ train: sum(source.train, one, train), test: sum(source.test, one, test) }),
    picture({ members }) {
      const index = place.get(members[0] ?? '') ?? 0;
      return pixels.subarray(index * bytes, (index + 1) * bytes);
    },
  };
}
