/** Models and adapters as strangers have them, each with what PyTorch or PEFT computes of it: read alike, or refused by its name. */
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
const REFUSED: Readonly<Record<string, RegExp>> = {};

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
    const { checkpoint } = loadVit(fileOf(folder), answers);
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
});
