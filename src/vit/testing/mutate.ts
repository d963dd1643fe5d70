/** Changes to the bytes of a valid file: a byte or a word set, a piece cut out, a piece doubled. */
import fc from 'fast-check';

/** One change somewhere in a file. */
export const change = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), at: fc.double({ min: 0, max: 1, noNaN: true }), value: fc.nat(255) }),
  fc.record({
    kind: fc.constant('word' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    value: fc.constantFrom(0, 0x7fffffff, 0x80000000, 0xffffffff),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.double({ min: 0, max: 1, noNaN: true }), value: fc.nat(64) }),
  fc.record({ kind: fc.constant('double' as const), at: fc.double({ min: 0, max: 1, noNaN: true }), value: fc.nat(2000) }),
);

export type Change = { readonly kind: 'set' | 'word' | 'cut' | 'double'; readonly at: number; readonly value: number };

function mutate(bytes: Uint8Array, { kind, at, value }: Change): Uint8Array {
  const place = Math.min(bytes.length - 1, Math.floor(at * bytes.length));
  switch (kind) {
    case 'set':
      return bytes.with(Math.max(0, place), value);
    case 'word': {
      const copy = bytes.slice();
      if (place + 4 <= copy.length) new DataView(copy.buffer).setUint32(place, value, true);
      return copy;
    }
    case 'cut':
      return value < 32 ? bytes.slice(0, place) : new Uint8Array(Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + value)]));
    case 'double':
      return new Uint8Array(Buffer.concat([bytes.subarray(0, place + value), bytes.subarray(place)]));
  }
}

/** The changes one after the other. */
export function mutateAll(bytes: Uint8Array, changes: readonly Change[]): Uint8Array {
  return changes.reduce((sofar, next) => (sofar.length === 0 ? sofar : mutate(sofar, next)), bytes);
}
