import { describe, expect, it } from 'vitest';
import type { TrainSpec } from '../backbone';
import type { LabelledBatch } from '../images';
import { crossEntropy, type Objective, type Term } from '../objective';
import { expectClose } from './compare';
import type { Conformance } from './context';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier, tinyConfig } from './fixtures';
import { OracleVit } from './oracle-vit';

const config = tinyConfig();
const checkpoint = tinyCheckpoint(config);
const CLASSES = 8;
const classifier = tinyClassifier(config, CLASSES);
const adapters = tinyAdapters(config, ['k', 'v'], 2, 4, true);

/** New images of classes 1 to 3 in the first two rows, replayed ones of 5 to 6 behind them, and once more over all. */
const TERMS: readonly Term[] = [
  { kind: 'cross-entropy', classes: { from: 1, to: 4 }, weight: 0.75, rows: { from: 0, to: 2 } },
  { kind: 'cross-entropy', classes: { from: 5, to: 7 }, weight: 2, rows: { from: 2 } },
  { kind: 'cross-entropy', classes: { from: 0, to: 7 }, weight: 0.5 },
];
const LABELS = [3, 1, 6, 5];

const specOf = (objective: Objective): TrainSpec => ({
  trainables: { backbone: 'none', adapters: 'up', classifier: { from: 0, to: CLASSES } },
  ...{ objective, optimizer: { kind: 'sgd', momentum: 0, weightDecay: 0 }, maxBatch: 5, classifier },
});

const batchOf = (count: number): LabelledBatch => ({ ...tinyBatch(config, count, 9), labels: Int32Array.from(LABELS.slice(0, count)) });

function part({ pixels, labels, size }: LabelledBatch, from: number, to: number): LabelledBatch {
  const bytes = 3 * size ** 2;
  return { pixels: pixels.slice(from * bytes, to * bytes), labels: labels.slice(from, to), count: to - from, size };
}

/** Objectives of several terms, of parts of a batch, of other weights than one. */
export function objectiveChecks({ device, tolerance }: Conformance): void {
  describe('objectives', () => {
    it.each([
      ['three terms over parts of the classes and of the batch', TERMS, 4],
      ['three terms, one of which sees no row of a small batch', TERMS, 2],
      ['one term of weight 3', [{ kind: 'cross-entropy', classes: { from: 1, to: 7 }, weight: 3 }], 4],
    ] as const)('%s: loss and gradients by finite differences', async (_, terms: readonly Term[], count) => {
      const oracle = new OracleVit(checkpoint, adapters, classifier);
      const batch = batchOf(count);
      const seen = terms.flatMap(({ classes, weight, rows }) => {
        const rest = part(batch, rows?.from ?? 0, Math.min(rows?.to ?? count, count));
        return rest.count > 0 ? [{ classes, weight, rest }] : [];
      });
      const model = await device().load(checkpoint);
      try {
        model.attach(adapters);
        const trainer = model.train(specOf({ terms }));
        // A larger batch before: what it left behind must not be seen.
        await trainer.gradients(batchOf(4));
        const { loss, gradients } = await trainer.gradients(batch);
        expect(loss).toBeCloseTo(
          seen.reduce((sum, { classes, weight, rest }) => sum + weight * oracle.loss(rest, classes), 0),
          4,
        );
        for (const name of ['classifier.weight', 'classifier.bias', 'blocks.0.k.up', 'blocks.1.v.up']) {
          const expected = new Float64Array(oracle.parameter(name).length);
          for (const { classes, weight, rest } of seen) {
            oracle.gradient(name, rest, classes).forEach((value, i) => (expected[i] = (expected[i] ?? NaN) + weight * value));
          }
          expectClose(gradients.get(name), expected, 5 * tolerance, name, 1e-2);
        }
        await trainer.step(batch, { backbone: 0, classifier: 0 });
        expect(await trainer.losses()).toEqual([loss]);
      } finally {
        model.dispose();
      }
    });

    it('of one term over rows that happen to be all are the plain cross-entropy', async () => {
      const classes = { from: 1, to: 7 };
      const model = await device().load(checkpoint);
      try {
        const found = [];
        for (const objective of [crossEntropy(classes), { terms: [{ ...crossEntropy(classes).terms[0], rows: { from: 0 } }] }]) {
          const trainer = model.train({
            ...specOf(objective as Objective),
            trainables: { ...specOf({ terms: [] }).trainables, adapters: 'none' },
          });
          found.push(await trainer.gradients(batchOf(4)));
          trainer.dispose();
        }
        const [plain, weighted] = found;
        expect(weighted?.loss).toBeCloseTo(plain?.loss ?? NaN, 6);
        expectClose(weighted?.gradients.get('classifier.weight'), plain?.gradients.get('classifier.weight') ?? [], 1e-6, 'gradient');
      } finally {
        model.dispose();
      }
    });

    it('are checked, and so are the labels of the rows that a term sees', async () => {
      const model = await device().load(checkpoint);
      try {
        model.attach(adapters);
        const [first, second] = TERMS;
        if (!first || !second) throw new Error('There are terms');
        expect(() => model.train(specOf({ terms: [] }))).toThrow(/no term/);
        expect(() => model.train(specOf({ terms: [first, { ...second, weight: NaN }] }))).toThrow(/weight NaN/);
        expect(() => model.train(specOf({ terms: [{ ...first, rows: { from: 2, to: 2 } }] }))).toThrow(/rows 2 to 2/);
        expect(() => model.train(specOf({ terms: [first, { ...second, classes: { from: 5, to: 9 } }] }))).toThrow(/5 to 9; there are 8/);
        const trainer = model.train(specOf({ terms: [first, second] }));
        const batch = batchOf(4);
        await expect(trainer.gradients({ ...batch, labels: Int32Array.of(3, 5, 6, 5) })).rejects.toThrow(/label 5.*1 to 3/);
        await expect(trainer.gradients({ ...batch, labels: Int32Array.of(3, 1, 1, 5) })).rejects.toThrow(/label 1.*5 to 6/);
      } finally {
        model.dispose();
      }
    });
  });
}
