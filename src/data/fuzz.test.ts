/** Valid containers with bytes changed, cut or moved: whatever comes out, it is a listing or a named error, and soon. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { change, mutateAll } from '../vit/testing/mutate';
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
          const mutated = mutateAll(bytes, changes);
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
