import { describe, expect, it } from 'vitest';
import type { MapInput } from '../backbone';
import { expectClose } from './compare';
import type { Conformance } from './context';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyConfig } from './fixtures';
import { OracleVit, secondMoment } from './oracle-vit';

const INPUTS = ['fc2', 'qkv', 'fc1', 'proj'] as const satisfies readonly MapInput[];
const CONFIGS = { token: tinyConfig(), mean: tinyConfig({ imageSize: 12, pooling: 'mean' }) };

/** Second moments of any map's input, features beside. */
export function momentChecks({ device, tolerance }: Conformance): void {
  describe('second moments', () => {
    for (const [pooling, config] of Object.entries(CONFIGS)) {
      const checkpoint = tinyCheckpoint(config);
      const adapters = tinyAdapters(config, ['v', 'proj'], 2);
      const batches = [tinyBatch(config, 4, 5), tinyBatch(config, 1, 6)];
      const expected = batches.map((batch) => new OracleVit(checkpoint, adapters).forward(batch));
      /** Mean over the tokens of both batches, from float64. */
      const moment = (block: number, input: MapInput): Float64Array => {
        const [first, second] = expected.map(({ mapInputs }) => mapInputs[block]?.[input] ?? new Float64Array());
        if (!first || !second) throw new Error('There are two batches');
        return secondMoment(Float64Array.of(...first, ...second), input === 'fc2' ? config.mlpDim : config.dim);
      };

      it.each([
        ['every input, and features', INPUTS, true],
        ['every input', INPUTS, false],
        ['the inputs of attention, and features', ['qkv'], true],
        ['the inputs of the output map', ['proj'], false],
      ] as const)(`of %s agree with float64, pooled by ${pooling}`, async (_, inputs, features) => {
        const model = await device().load(checkpoint);
        try {
          model.attach(adapters);
          const moments = model.secondMoments({ inputs, features });
          for (const [i, batch] of batches.entries()) {
            const found = await moments.add(batch);
            if (features) expectClose(found ?? undefined, expected[i]?.features ?? [], tolerance, 'features');
            else expect(found).toBeNull();
          }
          const found = await moments.finish();
          expect(found.map(({ block, input }) => `${block} ${input}`)).toEqual(
            Array.from({ length: config.depth }, (__, block) => inputs.map((input) => `${block} ${input}`)).flat(),
          );
          for (const { block, input, size, values } of found) {
            expect(size ** 2).toBe(values.length);
            expectClose(values, moment(block, input), tolerance, `${input} of block ${block}`);
          }
        } finally {
          model.dispose();
        }
      });
    }

    it('want inputs, and images', async () => {
      const model = await device().load(tinyCheckpoint(CONFIGS.token));
      const before = device().memory();
      expect(() => model.secondMoments({ inputs: [] })).toThrow(/one or more inputs/);
      expect(() => model.secondMoments({ inputs: ['proj', 'proj'] })).toThrow(/once.*proj/);
      await expect(model.secondMoments({ inputs: ['fc2'] }).finish()).rejects.toThrow(/image/);
      expect(device().memory()).toEqual(before);
      model.dispose();
    });
  });
}
