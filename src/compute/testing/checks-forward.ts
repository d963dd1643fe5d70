import { describe, expect, it } from 'vitest';
import { lastNorm, type VitConfig } from '../../vit/config';
import type { MapInput } from '../backbone';
import type { Conformance } from './context';
import { expectClose } from './compare';
import { tinyBatch, tinyCheckpoint, tinyConfig } from './fixtures';
import { OracleVit, secondMoment } from './oracle-vit';

/** Token counts 5, 10 and 17 (odd, and no multiple of any tile), head widths 4 and 6; then other ends of the network. */
const shapes = [
  { tokens: 5, config: tinyConfig() },
  { tokens: 10, config: tinyConfig({ imageSize: 12, pooling: 'mean' }) },
  { tokens: 17, config: tinyConfig({ imageSize: 16, dim: 18, heads: 3, mlpDim: 20, depth: 3 }) },
  { tokens: 9, config: tinyConfig({ prefixTokens: 5 }) },
  { tokens: 6, config: tinyConfig({ prefixTokens: 2, pooling: 'mean', lastNorm: 'pooled' }) },
  { tokens: 4, config: tinyConfig({ prefixTokens: 0, pooling: 'mean' }) },
  { tokens: 5, config: tinyConfig({ lastNorm: 'none' }) },
  { tokens: 7, config: tinyConfig({ prefixTokens: 3, pooling: 'mean', poolsFront: true, activation: 'gelu-tanh' }) },
  { tokens: 5, config: tinyConfig({ pooling: 'max' }) },
  { tokens: 6, config: tinyConfig({ prefixTokens: 2, pooling: 'avgmax', lastNorm: 'pooled' }) },
  { tokens: 4, config: tinyConfig({ prefixTokens: 0, pooling: 'max', lastNorm: 'none' }) },
  { tokens: 5, config: tinyConfig({ activation: 'quick-gelu' }) },
  { tokens: 5, config: tinyConfig({ activation: 'silu' }) },
  { tokens: 5, config: tinyConfig({ activation: 'relu' }) },
];

const endOf = ({ prefixTokens = 1, pooling, lastNorm = 'tokens', activation = 'gelu' }: VitConfig): string =>
  prefixTokens === 1 && pooling !== 'max' && lastNorm === 'tokens' && activation === 'gelu'
    ? ''
    : `, ${prefixTokens} in front, ${pooling}, last norm: ${lastNorm}, ${activation}`;

export function forwardChecks({ device, tolerance, quick }: Conformance): void {
  describe('forward', () => {
    it('says what it is', () => {
      const { info } = device();
      expect(info.name.length).toBeGreaterThan(0);
      expect(info.threads).toBeGreaterThanOrEqual(1);
    });

    for (const { tokens, config } of shapes) {
      it(`agrees with float64 on every intermediate value, ${tokens} tokens${endOf(config)}`, async () => {
        const checkpoint = tinyCheckpoint(config);
        const batch = tinyBatch(config, 3);
        const expected = new OracleVit(checkpoint).forward(batch);
        const model = await device().load(checkpoint);
        try {
          const actual = await model.activations(batch);
          expectClose(actual.get('patch_embed'), expected.patchEmbed, tolerance, 'patch_embed');
          expected.attentionInputs.forEach((z, l) => expectClose(actual.get(`block${l}.attn_in`), z, tolerance, `block${l}.attn_in`));
          expected.blockOutputs.forEach((x, l) => expectClose(actual.get(`block${l}.out`), x, tolerance, `block${l}.out`));
          const normed = lastNorm(config) === 'tokens';
          if (normed) expectClose(actual.get('norm_out'), expected.normOut, tolerance, 'norm_out');
          expect(actual.size).toBe((normed ? 2 : 1) + 2 * config.depth);
          expectClose(await model.features(batch), expected.features, tolerance, 'features');
          for (const [block, inputs] of expected.mapInputs.entries())
            for (const [input, z] of Object.entries(inputs) as [MapInput, Float64Array][])
              expectClose(await model.inputs(batch, { block, input }), z, tolerance, `${input} of block ${block}`);
          await expect(model.inputs(batch, { block: config.depth, input: 'qkv' })).rejects.toThrow(/no block/);
        } finally {
          model.dispose();
        }
      });
    }

    it('takes any number of images, in order', async () => {
      const config = tinyConfig();
      const checkpoint = tinyCheckpoint(config);
      const oracle = new OracleVit(checkpoint);
      const model = await device().load(checkpoint);
      try {
        for (const count of quick ? [1, 7] : [1, 2, 3, 4, 5, 6, 7, 300]) {
          const batch = tinyBatch(config, count, count);
          expectClose(await model.features(batch), oracle.forward(batch).features, tolerance, `${count} images`);
        }
        expect(await model.features({ pixels: new Uint8Array(0), count: 0, size: config.imageSize })).toHaveLength(0);
      } finally {
        model.dispose();
      }
    });

    for (const { tokens, config } of shapes.slice(0, 2)) {
      it(`accumulates uncentred second moments over all tokens of uneven batches, ${tokens} tokens`, async () => {
        const checkpoint = tinyCheckpoint(config);
        const whole = tinyBatch(config, 7, 5);
        const expected = new OracleVit(checkpoint).forward(whole).attentionInputs.map((z) => secondMoment(z, config.dim));
        const model = await device().load(checkpoint);
        try {
          const moments = model.secondMoments();
          const imageBytes = config.imageSize ** 2 * 3;
          for (const [from, to] of [
            [0, 4],
            [4, 5],
            [5, 7],
          ] as const) {
            const pixels = whole.pixels.slice(from * imageBytes, to * imageBytes);
            await moments.add({ pixels, count: to - from, size: config.imageSize });
          }
          const actual = await moments.finish();
          expect(actual).toHaveLength(config.depth);
          expected.forEach((c, l) => expectClose(actual[l]?.values, c, tolerance, `C of block ${l}`));
        } finally {
          model.dispose();
        }
      });
    }
  });
}
