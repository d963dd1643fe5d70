import { inEnglish } from '../common/testing/in-english';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromFloat32, type RawTensor } from './dtype';
import { CheckpointError } from './errors';
import { loadVit, type VitFile } from './load';
import { writeSafetensors } from './safetensors';
import { countParameters } from './shapes';
import { rawTensors, tinyVit } from './testing/tiny-vit';
import type { VitAnswers } from './config-override';

type Change = (raw: Map<string, RawTensor>) => void;
const zeros = (...shape: number[]) => fromFloat32(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);

function load(
  options: {
    change?: Change;
    metadata?: Record<string, string>;
    config?: unknown;
    answers?: VitAnswers;
    classes?: number;
    dim?: number;
  } = {},
) {
  const raw = rawTensors(tinyVit({ dim: options.dim ?? 64, heads: 1 }, options.classes));
  options.change?.(raw);
  const file: VitFile = {
    name: 'model.safetensors',
    bytes: writeSafetensors(raw, options.metadata),
    sidecars: options.config === undefined ? [] : [{ name: 'config.json', text: JSON.stringify(options.config) }],
  };
  return loadVit(file, options.answers);
}

describe('loadVit', () => {
  it.each([
    ['model.onnx', Uint8Array.of(8, 7), /"model.onnx" is an ONNX graph.*Formats read/],
    ['flax_model.msgpack', Uint8Array.of(0x82), /is a file of Flax.*save_pretrained/],
    ['m.gguf', Uint8Array.of(0x47, 0x47, 0x55, 0x46, 3), /is a GGUF file/],
    ['m.keras', Uint8Array.of(0x50, 0x4b, 3, 4), /of TensorFlow or Keras/],
  ])('says what %s is', (name, bytes, says) => {
    expect(() => loadVit({ name, bytes })).toThrow(says);
  });

  it('reads shapes off the tensors and reports what it had to assume', () => {
    const { checkpoint, assumed, unused } = load();
    expect(checkpoint.config).toEqual({
      imageSize: 8,
      patchSize: 4,
      dim: 64,
      depth: 2,
      heads: 1,
      mlpDim: 16,
      layerNormEps: 1e-6,
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
      pooling: 'token',
    });
    expect(assumed.map(({ field, value }) => [field, value])).toEqual([
      ['heads', '1'],
      ['layerNormEps', '1e-6'],
      ['mean', '0.5, 0.5, 0.5'],
      ['std', '0.5, 0.5, 0.5'],
    ]);
    expect(checkpoint.head).toBeNull();
    expect(unused).toEqual([]);
    // Closed form: patches 64·48+64, class 64, positions 5·64, per block 4·64 + (3·64+64)(64+1) + 16·64+16 + 64·16+64, norm 128.
    expect(countParameters(checkpoint)).toBe(3136 + 64 + 320 + 2 * (256 + 16640 + 1040 + 1088) + 128);
  });

  it('proposes heads of 64, else of 32, else one', () => {
    expect(load({ dim: 192 }).checkpoint.config.heads).toBe(3);
    expect(load({ dim: 96 }).checkpoint.config.heads).toBe(3);
    expect(load({ dim: 40 }).checkpoint.config.heads).toBe(1);
  });

  it('believes our own config.json', () => {
    const config = { heads: 4, layer_norm_eps: 1e-5, mean: [0, 0, 0], std: [1, 1, 1], pooling: 'mean', image_size: 8, dim: 64 };
    const { checkpoint, assumed } = load({ config });
    expect(checkpoint.config).toMatchObject({ heads: 4, layerNormEps: 1e-5, mean: [0, 0, 0], std: [1, 1, 1], pooling: 'mean' });
    expect(assumed).toEqual([]);
  });

  it("reads timm's config.json", () => {
    const config = {
      architecture: 'vit_tiny_patch16_224',
      global_pool: 'avg',
      pretrained_cfg: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
      model_args: { num_heads: 8 },
    };
    expect(load({ config }).checkpoint.config).toMatchObject({ heads: 8, std: [0.25, 0.25, 0.25], pooling: 'mean' });
  });

  it('reads Hugging Face configurations', () => {
    const config = {
      hidden_size: 64,
      num_hidden_layers: 2,
      num_attention_heads: 2,
      layer_norm_eps: 1e-12,
      hidden_act: 'gelu',
      image_mean: [0.4, 0.4, 0.4],
    };
    const { checkpoint, assumed } = load({ config });
    expect(checkpoint.config).toMatchObject({ heads: 2, layerNormEps: 1e-12, mean: [0.4, 0.4, 0.4] });
    expect(assumed.map(({ field }) => field)).toEqual(['std']);
  });

  it('reads metadata, below a config.json', () => {
    const metadata = { heads: '2', mean: '[0.1, 0.2, 0.3]', config: '{"std": [0.3, 0.2, 0.1], "layer_norm_eps": 1e-5}', note: '{broken' };
    const { checkpoint } = load({ metadata, config: { heads: 4 } });
    expect(checkpoint.config).toMatchObject({ heads: 4, mean: [0.1, 0.2, 0.3], std: [0.3, 0.2, 0.1], layerNormEps: 1e-5 });
  });

  it("takes ImageNet's statistics for families trained with them, and says so", () => {
    const { checkpoint, assumed } = load({ metadata: { architecture: 'deit_tiny_patch16_224' } });
    expect(checkpoint.config.mean).toEqual([0.485, 0.456, 0.406]);
    expect(inEnglish(assumed.find(({ field }) => field === 'mean')?.because)).toContain('deit_tiny_patch16_224');
  });

  it('applies answers, which are assumptions no more', () => {
    const { checkpoint, assumed } = load({ answers: { heads: 16, layerNormEps: 1e-5, mean: [0, 0, 0], std: [1, 1, 1], inputSize: 12 } });
    expect(checkpoint.config).toMatchObject({ heads: 16, layerNormEps: 1e-5, mean: [0, 0, 0], std: [1, 1, 1], imageSize: 12 });
    expect(checkpoint.tensors.get('pos_embed')?.shape).toEqual([1, 10, 64]);
    expect(assumed).toEqual([]);
  });

  it('keeps the own classifier', () => {
    const { checkpoint } = load({ classes: 5 });
    expect(checkpoint.head?.bias.length).toBe(5);
    expect(checkpoint.head?.weight.length).toBe(5 * 64);
  });

  it('sees through prefixes and lists what it leaves aside', () => {
    const change: Change = (raw) => {
      const plain = [...raw];
      raw.clear();
      for (const [name, tensor] of plain) raw.set(`module.model.${name}`, tensor);
      raw.set('module.optimizer_step', zeros(1));
    };
    const { checkpoint, unused } = load({ change });
    expect(checkpoint.config.depth).toBe(2);
    expect(unused).toEqual(['module.optimizer_step']);
  });

  const refused: [string, Parameters<typeof load>[0], RegExp][] = [
    ['a missing tensor', { change: (raw) => raw.delete('blocks.1.mlp.fc2.bias') }, /"blocks.1.mlp.fc2.bias" of shape \[64\] is missing/],
    [
      'a missing block',
      { change: (raw) => raw.forEach((_, name) => name.startsWith('blocks.0.attn') && raw.delete(name)) },
      /"blocks.0.attn.qkv.weight"/,
    ],
    [
      'no patch embedding',
      { change: (raw) => raw.delete('patch_embed.proj.weight') },
      /"patch_embed.proj.weight" \(the patch embedding\) is missing/,
    ],
    [
      'a misshapen tensor',
      { change: (raw) => raw.set('norm.weight', zeros(63)) },
      /"norm.weight" should have shape \[64\], but has \[63\]/,
    ],
    ['grey patches', { change: (raw) => raw.set('patch_embed.proj.weight', zeros(64, 1, 4, 4)) }, /need \[D, 3, P, P\]/],
    ['an uneven grid', { change: (raw) => raw.set('pos_embed', zeros(1, 7, 64)) }, /"pos_embed" has 7 positions/],
    [
      'NaN weights',
      { change: (raw) => raw.set('blocks.0.norm1.weight', fromFloat32(new Float32Array(64).fill(NaN, 5), [64])) },
      /"blocks.0.norm1.weight" holds NaN at position 5.*earlier checkpoint/,
    ],
    [
      'infinite weights',
      { change: (raw) => raw.set('norm.bias', fromFloat32(new Float32Array(64).fill(-Infinity), [64])) },
      /"norm.bias" holds -Infinity/,
    ],
    ['a head of another width', { change: (raw) => raw.set('head.weight', zeros(10, 32)) }, /"head.weight" should have shape \[10, 64\]/],
    ['a broken config.json', { config: { heads: 'three' } }, /config.json: field "heads"/],
    ['the config.json of another model', { config: { hidden_size: 384 } }, /says dim 384, but the tensors have 64/],
    ['another activation', { config: { hidden_act: 'mish' } }, /config.json: field "hidden_act" names the activation "mish"/],
    ['heads that do not divide', { answers: { heads: 7 } }, /7 attention heads do not divide the width 64/],
    ['an eps of 0', { answers: { layerNormEps: 0 } }, /eps of 0 is not above 0/],
    ['a std of 0', { answers: { std: [1, 0, 1] } }, /not above 0 in every channel/],
    ['an input size off the patches', { answers: { inputSize: 10 } }, /multiple, such as 8 or 12/],
    ['norms after the residual', { metadata: { architecture: 'vit_relpos_rpn_base' } }, /"vit_relpos_rpn_base"/],
    [
      'an unknown tensor in a block',
      { change: (raw) => raw.set('blocks.1.attn.gate', zeros(1)) },
      /"blocks.1.attn.gate" does not exist in a plain/,
    ],
  ];
  it.each(refused)('refuses %s', (_, options, message) => {
    expect(() => load(options)).toThrow(CheckpointError);
    expect(() => load(options)).toThrow(message);
  });

  const other: [string, string, RegExp][] = [
    ['layers.0.blocks.0.attn.relative_position_bias_table', 'Swin', /Swin/],
    ['stages.0.blocks.0.conv_dw.weight', 'ConvNeXt', /ConvNeXt/],
    ['layer1.0.conv1.weight', 'ResNet', /ResNet/],
    ['blocks.0.attn.q_bias', 'BEiT', /BEiT/],
    ['attn_pool.latent', 'SigLIP', /pools by attention/],
    ['blocks_token_only.0.attn.q.weight', 'CaiT', /CaiT/],
    ['blocks.0.mlp.w12.weight', 'SwiGLU', /gated/],
    ['blocks.0.attn.q_norm.weight', 'q and k norms', /normalises queries/],
    ['norm_pre.weight', 'pre-norm', /norm before its first block/],
    ['vision_model.encoder.layers.0.self_attn.k_proj.weight', 'CLIP', /CLIP/],
    ['bert.encoder.layer.0.attention.output.LayerNorm.weight', 'post-norm', /post-norm/],
    ['blocks.0.attn.qkv.2.weight', 'per-head projections', /head by head/],
    ['blocks.0.attn.q_proj.weight', 'projections apart', /queries, keys and values apart.*stack them/],
    ['encoder.albert_layer_groups.0.albert_layers.0.attention.query.weight', 'shared blocks', /share their weights/],
    ['encoder.layers.encoder_layer_0.self_attention.in_proj_weight', 'torchvision', /torchvision/],
    ['to_patch_embedding.1.weight', 'vit-pytorch', /vit-pytorch/],
    ['base_model.model.encoder.layer.0.lora_A.weight', 'a PEFT adapter', /adapter without its backbone/],
  ];
  it.each(other)('refuses %s (%s), naming it', (name, _, message) => {
    const alone = writeSafetensors(new Map([[name, zeros(1)]]));
    expect(() => loadVit({ name: 'x.safetensors', bytes: alone })).toThrow(message);
    expect(() => loadVit({ name: 'x.safetensors', bytes: alone })).toThrow(`"${name}"`);
  });

  const foreign: [string, number[], RegExp][] = [
    ['model.pth', [0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0], /zip archive is damaged/],
    ['weights.tar.gz', [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0], /gzip file. Unpack/],
    ['old.pt', [0x80, 2, 0x8a, 0, 0, 0, 0, 0, 0], /Python pickle that torch.save did not write.*Formats read: safetensors/],
    ['page.bin', [...new TextEncoder().encode('<!doctype html>')], /web page/],
    ['pointer', [...new TextEncoder().encode('version https://git-lfs')], /Git LFS pointer/],
    ['page.safetensors', [...new TextEncoder().encode('<html>404')], /web page/],
    ['cut.safetensors', [1, 2, 3], /3 bytes, too few/],
    ['mystery', [1, 2, 3, 4, 5, 6, 7, 8, 9], /not a weights file/],
  ];
  it.each(foreign)('says what %s is instead', (name, bytes, message) => {
    expect(() => loadVit({ name, bytes: Uint8Array.from(bytes) })).toThrow(message);
  });
});

const deit = '../shared/real/deit_tiny/deit_tiny_patch16_224.f16.safetensors';
describe.skipIf(!existsSync(deit))('DeiT-tiny in float16', () => {
  it('is recognised: 224 x 224, patch 16, 192 wide, 12 blocks, 3 heads, ImageNet statistics, 1000 classes', () => {
    const { checkpoint, unused } = loadVit({ name: 'deit.safetensors', bytes: readFileSync(deit) });
    expect(checkpoint.config).toEqual({
      imageSize: 224,
      patchSize: 16,
      dim: 192,
      depth: 12,
      heads: 3,
      mlpDim: 768,
      layerNormEps: 1e-6,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
      pooling: 'token',
    });
    expect(checkpoint.head?.bias.length).toBe(1000);
    expect(countParameters(checkpoint) + 1000 * 193).toBe(5_717_416);
    expect(unused).toEqual([]);
  });
});
