import { describe, expect, it } from 'vitest';
import type { TrainSpec } from '../backbone';
import type { LabelledBatch } from '../images';
import { columnsOf, crossEntropy, type Objective, type Term } from '../objective';
import { expectClose } from './compare';
import type { Conformance } from './context';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier, tinyConfig } from './fixtures';
import { OracleVit } from './oracle-vit';

const config = tinyConfig();
const checkpoint = tinyCheckpoint(config);
const CLASSES = 8;
const classifier = tinyClassifier(config, CLASSES);
const adapters = tinyAdapters(config, ['k', 'v'], 2, 4, true);

/** New images of classes 1 to 3 in the first part, replayed ones of 5 to 6 in the second, and once more over all. */
const TERMS: readonly Term[] = [
  { kind: 'cross-entropy', classes: { from: 1, to: 4 }, weight: 0.75, part: 0 },
  { kind: 'cross-entropy', classes: { from: 5, to: 7 }, weight: 2, part: 1 },
  { kind: 'cross-entropy', classes: { from: 0, to: 7 }, weight: 0.5 },
];
/** Beside the labels of the new ones, towards logits: softened ones of the new images, and those of the replayed. */
const TOWARDS: readonly Term[] = [
  { kind: 'cross-entropy', classes: { from: 1, to: 4 }, weight: 1, part: 0 },
  { kind: 'distil', classes: { from: 2, to: 6 }, weight: 3, temperature: 2, part: 0 },
  { kind: 'logits', classes: { from: 1, to: 8 }, weight: 0.5, part: 1 },
];
const LABELS = [3, 1, 6, 5];

const specOf = (objective: Objective): TrainSpec => ({
  trainables: { backbone: 'none', adapters: 'up', classifier: { from: 0, to: CLASSES } },
  ...{ objective, optimizer: { kind: 'sgd', momentum: 0, weightDecay: 0 }, maxBatch: 5, classifier },
});

/** Two new images and the others replayed, the last of which has no target in some columns. */
const batchOf = (count: number): LabelledBatch => ({
  ...tinyBatch(config, count, 9),
  labels: Int32Array.from(LABELS.slice(0, count)),
  parts: [Math.min(2, count), Math.max(0, count - 2)],
  targets: Float32Array.from({ length: count * CLASSES }, (_, at) => (at >= 3 * CLASSES + 4 ? NaN : 3 * Math.sin(at))),
});

/** Objectives of several terms, of parts of a batch, of other weights than one. */
export function objectiveChecks({ device, tolerance }: Conformance): void {
  describe('objectives', () => {
    it.each([
      ['three terms over parts of the classes and of the batch', TERMS, 4],
      ['three terms, one of which sees no row of a small batch', TERMS, 2],
      ['one term of weight 3', [{ kind: 'cross-entropy', classes: { from: 1, to: 7 }, weight: 3 }], 4],
      ['terms towards target logits', TOWARDS, 4],
      ['terms towards target logits, one of which sees no row', TOWARDS, 1],
      ['distillation alone, over all rows', [{ kind: 'distil', classes: { from: 0, to: 4 }, weight: 1, temperature: 0.5 }], 3],
    ] as const)('%s: loss and gradients by finite differences', async (_, terms: readonly Term[], count) => {
      const oracle = new OracleVit(checkpoint, adapters, classifier);
      const batch = batchOf(count);
      const model = await device().load(checkpoint);
      try {
        model.attach(adapters);
        let trainer = model.train({ ...specOf({ terms }), logits: true });
        // A larger batch before: what it left behind must not be seen.
        await trainer.gradients(batchOf(4));
        const { loss, gradients } = await trainer.gradients(batch);
        expect(loss).toBeCloseTo(
          terms.reduce((sum, term) => sum + oracle.loss(batch, term), 0),
          4,
        );
        for (const name of ['classifier.weight', 'classifier.bias', 'blocks.0.k.up', 'blocks.1.v.up']) {
          const expected = new Float64Array(oracle.parameter(name).length);
          for (const term of terms) {
            oracle.gradient(name, batch, term).forEach((value, i) => (expected[i] = (expected[i] ?? NaN) + value));
          }
          expectClose(gradients.get(name), expected, 5 * tolerance, name, 1e-2);
        }
        await expect(trainer.feedback()).rejects.toThrow(/before the first step/);
        trainer.dispose();
        const inParts = model.train({ ...specOf({ terms }), microBatch: 3 });
        const parts = await inParts.gradients(batch);
        inParts.dispose();
        expect(parts.loss).toBeCloseTo(loss, 5);
        for (const [name, gradient] of gradients) expectClose(parts.gradients.get(name), [...gradient], 5 * tolerance, name, 1e-2);
        trainer = model.train({ ...specOf({ terms }), logits: true });
        const { from, to } = columnsOf({ terms });
        const expected = oracle.logits(batch).flatMap((row) => row.slice(from, to));
        // Of before the update, whatever that does.
        await trainer.step(batch, { backbone: 1, classifier: 1 });
        expectClose((await trainer.feedback()).logits ?? [], expected, tolerance, 'logits', 1e-3);
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
        for (const objective of [crossEntropy(classes), { terms: [{ ...crossEntropy(classes).terms[0], part: 0 }] }]) {
          const trainer = model.train({
            ...specOf(objective as Objective),
            trainables: { ...specOf({ terms: [] }).trainables, adapters: 'none' },
          });
          const { parts: _, ...whole } = batchOf(4);
          found.push(await trainer.gradients(whole));
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
        expect(() => model.train(specOf({ terms: [{ ...first, part: -1 }] }))).toThrow(/part -1/);
        expect(() => model.train(specOf({ terms: [first, { ...second, classes: { from: 5, to: 9 } }] }))).toThrow(/5 to 9; there are 8/);
        const trainer = model.train(specOf({ terms: [first, second] }));
        const batch = batchOf(4);
        await expect(trainer.gradients({ ...batch, labels: Int32Array.of(3, 5, 6, 5) })).rejects.toThrow(/label 5.*1 to 3/);
        await expect(trainer.gradients({ ...batch, labels: Int32Array.of(3, 1, 1, 5) })).rejects.toThrow(/label 1.*5 to 6/);
        await expect(trainer.gradients({ ...batch, parts: [2, 1] })).rejects.toThrow(/2, 1 images.*batch of 4/);
        trainer.dispose();
        const towards = model.train(specOf({ terms: TOWARDS }));
        const { targets = new Float32Array(), ...without } = batch;
        await expect(towards.gradients(without)).rejects.toThrow(/4 images of 8 columns/);
        await expect(towards.gradients({ ...batch, targets: targets.map((value, at) => (at === 3 ? NaN : value)) })).rejects.toThrow(
          /Image 0 has the target logit NaN/,
        );
        await expect(towards.gradients({ ...batch, targets: targets.fill(Infinity, 17, 18) })).rejects.toThrow(/Image 2.*Infinity/);
        towards.dispose();
        expect(() => model.train(specOf({ terms: [{ ...first, kind: 'distil', temperature: 0 }] }))).toThrow(/temperature 0/);
      } finally {
        model.dispose();
      }
    });
  });
}
