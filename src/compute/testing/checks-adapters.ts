import { describe, expect, it } from 'vitest';
import type { Adapter } from '../backbone';
import { expectClose } from './compare';
import type { Conformance } from './context';
import { targetShape, tinyAdapters, tinyBatch, tinyCheckpoint, tinyConfig } from './fixtures';
import { OracleVit } from './oracle-vit';

const TARGETS = ['q', 'k', 'v', 'proj', 'fc1', 'fc2'] as const;
const WEIGHT_OF = { q: 'attn.qkv', k: 'attn.qkv', v: 'attn.qkv', proj: 'attn.proj', fc1: 'mlp.fc1', fc2: 'mlp.fc2' } as const;
const FIRST_ROW = { q: 0, k: 1, v: 2, proj: 0, fc1: 0, fc2: 0 } as const;

export function adapterChecks({ device, tolerance, quick }: Conformance): void {
  const config = tinyConfig();
  const checkpoint = tinyCheckpoint(config);
  const batch = tinyBatch(config, 4);

  describe('adapters', () => {
    const placements: readonly (readonly [string, Adapter[]])[] = [
      ...TARGETS.map((target) => [target, tinyAdapters(config, [target], 3)] as const),
      ['all six', tinyAdapters(config, TARGETS, 2)],
      ['k and v sharing one down', tinyAdapters(config, ['k', 'v'], 2, 6, true)],
      ['one block only', tinyAdapters(config, ['q', 'fc2'], 1).filter((adapter) => adapter.block === 1)],
    ];
    for (const [name, adapters] of quick ? placements.slice(TARGETS.length) : placements) {
      it(`adds up · down on ${name}, and merges it exactly`, async () => {
        const expected = new OracleVit(checkpoint, adapters).forward(batch).features;
        const plain = new OracleVit(checkpoint).forward(batch).features;
        const model = await device().load(checkpoint);
        try {
          model.attach(adapters);
          const attached = await model.features(batch);
          expectClose(attached, expected, tolerance, 'features with adapters');
          expect(await model.adapters()).toEqual(adapters);
          model.merge();
          expect(await model.adapters()).toEqual([]);
          expectClose(await model.features(batch), attached, tolerance, 'features after the merge');
          const merged = await model.checkpoint();
          for (const [tensor, value] of mergedWeights(adapters)) {
            expectClose(merged.tensors.get(tensor)?.data, value, 1e-6, tensor);
          }
          model.attach(adapters);
          model.attach([]);
          model.merge();
          expectClose(await model.features(batch), attached, tolerance, 'an empty list detaches');
          expect(Math.abs((plain[0] ?? NaN) - (expected[0] ?? NaN))).toBeGreaterThan(1e-4);
        } finally {
          model.dispose();
        }
      });
    }

    it('gives back the checkpoint it was loaded from, bit for bit, adapters aside', async () => {
      const model = await device().load(checkpoint);
      try {
        model.attach(tinyAdapters(config, ['k', 'v'], 2));
        const copy = await model.checkpoint();
        expect([...copy.tensors.keys()].sort()).toEqual([...checkpoint.tensors.keys()].sort());
        for (const [name, tensor] of checkpoint.tensors) expect(copy.tensors.get(name), name).toEqual(tensor);
        expect(copy.config).toEqual(config);
      } finally {
        model.dispose();
      }
    });
  });

  /** W + up · down in float64, for every weight that carries an adapter. */
  function mergedWeights(adapters: readonly Adapter[]): Map<string, Float64Array> {
    const merged = new Map<string, Float64Array>();
    for (const { block, target, rank, up, down } of adapters) {
      const name = `blocks.${block}.${WEIGHT_OF[target]}.weight`;
      const weight = merged.get(name) ?? Float64Array.from(checkpoint.tensors.get(name)?.data ?? []);
      const { inputs, outputs } = targetShape(config, target);
      for (let o = 0; o < outputs; o++)
        for (let i = 0; i < inputs; i++) {
          let increment = 0;
          for (let r = 0; r < rank; r++) increment += (up[o * rank + r] ?? NaN) * (down[r * inputs + i] ?? NaN);
          const index = (FIRST_ROW[target] * outputs + o) * inputs + i;
          weight[index] = (weight[index] ?? NaN) + increment;
        }
      merged.set(name, weight);
    }
    return merged;
  }
}
