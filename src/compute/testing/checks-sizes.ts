import { describe, expect, it } from 'vitest';
import type { VitConfig } from '../../vit/config';
import { tokenCount } from '../../vit/config';
import { expectClose } from './compare';
import type { Conformance } from './context';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier, tinyConfig } from './fixtures';
import { OracleVit } from './oracle-vit';
import { crossEntropy } from '../objective';

interface Size {
  readonly config: VitConfig;
  readonly batch: number;
  readonly rank: number;
}

const sized = (tokensASide: number, heads: number, width: number, overrides: Partial<VitConfig> = {}): VitConfig =>
  tinyConfig({ imageSize: 4 * tokensASide, dim: heads * width, heads, mlpDim: 2 * heads * width + 4, depth: 2, ...overrides });

/** Tokens 1, 7, 65 and 197; batches 1 to 33; heads of 16, 32 and 64; ranks 1 to 32: each once, paired so that all is small. */
const SIZES: readonly Size[] = [
  { config: sized(1, 2, 16, { prefixTokens: 0, pooling: 'mean' }), batch: 33, rank: 32 },
  { config: sized(2, 3, 16, { prefixTokens: 3 }), batch: 17, rank: 7 },
  { config: sized(8, 1, 32), batch: 2, rank: 1 },
  { config: sized(14, 1, 64), batch: 1, rank: 4 },
];
const LOCAL = { from: 1, to: 4 } as const;

/** Elements of each tensor that are compared with finite differences. */
const ELEMENTS = 3;
const COMPARED = ['blocks.1.v.up', 'blocks.0.k.up', 'blocks.0.v.down'] as const;
/** From here on the oracle takes seconds a forward pass: one element of one tensor tells, unless every one is asked for. */
const MANY_TOKENS = 100;

export function sizeChecks({ device, tolerance, everyElement }: Conformance): void {
  describe('sizes', () => {
    for (const { config, batch: count, rank } of SIZES) {
      const { dim, heads } = config;
      it(`${tokenCount(config)} tokens, batch ${count}, heads of ${dim / heads}, rank ${rank}`, async () => {
        const checkpoint = tinyCheckpoint(config);
        const adapters = tinyAdapters(config, ['k', 'v'], rank);
        const classifier = tinyClassifier(config, 5);
        const batch = tinyBatch(config, count, 9, LOCAL);
        const oracle = new OracleVit(checkpoint, adapters, classifier);
        const model = await device().load(checkpoint);
        try {
          model.attach(adapters);
          expectClose(await model.features(batch), oracle.forward(batch).features, tolerance, 'features');
          const trainer = model.train({
            trainables: { backbone: 'none', adapters: 'both', classifier: LOCAL },
            objective: crossEntropy(LOCAL),
            optimizer: { kind: 'sgd', momentum: 0, weightDecay: 0 },
            maxBatch: count,
            classifier,
          });
          const { loss, gradients } = await trainer.gradients(batch);
          expect(loss).toBeCloseTo(oracle.loss(batch, LOCAL), 4);
          const short = tokenCount(config) > MANY_TOKENS && !everyElement;
          for (const name of short ? COMPARED.slice(0, 1) : COMPARED) {
            const gradient = gradients.get(name) ?? new Float32Array();
            const indices = Array.from({ length: short ? 1 : ELEMENTS }, (_, i) => Math.floor((i * gradient.length) / ELEMENTS));
            const actual = indices.map((i) => gradient[i] ?? NaN);
            expectClose(actual, oracle.gradient(name, batch, LOCAL, { indices }), 10 * tolerance, name, 1e-3);
          }
        } finally {
          model.dispose();
        }
      });
    }
  });
}
