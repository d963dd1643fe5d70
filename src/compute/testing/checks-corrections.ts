import { describe, expect, it } from 'vitest';
import type { Correction, TrainSpec } from '../backbone';
import { crossEntropy } from '../objective';
import { parameters } from './checks-optimizer';
import { expectClose } from './compare';
import type { Conformance } from './context';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier, tinyConfig } from './fixtures';
import { normals, seeded } from './random';

const config = tinyConfig();
const CLASSES = { from: 0, to: 4 } as const;
const RATE = 0.05;
const adapters = tinyAdapters(config, ['fc1'], 3);

/** `rank` orthonormal rows, by Gram and Schmidt in float64. */
function orthonormal(rank: number, width: number): Float64Array[] {
  const rows: Float64Array[] = [];
  for (let i = 0; i < rank; i++) {
    let row = Float64Array.from(normals(seeded(i + 1), width, 1));
    for (const other of rows) {
      const along = row.reduce((sum, value, d) => sum + value * (other[d] ?? NaN), 0);
      row = row.map((value, d) => value - along * (other[d] ?? NaN));
    }
    const length = Math.hypot(...row);
    rows.push(row.map((value) => value / length));
  }
  return rows;
}

const BASES = new Map([
  ['blocks.1.attn.qkv.weight', orthonormal(3, config.dim)],
  ['blocks.0.mlp.fc2.weight', orthonormal(5, config.mlpDim)],
  ['blocks.0.fc1.down', orthonormal(2, config.dim)],
]);
const flat = (rows: readonly Float64Array[]): Float32Array => Float32Array.from(rows.flatMap((row) => [...row]));
const CORRECTIONS = [...BASES].map(([name, rows]): Correction => ({ kind: 'project', name, basis: flat(rows) }));

const specOf = (corrections: readonly Correction[]): TrainSpec => ({
  trainables: { backbone: 'all', adapters: 'both', classifier: CLASSES },
  ...{ objective: crossEntropy(CLASSES), optimizer: { kind: 'sgd', momentum: 0.9, weightDecay: 0 }, maxBatch: 3 },
  ...{ classifier: tinyClassifier(config, CLASSES.to), corrections },
});

/** Gradients that are changed before the update. */
export function correctionChecks({ device, tolerance }: Conformance): void {
  describe('corrections', () => {
    it('project gradients: what lies in the basis keeps its answer, all else learns as without', async () => {
      const model = await device().load(tinyCheckpoint(config));
      try {
        model.attach(adapters);
        const trainer = model.train(specOf(CORRECTIONS));
        const start = await parameters(model, trainer, adapters);
        const batch = tinyBatch(config, 3, 20, CLASSES);
        const { gradients } = await trainer.gradients(batch);
        await trainer.step(batch, { backbone: RATE, classifier: RATE });
        const after = await parameters(model, trainer, adapters);
        for (const [name, gradient] of gradients) {
          const width = BASES.get(name)?.[0]?.length ?? gradient.length;
          const expected = Float64Array.from(gradient);
          for (let at = 0; at < expected.length; at += width) {
            for (const row of BASES.get(name) ?? []) {
              const along = row.reduce((sum, value, d) => sum + value * (gradient[at + d] ?? NaN), 0);
              row.forEach((value, d) => (expected[at + d] = (expected[at + d] ?? NaN) - along * value));
            }
          }
          const change = (after.get(name) ?? new Float32Array()).map((value, i) => (value - (start.get(name)?.[i] ?? NaN)) / -RATE);
          expectClose(change, expected, 50 * tolerance, name, 1e-2);
        }
        // Many steps, and the momentum, later.
        for (let step = 0; step < 5; step++)
          await trainer.step(tinyBatch(config, 3, 30 + step, CLASSES), { backbone: RATE, classifier: RATE });
        const end = await parameters(model, trainer, adapters);
        for (const [name, rows] of BASES) {
          const width = rows[0]?.length ?? NaN;
          const change = (end.get(name) ?? new Float32Array()).map((value, i) => value - (start.get(name)?.[i] ?? NaN));
          const length = Math.hypot(...change);
          expect(length, name).toBeGreaterThan(1e-3);
          for (let at = 0; at < change.length; at += width)
            for (const row of rows) {
              const along = row.reduce((sum, value, d) => sum + value * (change[at + d] ?? NaN), 0);
              expect(Math.abs(along), name).toBeLessThan(1e-5 * Math.max(1, length));
            }
        }
      } finally {
        model.dispose();
      }
    });

    it('are refused where they fit no trained matrix', async () => {
      const model = await device().load(tinyCheckpoint(config));
      try {
        model.attach(adapters);
        const train = (name: string, values: number) => () =>
          model.train(specOf([{ kind: 'project', name, basis: new Float32Array(values) }]));
        expect(train('blocks.0.k.up', 8)).toThrow(/"blocks\.0\.k\.up".*no matrix/);
        expect(train('blocks.0.norm1.weight', 8)).toThrow(/no matrix/);
        expect(train('blocks.0.mlp.fc2.weight', 8)).toThrow(/8 values.*12 wide/);
        expect(train('blocks.0.mlp.fc2.weight', 0)).toThrow(/0 values/);
      } finally {
        model.dispose();
      }
    });
  });
}
