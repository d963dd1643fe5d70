/** Valid checkpoints with bytes changed, cut or doubled: whatever comes out, it is a ViT or a named error, soon and without taking memory. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from './errors';
import { loadVit } from './load';
import { fixtureCases, fixtureFile } from './testing/fixture-files';
import { change, mutateAll } from './testing/mutate';

const seeds = fixtureCases().map(fixtureFile);

/** Seconds in all; `FUZZ_SECONDS` for a longer look, as `npm run test:all` takes. */
const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 4);
const MEMORY = 256 * 2 ** 20;

describe('fuzz', () => {
  it(
    'mutated checkpoints give a ViT or a CheckpointError within seconds',
    () => {
      let slowest = 0;
      let tried = 0;
      let most = 0;
      fc.assert(
        fc.property(fc.constantFrom(...seeds), fc.array(change, { minLength: 1, maxLength: 4 }), (file, changes) => {
          const bytes = mutateAll(file.bytes, changes);
          const before = process.memoryUsage().arrayBuffers;
          const started = performance.now();
          tried++;
          try {
            expect(loadVit({ ...file, bytes }).checkpoint.config.dim).toBeGreaterThan(0);
          } catch (error) {
            if (!(error instanceof CheckpointError)) throw error;
          }
          slowest = Math.max(slowest, performance.now() - started);
          most = Math.max(most, process.memoryUsage().arrayBuffers - before);
        }),
        { numRuns: 1e6, interruptAfterTimeLimit: SECONDS * 1000, markInterruptAsFailure: false },
      );
      expect(tried).toBeGreaterThan(50);
      expect(slowest).toBeLessThan(5000);
      expect(most).toBeLessThan(MEMORY);
    },
    (SECONDS + 30) * 1000,
  );
});
