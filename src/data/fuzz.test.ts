/** Valid containers with bytes changed, cut or moved: whatever comes out, it is a listing or a named error, and soon. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from './errors';
import { listImages } from './source';
import { decodePng } from './testing/decode-node';
import { fixture, named } from './testing/hostile';

const seeds = [
  'deflated.zip',
  'ustar.tar',
  'pax.tar',
  'folders.tar.gz',
  'cifar-10-python.tar.gz',
  'keras.npz',
  'medmnist.npz',
  'one.parquet',
  'domains.parquet',
  'manifest.zip',
].map((name) => ({ name, bytes: fixture(name) }));

/** Seconds in all; `FUZZ_SECONDS=60` for a longer look. */
const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 12);

const change = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), at: fc.double({ min: 0, max: 1, noNaN: true }), value: fc.nat(255) }),
  fc.record({
    kind: fc.constant('word' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    value: fc.constantFrom(0, 0x7fffffff, 0x80000000, 0xffffffff),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.double({ min: 0, max: 1, noNaN: true }), value: fc.nat(64) }),
  fc.record({ kind: fc.constant('double' as const), at: fc.double({ min: 0, max: 1, noNaN: true }), value: fc.nat(2000) }),
);

function mutate(
  bytes: Uint8Array,
  { kind, at, value }: { kind: 'set' | 'word' | 'cut' | 'double'; at: number; value: number },
): Uint8Array {
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

describe('fuzz', () => {
  it(
    'mutated containers give a listing or a DataError within seconds, and their images bytes or an error',
    async () => {
      let slowest = 0;
      let tried = 0;
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...seeds), fc.array(change, { minLength: 1, maxLength: 4 }), async ({ name, bytes }, changes) => {
          const started = performance.now();
          tried++;
          const mutated = changes.reduce<Uint8Array>((sofar, next) => (sofar.length === 0 ? sofar : mutate(sofar, next)), bytes);
          try {
            const listing = await listImages([named(name, mutated)], { testFraction: 0.4, seed: 0 });
            for (const image of listing.images) {
              const rgb = await image.read(decodePng).catch(() => null);
              if (rgb !== null) expect(rgb.rgb.length).toBe(rgb.width * rgb.height * 3);
            }
          } catch (error) {
            if (!(error instanceof DataError)) throw error;
          }
          slowest = Math.max(slowest, performance.now() - started);
        }),
        { numRuns: 1e6, interruptAfterTimeLimit: SECONDS * 1000, markInterruptAsFailure: false },
      );
      expect(tried).toBeGreaterThan(50);
      expect(slowest).toBeLessThan(5000);
    },
    (SECONDS + 30) * 1000,
  );
});
