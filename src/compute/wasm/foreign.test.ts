/** Models and adapters as strangers have them, each with what PyTorch or PEFT computes of it: read alike, or refused by its name. */
import { inEnglish } from '../../common/testing/in-english';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CheckpointError } from '../../vit/errors';
import { loadVit, type VitFile } from '../../vit/load';
import type { VitAnswers } from '../../vit/config-override';
import type { ComputeDevice } from '../backbone';
import { openWasmDevice } from './device';

const INPUTS = '../shared/foreign/inputs';
const TOLERANCE = 1e-3;

interface Expected {
  readonly size: number;
  readonly answers?: VitAnswers;
  readonly logits?: readonly number[];
}

/** What is no plain pre-norm ViT, by what its refusal must say. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  'checkpoints/cfg-quick-gelu-timm': /"vit_base_patch16_clip_quickgelu_224", which has a norm before its first block/,
  'adapters/peft-oft': /of type "OFT".*only LoRA is merged here/,
  'hf-models/hf-beit': /BEiT.*without absolute positions: tensor "beit\./,
  'hf-models/hf-data2vec': /data2vec without absolute positions: tensor "data2vec_vision\./,
  'hf-models/hf-clip': /CLIP model: tensor "pre_layrnorm/,
  'hf-models/hf-dinov3': /DINOv3.*rotary.*tensor "embeddings\.patch_embeddings/,
  'hf-models/hf-siglip': /SigLIP.*tensor "head\.probe"/,
  'hf-models/hf-swin': /Swin Transformer.*tensor "swin\./,
  'timm-models/samvit_base_patch16_224': /SAM.*relative positions.*tensor "blocks\.0\.attn\.rel_pos_h"/,
  'timm-models/test_vit3': /pools by attention.*tensor "attn_pool|"test_vit3"/,
  'timm-models/vit_base_patch16_18x2_224': /parallel blocks: tensor "blocks\.0\.attns/,
  'timm-models/vit_base_patch16_dinov3': /DINOv3.*tensor "blocks\.0\.gamma_1"/,
  'timm-models/vit_base_patch16_rope_ape_224': /"vit_base_patch16_rope_ape_224", which has rotary positions/,
  'timm-models/vit_base_patch16_siglip_224': /SigLIP.*tensor "attn_pool/,
};

/** Distilled models average two classifiers where they are published; here one is kept, and the page says so. */
const DISTILLED = ['hf-models/hf-deit-teacher', 'timm-models/deit_tiny_distilled_patch16_224'];

const folders = ['checkpoints', 'adapters', 'hf-models', 'timm-models'].flatMap((kind) =>
  existsSync(`${INPUTS}/${kind}`) ? readdirSync(`${INPUTS}/${kind}`).map((name) => `${kind}/${name}`) : [],
);
const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(path));

function fileOf(folder: string): VitFile {
  const names = readdirSync(folder);
  const sidecars = ['config.json', 'preprocessor_config.json']
    .filter((name) => names.includes(name))
    .map((name) => ({ name, text: readFileSync(`${folder}/${name}`, 'utf8') }));
  const weights = ['model.safetensors', 'checkpoint.pth', 'last.ckpt', 'pytorch_model.bin'].find((name) => names.includes(name)) ?? '';
  const adapter = names.includes('adapter_config.json')
    ? {
        name: 'adapter_model.safetensors',
        bytes: bytesOf(`${folder}/adapter_model.safetensors`),
        config: readFileSync(`${folder}/adapter_config.json`, 'utf8'),
      }
    : null;
  return { name: weights, bytes: bytesOf(`${folder}/${weights}`), sidecars, adapter };
}

describe.skipIf(folders.length === 0)('files of strangers', () => {
  let device: ComputeDevice;
  beforeAll(async () => {
    device = await openWasmDevice({ threads: 1 });
  });
  afterAll(() => device.dispose());

  it.each(folders)('%s', async (name) => {
    const folder = `${INPUTS}/${name}`;
    const { size, answers, logits = [] } = JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8')) as Expected;
    const refusal = REFUSED[name];
    if (refusal !== undefined) {
      expect(() => loadVit(fileOf(folder), answers)).toThrow(CheckpointError);
      expect(() => loadVit(fileOf(folder), answers)).toThrow(refusal);
      return;
    }
    const { checkpoint, notes } = loadVit(fileOf(folder), answers);
    if (DISTILLED.includes(name)) {
      expect(inEnglish(notes).join()).toMatch(/distilled one left aside/);
      return;
    }
    const model = await device.load(checkpoint);
    const pixels = Uint8Array.from({ length: size * size * 3 }, (_, i) => (31 * i + 7) % 251);
    const features = await model.features({ pixels, count: 1, size });
    model.dispose();
    const { dim } = checkpoint.config;
    const { weight, bias } = checkpoint.head ?? { weight: [], bias: [] };
    const actual = logits.map((_, c) => features.reduce((sum, value, d) => sum + value * (weight[c * dim + d] ?? NaN), bias[c] ?? NaN));
    const off = Math.max(...logits.map((logit, c) => Math.abs(logit - (actual[c] ?? NaN))));
    expect(off).toBeLessThan(TOLERANCE);
  });

  const others = existsSync(`${INPUTS}/foreign-names`) ? readdirSync(`${INPUTS}/foreign-names`) : [];
  it.each(others)('foreign-names/%s is read', (name) => {
    const { checkpoint } = loadVit({ name, bytes: bytesOf(`${INPUTS}/foreign-names/${name}`) }, { heads: 2 });
    expect(checkpoint.config).toMatchObject({ dim: 64, depth: 2, imageSize: 16, patchSize: 4 });
    expect(checkpoint.head?.bias).toHaveLength(5);
  });
});
