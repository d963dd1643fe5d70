/** Names of architectures, fields of configurations and copies in one file. */
import { inEnglish } from '../common/testing/in-english';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { completeFacts } from './assumptions';
import { chooseCopy } from './copies';
import { readFacts } from './facts';
import { parseJson } from './json';
import { impliedFacts } from './named-architectures';

type Built = readonly [dim: number, heads: number, activation: string, eps: number, pooling: string];
const timm = JSON.parse(readFileSync('src/vit/fixtures/timm-architectures.json', 'utf8')) as Record<string, Built>;

describe('architectures of timm by name', () => {
  it.each(Object.entries(timm).filter(([name]) => !/dinov3|^vit_giant_patch14_reg|clip/.test(name)))(
    '%s is built so',
    (name, [dim, heads, activation, eps, pooling]) => {
      const { facts } = impliedFacts(`timm/${name}.tag`);
      const { settled } = completeFacts(facts, dim);
      expect([settled.heads, facts.activation ?? 'gelu', settled.layerNormEps, settled.pooling]).toEqual([heads, activation, eps, pooling]);
    },
  );
});

const facts = (config: unknown, name = 'config.json') => readFacts([{ name, text: JSON.stringify(config) }]);

describe('fields of configurations', () => {
  it.each([
    ['rope_theta', { rope_theta: 100 }],
    ['norm_layer', { model_args: { norm_layer: 'rmsnorm' } }],
    ['block_fn', { model_args: { block_fn: 'ParallelScalingBlock' } }],
    ['an_argument_of_tomorrow', { model_args: { an_argument_of_tomorrow: 2 } }],
    ['global_pool', { global_pool: 'map' }],
    ['use_relative_position_bias', { use_relative_position_bias: true }],
    ['do_flip_channel_order', { do_flip_channel_order: true }],
    ['image_mean', { image_mean: [123.675, 116.28, 103.53], image_std: [58, 57, 57] }],
    ['image_size', { image_size: [224, 192] }],
  ])('%s is refused by name', (field, config) => {
    expect(() => facts(config)).toThrow(new RegExp(`config\\.json: field "${field}"`));
  });

  it('say nothing where they are of training, neutral, or shown by the tensors', () => {
    const harmless = {
      max_grad_norm: 1,
      hidden_dropout_prob: 0.1,
      rope_scaling: null,
      use_rope: false,
      pooler_act: 'tanh',
      label_smoothing: 0.1,
    };
    expect(facts({ ...harmless, model_args: { qkv_bias: true, init_values: 1e-5, norm_layer: 'layernorm' } })).toEqual({});
  });

  it('of a processor go before those of a configuration', () => {
    const sidecars = [
      { name: 'config.json', value: { image_mean: 0.5, image_std: 0.5 } },
      { name: 'preprocessor_config.json', value: { do_normalize: false } },
    ];
    const { mean, std } = readFacts(sidecars.map(({ name, value }) => ({ name, text: JSON.stringify(value) })));
    expect([mean, std]).toEqual([
      [0, 0, 0],
      [1, 1, 1],
    ]);
  });

  it('may be written by Python', () => {
    expect(parseJson('\ufeff{"a": NaN, "b": -Infinity, "c": "NaN \\" Infinity"}')).toEqual({ a: null, b: null, c: 'NaN " Infinity' });
    expect(() => parseJson('{')).toThrow(SyntaxError);
  });
});

describe('copies in one file', () => {
  it.each([
    ['ema_state_dict.', 'state_dict.'],
    ['ema_model.', 'model.'],
    ['state_dict_ema.module.', 'state_dict.'],
    ['emaModel.', 'm.'],
    ['params_ema.', 'params.'],
    ['teacher.backbone.', 'student.backbone.'],
    ['target_encoder.', 'encoder.'],
    ['module.base_encoder.', 'module.momentum_encoder.'],
    ['model.', 'schema.model.'],
    ['', 'optimizer.'],
  ])('%s is meant, not %s', (meant, other) => {
    expect(chooseCopy([other, meant])?.prefix).toBe(meant);
    expect(inEnglish(chooseCopy([meant, other])?.note)).toContain('2 copies');
  });

  it('can be chosen, and are named where the choice is none of them', () => {
    expect(chooseCopy(['ema.', 'model.'], 'model')?.prefix).toBe('model.');
    expect(chooseCopy(['model.'])?.note).toBeNull();
    expect(() => chooseCopy(['ema.', 'model.'], 'swa')).toThrow(/no model "swa". It has: ema, model/);
  });
});
