import { inEnglish } from '../../common/testing/in-english';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadVit } from '../../vit/load';
import { exportTimm } from '../../vit/export/timm';
import { EXPORTS, trainedVit } from '../../vit/testing/exports';
import { fixtureCases, fixtureFile, fixturePixels } from '../../vit/testing/fixture-files';
import type { ComputeDevice } from '../backbone';
import { openWasmDevice } from './device';

/** The pass mark of the product for logits; small networks in float32 stay far below. */
const TOLERANCE = 1e-4;

const ADAPTERS = 'src/vit/fixtures/adapters';
interface AdapterCase {
  readonly name: string;
  readonly base: string;
  readonly adapter: string;
  readonly config: string;
  readonly features: readonly (readonly number[])[];
}

describe('checkpoints of other libraries compute what PyTorch does', () => {
  let device: ComputeDevice;
  beforeAll(async () => {
    device = await openWasmDevice({ threads: 1 });
  });
  afterAll(() => device.dispose());

  it.each(fixtureCases())('$name', async (fixture) => {
    const { checkpoint } = loadVit(fixtureFile(fixture), fixture.answers);
    expect(checkpoint.config).toMatchObject({ dim: 24, depth: 2, heads: 3, mlpDim: 48, imageSize: fixture.size, ...fixture.config });
    const model = await device.load(checkpoint);
    const features = await model.features({ pixels: fixturePixels(fixture.size), count: 2, size: fixture.size });
    model.dispose();
    const flat = fixture.features.flat();
    expect(Math.max(...flat.map((value, i) => Math.abs(value - (features[i] ?? NaN))))).toBeLessThanOrEqual(TOLERANCE);
    const { head } = checkpoint;
    expect(head === null).toBe(fixture.logits === null);
    if (head === null || fixture.logits === null) return;
    fixture.logits.forEach((row, image) =>
      row.forEach((logit, c) => {
        const actual = features
          .subarray(image * 24, (image + 1) * 24)
          .reduce((sum, value, d) => sum + value * (head.weight[c * 24 + d] ?? NaN), head.bias[c] ?? NaN);
        expect(Math.abs(actual - logit), `logit ${c} of image ${image}`).toBeLessThanOrEqual(TOLERANCE);
      }),
    );
  });

  const adapters = JSON.parse(readFileSync(`${ADAPTERS}/expected.json`, 'utf8')) as { cases: AdapterCase[] };
  it.each(adapters.cases)('a PEFT adapter on $name', async ({ base, adapter, config, features: expected }) => {
    const fixture = fixtureCases().find(({ files }) => files.includes(base));
    if (!fixture) throw new Error(`There is no fixture "${base}"`);
    const bytes = new Uint8Array(readFileSync(`${ADAPTERS}/${adapter}`));
    const merged = { name: adapter, bytes, config: readFileSync(`${ADAPTERS}/${config}`, 'utf8') };
    const { checkpoint } = loadVit({ ...fixtureFile(fixture), adapter: merged }, fixture.answers);
    const model = await device.load(checkpoint);
    const features = await model.features({ pixels: fixturePixels(fixture.size), count: 2, size: fixture.size });
    model.dispose();
    const off = (rows: readonly (readonly number[])[]) =>
      Math.max(...rows.flat().map((value, i) => Math.abs(value - (features[i] ?? NaN))));
    expect(off(expected)).toBeLessThanOrEqual(TOLERANCE);
    expect(off(fixture.features), 'the adapter changes something').toBeGreaterThan(0.01);
  });

  const exported = JSON.parse(readFileSync('src/vit/fixtures/exports.json', 'utf8')) as Record<string, { logits: number[][] }>;
  it.each(EXPORTS)('the export "$name" has the logits here that the other library computes', async ({ name, config, make }) => {
    const files = make(trainedVit(config));
    const textOf = (file: string) => new TextDecoder().decode(files.find((each) => each.name === file)?.bytes);
    const bytes = files.find((each) => each.name.endsWith('.safetensors'))?.bytes ?? new Uint8Array();
    const isAdapter = name.startsWith('peft');
    const base = exportTimm(trainedVit({})).find((each) => each.name === 'model.safetensors')?.bytes ?? new Uint8Array();
    const { checkpoint } = isAdapter
      ? loadVit(
          { name: 'model.safetensors', bytes: base, adapter: { name: 'a.safetensors', bytes, config: textOf('adapter_config.json') } },
          { heads: 2 },
        )
      : trainedVit(config);
    const model = await device.load(checkpoint);
    const features = await model.features({ pixels: fixturePixels(16), count: 2, size: 16 });
    model.dispose();
    const { classifier, labels } = trainedVit({});
    exported[name]?.logits.forEach((row, image) => {
      expect(row).toHaveLength(labels.length);
      row.forEach((logit, c) => {
        let actual = classifier.bias[c] ?? NaN;
        for (let d = 0; d < 16; d++) actual += (features[image * 16 + d] ?? NaN) * (classifier.weight[c * 16 + d] ?? NaN);
        expect(Math.abs(actual - logit), `logit ${c} of image ${image}`).toBeLessThanOrEqual(TOLERANCE);
      });
    });
    expect(exported[name]).toBeDefined();
  });

  it('states what is left aside and how files were read', () => {
    const of = (name: string) => {
      const fixture = fixtureCases().find((each) => each.name.startsWith(name));
      if (!fixture) throw new Error(`There is no fixture "${name}"`);
      return loadVit(fixtureFile(fixture), fixture.answers);
    };
    expect(inEnglish(of('distilled DeiT').notes).join()).toContain('distilled one left aside');
    expect(inEnglish(of('timm, no final norm').notes).join()).toContain('no last norm');
    expect(inEnglish(of('timm, mean pooling without').notes).join()).toContain('no class token');
    expect(of('MAE').unused).toContain('model.mask_token');
    expect(of('DINO,').unused).toContain('student.module.backbone.cls_token');
    expect(of('Hugging Face DINOv2 (its head').unused).toEqual(
      expect.arrayContaining(['classifier.weight', 'classifier.bias', 'dinov2.embeddings.mask_token']),
    );
    expect(of('AugReg').assumed).toEqual([]);
  });
});
