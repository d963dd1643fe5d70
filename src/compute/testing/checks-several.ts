import { describe, expect, it } from 'vitest';
import type { Adapter, AdapterTarget, Trainables } from '../backbone';
import { crossEntropy } from '../objective';
import { expectClose } from './compare';
import type { Conformance } from './context';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier, tinyConfig } from './fixtures';
import { OracleVit } from './oracle-vit';

const config = tinyConfig();
const checkpoint = tinyCheckpoint(config);
const LOCAL = { from: 1, to: 4 } as const;
const RATES = { backbone: 0.02, classifier: 0.02 } as const;
const SGD = { kind: 'sgd', momentum: 0.9, weightDecay: 0.01 } as const;
const TARGETS = ['q', 'k', 'v', 'proj', 'fc1', 'fc2'] as const satisfies readonly AdapterTarget[];

const frozen = (adapters: readonly Adapter[]): Adapter[] => adapters.map((adapter) => ({ ...adapter, frozen: true }));

const CASES: readonly (readonly [string, Trainables['adapters'], Adapter[]])[] = [
  ['a frozen one below on every map', 'both', [...frozen(tinyAdapters(config, TARGETS, 2, 4)), ...tinyAdapters(config, TARGETS, 1, 5)]],
  ['two on every map, up alone', 'up', [...tinyAdapters(config, TARGETS, 1, 4), ...tinyAdapters(config, TARGETS, 2, 5)]],
  ['q, k and v sharing one down', 'up', tinyAdapters(config, ['q', 'k', 'v'], 3, 6, true)],
  // Neighbours that share their down lie one after the other, of the frozen as of the others.
  [
    'pairs on K and V sharing their downs, those of one frozen',
    'up',
    [...frozen(tinyAdapters(config, ['k', 'v'], 2, 4, true)), ...tinyAdapters(config, ['k', 'v'], 2, 5, true)],
  ],
  ['q, k and v starting from one down', 'both', tinyAdapters(config, ['q', 'k', 'v'], 2, 6, true)],
  ['one frozen above a frozen block', 'both', [...tinyAdapters(config, ['v'], 2).slice(1), ...frozen(tinyAdapters(config, ['fc1'], 1))]],
];

/** `blocks.N.<target>`, and of further ones on one map `.1`, `.2`. */
function namesOf(adapters: readonly Adapter[]): string[] {
  const seen = new Map<string, number>();
  return adapters.map(({ block, target }) => {
    const name = `blocks.${block}.${target}`;
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before > 0 ? `${name}.${before}` : name;
  });
}

/** Several adapters on one map, some of them frozen. */
export function severalAdapterChecks({ device, tolerance }: Conformance): void {
  const batch = tinyBatch(config, 3, 9, LOCAL);
  const classifier = tinyClassifier(config, 5);

  describe('adapters in company', () => {
    for (const [name, learns, adapters] of CASES) {
      it(`${name}: gradients by finite differences, and what is frozen stays`, async () => {
        const oracle = new OracleVit(checkpoint, adapters, classifier);
        const names = namesOf(adapters);
        const model = await device().load(checkpoint);
        try {
          model.attach(adapters);
          expectClose(await model.features(batch), oracle.forward(batch).features, tolerance, 'features');
          const trainer = model.train({
            trainables: { backbone: 'none', adapters: learns, classifier: LOCAL },
            ...{ objective: crossEntropy(LOCAL), optimizer: SGD, maxBatch: 3, classifier },
          });
          const { gradients } = await trainer.gradients(batch);
          const parts = learns === 'up' ? ['up'] : ['up', 'down'];
          const trained = names.flatMap((one, i) => (adapters[i]?.frozen ? [] : parts.map((part) => `${one}.${part}`)));
          expect([...gradients.keys()].filter((one) => one.startsWith('blocks.')).sort()).toEqual(trained.sort());
          for (const parameter of trained) {
            const gradient = gradients.get(parameter) ?? new Float32Array();
            const indices = [0, 1, 2, 3].map((i) => Math.floor(((i + 0.5) * gradient.length) / 4));
            const found = indices.map((i) => gradient[i] ?? NaN);
            expectClose(found, oracle.gradient(parameter, batch, LOCAL, { indices }), 5 * tolerance, parameter, 1e-2);
          }
          await trainer.step(batch, RATES);
          await trainer.step(batch, RATES);
          trainer.dispose();
          const after = await model.adapters();
          after.forEach(({ up, down, frozen: still }, i) => {
            const before = adapters[i];
            expect(still).toBe(before?.frozen);
            if (still) expect({ up, down }).toEqual({ up: before?.up, down: before?.down });
            else expect(up).not.toEqual(before?.up);
          });
          // What was trained is what computes: forward, attached again as it came back, and merged.
          const left = new OracleVit(checkpoint, after).forward(batch).features;
          expectClose(await model.features(batch), left, tolerance, 'features after training');
          model.attach(after);
          expectClose(await model.features(batch), left, tolerance, 'features of what came back');
          model.merge();
          expectClose(await model.features(batch), left, tolerance, 'features after the merge');
        } finally {
          model.dispose();
        }
      });
    }

    it('that shared a down are trained apart, and up alone from where that ended', async () => {
      const adapters = tinyAdapters(config, ['k', 'v'], 2, 6, true);
      const model = await device().load(checkpoint);
      try {
        model.attach(adapters);
        const shared = await model.adapters();
        expect(shared[0]?.down).toBe(shared[1]?.down);
        const spec = { objective: crossEntropy(LOCAL), optimizer: SGD, maxBatch: 3, classifier };
        const both = model.train({ ...spec, trainables: { backbone: 'none', adapters: 'both', classifier: LOCAL } });
        await both.step(batch, { backbone: 0.5, classifier: 0 });
        both.dispose();
        const apart = await model.adapters();
        expect(apart[0]?.down).not.toEqual(apart[1]?.down);
        const up = model.train({ ...spec, trainables: { backbone: 'none', adapters: 'up', classifier: LOCAL } });
        const { gradients } = await up.gradients(batch);
        const oracle = new OracleVit(checkpoint, apart, classifier);
        for (const name of ['blocks.0.k.up', 'blocks.0.v.up', 'blocks.1.v.up']) {
          expectClose(gradients.get(name), oracle.gradient(name, batch, LOCAL), 5 * tolerance, name, 1e-2);
        }
      } finally {
        model.dispose();
      }
    });

    it('want one that is not frozen, where adapters are to be trained', async () => {
      const model = await device().load(checkpoint);
      try {
        model.attach(frozen(tinyAdapters(config, ['k'], 1)));
        const trainables = { backbone: 'none', adapters: 'up', classifier: LOCAL } as const;
        const spec = { trainables, objective: crossEntropy(LOCAL), optimizer: SGD, maxBatch: 3, classifier };
        expect(() => model.train(spec)).toThrow(/not frozen/);
      } finally {
        model.dispose();
      }
    });
  });
}
