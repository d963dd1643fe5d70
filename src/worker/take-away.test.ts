import { said } from '../common/said';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openWasmDevice } from '../compute/wasm/device';
import type { FrozenReadout } from '../continual/readouts/frozen';
import { resizeAndCenterCrop } from '../data/resize';
import { loadVit } from '../vit/load';
import { trainedVit } from '../vit/testing/exports';
import { tinyVit } from '../vit/testing/tiny-vit';
import { createSnapshots, mergeIncrements, MODEL_LAYOUTS, modelFiles, type Trained } from './take-away';

const base = tinyVit();
const own: FrozenReadout = { kind: 'linear', weight: new Float32Array(16).fill(0.5), bias: new Float32Array(2) };
const means: FrozenReadout = { kind: 'cosine', weight: Float32Array.from({ length: 24 }, (_, i) => i), absent: [1] };
const random: FrozenReadout = { kind: 'random-features', seed: 1, width: 4, weight: new Float32Array(8) };
const readouts = new Map<string, FrozenReadout>([
  ['own', own],
  ['class-means', means],
  ['wide', random],
]);
const up = Float32Array.from({ length: 8 }, (_, i) => i + 1);
const down = Float32Array.from({ length: 8 }, (_, i) => i - 4);
const low: Trained = { readouts, increments: [{ block: 1, target: 'v', rank: 1, up, down }], weights: null };
const whole: Trained = { readouts: new Map([['own', own]]), increments: null, weights: base };

describe('models to take away', () => {
  it('adds W + up · down to the right rows of a copy', () => {
    const before = base.tensors.get('blocks.1.attn.qkv.weight')?.data.slice() ?? new Float32Array();
    const merged = mergeIncrements(base, low.increments ?? []).tensors.get('blocks.1.attn.qkv.weight')?.data ?? new Float32Array();
    expect(merged[(2 * 8 + 3) * 8 + 5]).toBeCloseTo((before[(2 * 8 + 3) * 8 + 5] ?? 0) + 4 * 1, 6);
    expect(merged.subarray(0, 128)).toEqual(before.subarray(0, 128));
    expect(base.tensors.get('blocks.1.attn.qkv.weight')?.data).toEqual(before);
  });

  it('writes the merged model with the classes seen so far', () => {
    const files = modelFiles(base, low, ['a', 'b', 'c'], 'Test', 'timm');
    const weights = files.find(({ name }) => name === 'model.safetensors')?.bytes ?? new Uint8Array();
    const { checkpoint } = loadVit({ name: 'model.safetensors', bytes: weights });
    expect(checkpoint.head?.bias).toHaveLength(2);
    expect(checkpoint.tensors.get('blocks.1.attn.qkv.weight')?.data).toEqual(
      mergeIncrements(base, low.increments ?? []).tensors.get('blocks.1.attn.qkv.weight')?.data,
    );
  });

  it('takes the head of another reading where that is linear, without classes that it never saw', () => {
    const files = modelFiles(base, low, ['a', 'b', 'c'], 'Test', 'timm', {}, 'class-means');
    const weights = files.find(({ name }) => name === 'model.safetensors')?.bytes ?? new Uint8Array();
    const { head } = loadVit({ name: 'model.safetensors', bytes: weights }).checkpoint;
    expect(head?.weight).toEqual(Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23));
    expect(() => modelFiles(base, low, ['a', 'b', 'c'], 'Test', 'timm', {}, 'wide')).toThrow(/no linear head.*own, class-means/);
  });

  it('keeps low-rank models of every task, whole weights as far as memory goes, and says what is gone', async () => {
    const snapshots = createSnapshots(['inflora', 'full-fine-tuning', 'nearest-mean'], 10_000);
    for (const task of [0, 1, 2]) await snapshots.take('inflora', task, low);
    for (const task of [0, 1]) await snapshots.take('full-fine-tuning', task, whole);
    expect(snapshots.list()).toEqual([
      { method: 'inflora', tasks: [0, 1, 2], increments: true, readings: ['own', 'class-means'] },
      { method: 'full-fine-tuning', tasks: [1], increments: false, readings: ['own'] },
    ]);
    expect(() => snapshots.get('full-fine-tuning', 0)).toThrow(/after task 1 is not in memory/);
  });

  it('keeps the newest low-rank models of a long run as far as memory goes', async () => {
    // Heads and increments, 4 bytes a number.
    const arrays = [
      ...(low.increments ?? []).flatMap(({ up, down }) => [up, down]),
      ...[...low.readouts.values()].map(({ weight }) => weight),
    ];
    const each = 4 * arrays.reduce((sum, { length }) => sum + length, 0);
    const snapshots = createSnapshots(['inflora', 'full-fine-tuning'], 3.5 * each);
    for (let task = 0; task < 10; task++) await snapshots.take('inflora', task, low);
    expect(snapshots.list()[0]?.tasks).toEqual([7, 8, 9]);
    // A task that is learned anew takes the place of what was.
    await snapshots.take('inflora', 9, low);
    expect(snapshots.list()[0]?.tasks).toEqual([7, 8, 9]);
  });

  it('come with a processor of transformers that crops as training did (its own pixels of an image of 25 x 18, to one level)', () => {
    const { processor } = JSON.parse(readFileSync('src/vit/fixtures/exports.json', 'utf8')) as { processor: number[] };
    const rgb = Uint8Array.from({ length: 25 * 18 * 3 }, (_, i) => (i * i * 31 + i * 17 + 7) % 251);
    const ours = resizeAndCenterCrop({ width: 25, height: 18, rgb }, 16, 'bicubic').rgb;
    expect(processor).toHaveLength(ours.length);
    expect(Math.max(...processor.map((value, i) => Math.abs(value - (ours[i] ?? NaN))))).toBeLessThanOrEqual(1);
  });

  it('of methods that are more than one network are refused, saying what stands beside it', () => {
    const incomplete = said`its prompts stand beside the weights`;
    for (const layout of MODEL_LAYOUTS)
      expect(() => modelFiles(base, { ...whole, weights: null, incomplete }, ['a', 'b'], 'L2P', layout)).toThrow(
        /"L2P" cannot leave as one model: its prompts.*Take the record/,
      );
  });

  it('are adapters on any map, which say what of the weights they change', () => {
    const wide = { block: 0, target: 'fc1' as const, rank: 1, up: new Float32Array(16).fill(1), down };
    const files = modelFiles(base, { ...low, increments: [...(low.increments ?? []), wide] }, ['a', 'b'], 'Test', 'peft-timm');
    const config = new TextDecoder().decode(files.find(({ name }) => name === 'adapter_config.json')?.bytes);
    expect(JSON.parse(config)).toMatchObject({ target_modules: ['attn.qkv', 'mlp.fc1'], r: 1, lora_alpha: 1 });
  });

  it('give the logits that transformers computes with the exported processor, whatever the shape of the picture', async () => {
    interface Through {
      readonly size: readonly [number, number];
      readonly logits: readonly number[];
    }
    const { through } = JSON.parse(readFileSync('src/vit/fixtures/exports.json', 'utf8')) as { through: Through[] };
    const { checkpoint, classifier } = trainedVit({ layerNormEps: 1e-3 });
    const device = await openWasmDevice({ threads: 1 });
    const model = await device.load(checkpoint);
    for (const { size, logits } of through) {
      const [width, height] = size;
      const rgb = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
        const [c, x, y] = [i % 3, Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
        return (x * (3 + c) + y * (5 - c) + Math.floor((x * y) / 7) * 2 + 40 * c) % 251;
      });
      const features = await model.features({ pixels: resizeAndCenterCrop({ width, height, rgb }, 16, 'bicubic').rgb, count: 1, size: 16 });
      const off = logits.map((logit, c) =>
        Math.abs(features.reduce((sum, f, d) => sum + f * (classifier.weight[c * 16 + d] ?? NaN), classifier.bias[c] ?? NaN) - logit),
      );
      // Where the two round a byte apart it is up to 0.0002.
      expect(Math.max(...off), `${width} x ${height}`).toBeLessThan(0.001);
    }
    model.dispose();
    device.dispose();
  });

  it('name the run on their cards, and the filter that images were resized with', () => {
    const files = modelFiles(base, low, ['a', 'b'], 'Test', 'hugging-face', { card: 'Digest of the run: abc', resize: 'bilinear' });
    const textOf = (file: string) => new TextDecoder().decode(files.find(({ name }) => name === file)?.bytes);
    expect(textOf('README.md')).toContain('Digest of the run: abc');
    expect(JSON.parse(textOf('preprocessor_config.json'))).toMatchObject({ resample: 2, do_center_crop: true });
  });
});
