import { describe, expect, it } from 'vitest';
import type { Penalty, SquaresSpec, TrainSpec } from '../backbone';
import { crossEntropy } from '../objective';
import { parameters } from './checks-optimizer';
import { expectClose } from './compare';
import type { Conformance } from './context';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier, tinyConfig } from './fixtures';
import { normals, seeded } from './random';

const config = tinyConfig();
const CLASSES = { from: 2, to: 4 } as const;
const ROWS = 5;
const adapters = tinyAdapters(config, ['q', 'fc1'], 3);
const classifier = tinyClassifier(config, ROWS);
const values = (seed: number, count: number): Float32Array => normals(seeded(seed), count, 0.5);

/** Of weights, factors and the classifier's first four rows, two of which no cross-entropy sees; the fifth is free. */
const PENALISED: readonly (readonly [name: string, count: number])[] = [
  ['blocks.0.attn.qkv.weight', 3 * config.dim ** 2],
  ['blocks.1.norm1.bias', config.dim],
  ['pos_embed', 5 * config.dim],
  ['blocks.0.q.up', config.dim * 3],
  ['blocks.1.fc1.down', 3 * config.dim],
  ['classifier.weight', 4 * config.dim],
  ['classifier.bias', 4],
];
const quadratic = {
  ...{ kind: 'quadratic', weight: 1.5 },
  importance: new Map(PENALISED.map(([name, count], i) => [name, values(i, count).map(Math.abs)])),
  anchor: new Map(PENALISED.map(([name, count], i) => [name, values(100 + i, count)])),
} as const satisfies Penalty;
const overlap = { kind: 'row-overlap', weight: 0.5, name: 'blocks.1.q.down', rows: values(1, 7 * config.dim) } as const satisfies Penalty;
const norm = { kind: 'norm', weight: 0.25, name: 'blocks.0.fc1.up' } as const satisfies Penalty;
const product = {
  kind: 'product',
  weight: 3,
  adapter: 'blocks.0.fc1',
  past: values(2, config.mlpDim * config.dim),
} as const satisfies Penalty;
const PENALTIES: readonly (readonly [string, readonly Penalty[]])[] = [
  ['quadratic', [quadratic]],
  ['row-overlap', [overlap]],
  ['norm', [norm]],
  ['product', [product]],
  ['all at once', [product, overlap, quadratic, norm]],
];

/** Of a penalty alone, in float64 as its definition says: value, and gradient by central differences. */
function valueOf(penalty: Penalty, at: ReadonlyMap<string, ArrayLike<number>>): number {
  const get = (name: string): Float64Array => Float64Array.from(at.get(name) ?? []);
  const { weight } = penalty;
  switch (penalty.kind) {
    case 'quadratic':
      return [...penalty.importance].reduce((total, [name, s]) => {
        const [w, a] = [get(name), penalty.anchor.get(name)];
        return total + weight * s.reduce((sum, each, i) => sum + each * ((w[i] ?? NaN) - (a?.[i] ?? NaN)) ** 2, 0);
      }, 0);
    case 'row-overlap': {
      const [w, { dim }] = [get(penalty.name), config];
      let total = 0;
      for (let r = 0; r < penalty.rows.length; r += dim)
        for (let n = 0; n < w.length; n += dim) {
          total += Math.abs(w.subarray(n, n + dim).reduce((sum, value, d) => sum + value * (penalty.rows[r + d] ?? NaN), 0));
        }
      return weight * total;
    }
    case 'norm':
      return weight * Math.hypot(...get(penalty.name));
    case 'product': {
      const [up, down] = [get(`${penalty.adapter}.up`), get(`${penalty.adapter}.down`)];
      return (
        weight *
        penalty.past.reduce((total, past, place) => {
          const [row, column] = [Math.floor(place / config.dim), place % config.dim];
          const entry = [0, 1, 2].reduce((sum, r) => sum + (up[row * 3 + r] ?? NaN) * (down[r * config.dim + column] ?? NaN), 0);
          return total + (past * entry) ** 2;
        }, 0)
      );
    }
  }
}

const specOf = (penalties: readonly Penalty[]): TrainSpec => ({
  trainables: { backbone: 'all', adapters: 'both', classifier: CLASSES },
  ...{ objective: crossEntropy(CLASSES), optimizer: { kind: 'sgd', momentum: 0, weightDecay: 0 }, maxBatch: 3 },
  ...{ classifier, penalties },
});

/** What is added to the loss whatever the batch, and sums of squared gradients. */
export function penaltyChecks({ device, tolerance }: Conformance): void {
  const refused = (): boolean => device().info.engine === 'reference';

  describe('penalties', () => {
    it.each(PENALTIES)('%s: value and gradients by finite differences of the definition', async (_, penalties) => {
      const model = await device().load(tinyCheckpoint(config));
      try {
        model.attach(adapters);
        if (refused()) {
          expect(() => model.train(specOf(penalties))).toThrow(/no penalty/);
          return;
        }
        const batch = tinyBatch(config, 3, 20, CLASSES);
        const plain = model.train(specOf([]));
        const without = await plain.gradients(batch);
        plain.dispose();
        const trainer = model.train(specOf(penalties));
        const at = await parameters(model, trainer, adapters);
        await trainer.gradients(batch);
        // Once more: nothing of the first time is left in rows that no cross-entropy writes.
        const { loss, penalty, gradients } = await trainer.gradients(batch);
        const value = (where: ReadonlyMap<string, ArrayLike<number>>): number =>
          penalties.reduce((sum, each) => sum + valueOf(each, where), 0);
        expect(Math.abs(penalty / value(at) - 1)).toBeLessThan(10 * tolerance);
        expect(loss).toBeCloseTo(without.loss + penalty, 4);
        for (const [name, gradient] of gradients) {
          const start = Float64Array.from(at.get(name) ?? []);
          const expected = start.map((each, i) => {
            const moved = (h: number) => value(new Map<string, ArrayLike<number>>(at).set(name, start.with(i, each + h)));
            const touched = penalties.some((one) => one.kind === 'quadratic' || name.includes('.up') || name.includes('.down'));
            return (without.gradients.get(name)?.[i] ?? NaN) + (touched ? (moved(1e-5) - moved(-1e-5)) / 2e-5 : 0);
          });
          expectClose(gradient, expected, 50 * tolerance, name, 1e-2);
        }
        await trainer.step(batch, { backbone: 0, classifier: 0 });
        expect(await trainer.losses()).toEqual([loss]);
      } finally {
        model.dispose();
      }
    });

    it('are refused where they fit nothing that is trained', async () => {
      const model = await device().load(tinyCheckpoint(config));
      try {
        model.attach(adapters);
        if (refused()) return;
        const train =
          (...penalties: Penalty[]) =>
          () =>
            model.train(specOf(penalties));
        const named = (name: string, count: number): Penalty => ({
          ...{ kind: 'quadratic', weight: 1, importance: new Map([[name, values(1, count)]]), anchor: new Map([[name, values(2, count)]]) },
        });
        expect(train(named('blocks.0.k.up', 3))).toThrow(/"blocks\.0\.k\.up".*nothing of that name/);
        expect(train(named('pos_embed', 3))).toThrow(/"pos_embed" has 3 values; it has 40/);
        expect(train(named('classifier.bias', 6))).toThrow(/6 values; it has 5/);
        expect(train({ ...quadratic, anchor: new Map() })).toThrow(/no anchors/);
        expect(train(quadratic, quadratic)).toThrow(/more than one quadratic/);
        expect(train({ ...norm, name: 'blocks.0.norm1.bias' })).toThrow(/no matrix/);
        expect(train({ ...overlap, rows: values(1, 12) })).toThrow(/12 values.*8 wide/);
        expect(train({ ...product, past: values(1, 12) })).toThrow(/12 values.*12 x 8/);
        expect(train({ ...norm, weight: NaN })).toThrow(/weight NaN/);
      } finally {
        model.dispose();
      }
    });

    it('of norm and overlap have no slope at 0', async () => {
      const model = await device().load(tinyCheckpoint(config));
      try {
        model.attach(adapters.map((one) => ({ ...one, up: new Float32Array(one.up.length) })));
        if (refused()) return;
        const trainer = model.train(
          specOf([
            { kind: 'norm', weight: 1, name: 'blocks.1.q.up' },
            { ...overlap, rows: new Float32Array(8) },
          ]),
        );
        const { penalty, gradients } = await trainer.gradients(tinyBatch(config, 2, 3, CLASSES));
        expect(penalty).toBe(0);
        for (const gradient of gradients.values()) expect(gradient.every(Number.isFinite)).toBe(true);
      } finally {
        model.dispose();
      }
    });
  });

  describe('squared gradients', () => {
    it.each([
      ['of each image', { of: 'image' }],
      ['of each image by likelihood', { of: 'image', byLikelihood: true }],
      ['of batches', { of: 'batch' }],
    ] as const)('%s are the squares of the gradients', async (_, how) => {
      const empty = device().memory();
      const model = await device().load(tinyCheckpoint(config));
      try {
        model.attach(adapters);
        const trainables = { backbone: 'all', adapters: 'both' } as const;
        const spec: SquaresSpec = { trainables, classes: CLASSES, classifier, maxBatch: 3, ...how };
        if (refused()) {
          expect(() => model.squaredGradients(spec)).toThrow(/no squared gradients/);
          return;
        }
        const batches = [tinyBatch(config, 3, 20, CLASSES), tinyBatch(config, 2, 21, CLASSES)];
        const bytes = 3 * config.imageSize ** 2;
        const parts = batches.flatMap((batch) =>
          how.of === 'batch'
            ? [batch]
            : [...batch.labels].map((label, i) => ({
                ...{ count: 1, size: batch.size, labels: Int32Array.of(label) },
                pixels: batch.pixels.slice(i * bytes, (i + 1) * bytes),
              })),
        );
        const trainer = model.train(specOf([]));
        const expected = new Map<string, Float64Array>();
        for (const part of parts) {
          const { loss, gradients } = await trainer.gradients(part);
          const factor = 'byLikelihood' in how ? Math.exp(-loss) : 1;
          for (const [name, gradient] of gradients) {
            const before = expected.get(name);
            expected.set(
              name,
              Float64Array.from(gradient, (value, i) => (before?.[i] ?? 0) + factor * value ** 2),
            );
          }
        }
        trainer.dispose();
        const squares = model.squaredGradients(spec);
        for (const batch of batches) await squares.add(batch);
        const found = await squares.finish();
        expect([...found.keys()]).toEqual([...expected.keys()]);
        for (const [name, sum] of found) expectClose(sum, expected.get(name) ?? [], 20 * tolerance, name, 1e-4);
        const given = model.squaredGradients(spec);
        expect(() => model.squaredGradients({ ...spec, classes: { from: 0, to: 6 } })).toThrow(/0 to 6; there are 5/);
        await expect(given.add({ ...tinyBatch(config, 1, 1), labels: Int32Array.of(1) })).rejects.toThrow(/label 1/);
        given.dispose();
        await expect(given.finish()).rejects.toThrow(/finished or disposed/);
      } finally {
        model.dispose();
      }
      expect(device().memory()).toEqual(empty);
    });
  });
}
