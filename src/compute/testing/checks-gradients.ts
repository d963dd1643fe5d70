import { describe, expect, it } from 'vitest';
import type { VitConfig } from '../../vit/config';
import type { Adapter, ClassRange, Trainables } from '../backbone';
import { expectClose } from './compare';
import type { Conformance } from './context';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier, tinyConfig } from './fixtures';
import { OracleVit } from './oracle-vit';
import { crossEntropy } from '../objective';

const CLASSES = 5;
const LOCAL: ClassRange = { from: 1, to: 4 };
const ADAM = { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 } as const;

/** Elements of each tensor that are compared where not every one is. */
const ELEMENTS = 12;

interface GradientCase {
  readonly name: string;
  readonly config: VitConfig;
  readonly adapters: readonly Adapter[];
  readonly trainables: Pick<Trainables, 'backbone' | 'adapters'>;
}

const tiny = tinyConfig();
/** The first four reach every parameter group; the others combine them. */
const cases: readonly GradientCase[] = [
  { name: 'all timm tensors', config: tiny, adapters: [], trainables: { backbone: 'all', adapters: 'none' } },
  {
    name: 'all timm tensors, 10 tokens, mean pooling',
    config: tinyConfig({ imageSize: 12, pooling: 'mean', depth: 1 }),
    adapters: [],
    trainables: { backbone: 'all', adapters: 'none' },
  },
  {
    name: 'up and down on all six targets',
    config: tiny,
    adapters: tinyAdapters(tiny, ['q', 'k', 'v', 'proj', 'fc1', 'fc2'], 2),
    trainables: { backbone: 'none', adapters: 'both' },
  },
  {
    name: 'up alone on K and V sharing one frozen down (InfLoRA)',
    config: tiny,
    adapters: tinyAdapters(tiny, ['k', 'v'], 3, 8, true),
    trainables: { backbone: 'none', adapters: 'up' },
  },
  {
    name: 'up alone on all six targets',
    config: tiny,
    adapters: tinyAdapters(tiny, ['q', 'k', 'v', 'proj', 'fc1', 'fc2'], 1),
    trainables: { backbone: 'none', adapters: 'up' },
  },
  {
    name: 'up in the last block only',
    config: tiny,
    adapters: tinyAdapters(tiny, ['v'], 2).filter((adapter) => adapter.block === 1),
    trainables: { backbone: 'none', adapters: 'up' },
  },
  {
    name: 'frozen adapters under a training backbone',
    config: tiny,
    adapters: tinyAdapters(tiny, ['k', 'fc1'], 2),
    trainables: { backbone: 'all', adapters: 'none' },
  },
  {
    name: 'backbone and adapters together',
    config: tiny,
    adapters: tinyAdapters(tiny, ['v', 'proj'], 2),
    trainables: { backbone: 'all', adapters: 'both' },
  },
  {
    name: 'all tensors, 3 tokens in front, mean pooling before the norm',
    config: tinyConfig({ prefixTokens: 3, pooling: 'mean', lastNorm: 'pooled' }),
    adapters: [],
    trainables: { backbone: 'all', adapters: 'none' },
  },
  ...(['max', 'avgmax'] as const).map((pooling, i): GradientCase => {
    const config = tinyConfig({ prefixTokens: 1 + i, pooling, lastNorm: i === 0 ? 'tokens' : 'pooled', poolsFront: i === 1, depth: 1 });
    const adapters = tinyAdapters(config, ['v', 'fc2'], 2);
    return { name: `all tensors and adapters, pooled by ${pooling}`, config, adapters, trainables: { backbone: 'all', adapters: 'both' } };
  }),
  {
    name: 'all tensors, no class token',
    config: tinyConfig({ prefixTokens: 0, pooling: 'mean', depth: 1 }),
    adapters: [],
    trainables: { backbone: 'all', adapters: 'none' },
  },
  {
    name: 'all tensors, a token in front beside the class token, no last norm',
    config: tinyConfig({ prefixTokens: 2, lastNorm: 'none', depth: 1 }),
    adapters: [],
    trainables: { backbone: 'all', adapters: 'none' },
  },
  ...(['gelu-tanh', 'quick-gelu', 'silu', 'relu'] as const).map((activation): GradientCase => {
    const config = tinyConfig({ activation, prefixTokens: 2, pooling: 'mean', poolsFront: true, depth: 1 });
    return {
      ...{
        name: `all tensors and adapters on fc1, ${activation}, the mean of all tokens`,
        config,
        adapters: tinyAdapters(config, ['fc1'], 2),
      },
      trainables: { backbone: 'all', adapters: 'both' },
    };
  }),
  { name: 'the classifier alone', config: tiny, adapters: [], trainables: { backbone: 'none', adapters: 'none' } },
];

/** Gradients against central differences of the float64 oracle's loss, for every trainable tensor: a dozen of its elements, or every one. */
export function gradientChecks({ device, tolerance, quick, everyElement }: Conformance): void {
  describe('gradients against finite differences', () => {
    for (const { name, config, adapters, trainables } of quick ? cases.slice(0, 4) : cases) {
      it(name, async () => {
        const checkpoint = tinyCheckpoint(config);
        const classifier = tinyClassifier(config, CLASSES);
        const batch = tinyBatch(config, 3, 9, LOCAL);
        const oracle = new OracleVit(checkpoint, adapters, classifier);
        const names = expectedNames(checkpoint.tensors.keys(), adapters, trainables);
        const model = await device().load(checkpoint);
        try {
          model.attach(adapters);
          const trainer = model.train({
            trainables: { ...trainables, classifier: LOCAL },
            objective: crossEntropy(LOCAL),
            optimizer: ADAM,
            maxBatch: 3,
            classifier,
          });
          const { loss, gradients } = await trainer.gradients(batch);
          expect(loss).toBeCloseTo(oracle.loss(batch, LOCAL), 5);
          expect([...gradients.keys()].sort()).toEqual(names.sort());
          for (const parameter of names) {
            // The floor: K's bias shifts all scores of a query alike, so its true gradient is zero.
            const gradient = gradients.get(parameter) ?? new Float32Array();
            expect(gradient, parameter).toHaveLength(oracle.parameter(parameter).length);
            const indices = sample(gradient.length, everyElement ? Infinity : ELEMENTS);
            const actual = indices.map((i) => gradient[i] ?? NaN);
            expectClose(actual, oracle.gradient(parameter, batch, LOCAL, { indices }), 5 * tolerance, parameter, 1e-2);
          }
          const again = await trainer.gradients(batch);
          expect(again.loss).toBe(loss);
          expect(await trainer.losses()).toEqual([]);
        } finally {
          model.dispose();
        }
      });
    }

    it('are zero for classes outside the objective', async () => {
      const model = await device().load(tinyCheckpoint(tiny));
      try {
        const trainer = model.train({
          trainables: { backbone: 'none', adapters: 'none', classifier: { from: 0, to: CLASSES } },
          objective: crossEntropy(LOCAL),
          optimizer: ADAM,
          maxBatch: 3,
          classifier: tinyClassifier(tiny, CLASSES),
        });
        const { gradients } = await trainer.gradients(tinyBatch(tiny, 3, 9, LOCAL));
        const bias = Array.from(gradients.get('classifier.bias') ?? []);
        expect(bias.map((value) => value !== 0)).toEqual([false, true, true, true, false]);
        const weight = gradients.get('classifier.weight') ?? new Float32Array();
        expect(weight.subarray(0, tiny.dim).every((value) => value === 0)).toBe(true);
        expect(weight.subarray(4 * tiny.dim).every((value) => value === 0)).toBe(true);
      } finally {
        model.dispose();
      }
    });
  });
}

/** At most so many indices below `length`, evenly spread. */
function sample(length: number, most: number): number[] {
  const count = Math.min(length, most);
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * length) / count));
}

function expectedNames(
  tensors: Iterable<string>,
  adapters: readonly Adapter[],
  trainables: Pick<Trainables, 'backbone' | 'adapters'>,
): string[] {
  const names = ['classifier.weight', 'classifier.bias'];
  if (trainables.backbone === 'all') names.push(...tensors);
  for (const { block, target } of trainables.adapters === 'none' ? [] : adapters) {
    names.push(`blocks.${block}.${target}.up`);
    if (trainables.adapters === 'both') names.push(`blocks.${block}.${target}.down`);
  }
  return names;
}
