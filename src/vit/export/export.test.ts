/**
 * Exported models against timm, transformers and PEFT: scripts/fixtures/exports.py loads what this test writes (strict=True)
 * and records the logits, together with the digests of the files that it loaded.
 *
 *     WRITE_EXPORTS=build/exports npx vitest run --project node src/vit/export
 *     python scripts/fixtures/exports.py build/exports src/vit/fixtures/exports.json
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadVit } from '../load';
import { EXPORTS, increments, trainedVit } from '../testing/exports';
import { exportHuggingFace } from './hugging-face';
import { ExportError, type ExportFile } from './model';
import { exportPeft } from './peft';
import { exportTimm } from './timm';

const EXPECTED = 'src/vit/fixtures/exports.json';
const target = process.env['WRITE_EXPORTS'];

/** Logits of the two images, as the other library computes them, by export. */
interface Recorded {
  readonly logits: readonly (readonly number[])[];
  readonly sha256: string;
}

const weightsOf = (files: readonly ExportFile[]): Uint8Array =>
  files.find(({ name }) => name.endsWith('.safetensors'))?.bytes ?? new Uint8Array();
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('exports', () => {
  it.skipIf(target === undefined)('are written out for the script', () => {
    for (const { name, config, make } of EXPORTS) {
      const folder = `${target}/${name}`;
      mkdirSync(folder, { recursive: true });
      for (const file of make(trainedVit(config))) writeFileSync(`${folder}/${file.name}`, file.bytes);
    }
  });

  describe.skipIf(!existsSync(EXPECTED))('are the files that timm, transformers and PEFT loaded with strict=True', () => {
    const recorded = JSON.parse(existsSync(EXPECTED) ? readFileSync(EXPECTED, 'utf8') : '{}') as Record<string, Recorded>;
    it.each(EXPORTS)('$name', ({ name, config, make }) => {
      expect(recorded[name]?.logits.flat().every(Number.isFinite)).toBe(true);
      expect(digest(weightsOf(make(trainedVit(config))))).toBe(recorded[name]?.sha256);
    });
  });

  it.each(EXPORTS.filter(({ name }) => !name.startsWith('peft')))('$name is read back as the same model', ({ name, config, make }) => {
    const files = make(trainedVit(config));
    const sidecars = files
      .filter((file) => file.name.endsWith('.json'))
      .map((file) => ({ name: file.name, text: new TextDecoder().decode(file.bytes) }));
    const { checkpoint, assumed } = loadVit({ name: 'model.safetensors', bytes: weightsOf(files), sidecars });
    expect(checkpoint.config.heads).toBe(2);
    // Hugging Face's DINOv2 is told by its tensors, not by its head.
    if (name === 'hf-mean') return;
    expect(assumed).toEqual([]);
    const before = trainedVit(checkpoint.config);
    expect(checkpoint.config).toEqual(before.checkpoint.config);
    if (name !== 'hf-registers') expect([...(checkpoint.head?.bias ?? [])]).toEqual([...before.classifier.bias]);
    for (const [tensor, { data }] of before.checkpoint.tensors) {
      if ((config.prefixTokens ?? 1) > 1 && (tensor === 'cls_token' || tensor === 'pos_embed')) continue;
      expect(checkpoint.tensors.get(tensor)?.data, tensor).toEqual(data);
    }
  });

  it('says what Hugging Face has no layout for', () => {
    expect(() => exportHuggingFace(trainedVit({ lastNorm: 'none' }))).toThrow(ExportError);
    expect(() => exportHuggingFace(trainedVit({ pooling: 'mean', prefixTokens: 0 }))).toThrow(/timm layout/);
    expect(() => exportPeft(trainedVit({}), [], 'timm')).toThrow(/no weights by low-rank/);
  });

  it('keeps eps on both lines that load it with timm', () => {
    const files = exportTimm(trainedVit({ layerNormEps: 1e-3 }));
    const card = new TextDecoder().decode(files.find(({ name }) => name === 'README.md')?.bytes);
    expect(card.match(/norm_layer=functools\.partial\(torch\.nn\.LayerNorm, eps=0\.001\)/g)).toHaveLength(2);
  });

  it.each(EXPORTS)('$name comes with a card that names the run, and no title breaks out of its heading', ({ config, make }) => {
    const title = 'cats\n---\n# <b>dogs</b> [x](y)';
    const files = make({ ...trainedVit(config), title, card: 'Digest: 1234' });
    const card = new TextDecoder().decode(files.find(({ name }) => name === 'README.md')?.bytes);
    expect(card).toMatch(/^---\nlibrary_name: (timm|transformers|peft)\n/);
    expect(card).toContain('\nDigest: 1234\n');
    expect(card).toContain('\n# cats --- \\# \\<b\\>dogs\\</b\\> \\[x\\](y)\n');
    expect(card.match(/^---$/gm)).toHaveLength(2);
  });

  it('merged as an adapter on its backbone gives W + Σ up · down', () => {
    const base = trainedVit({});
    const files = exportPeft(base, increments, 'timm');
    const config = new TextDecoder().decode(files.find(({ name }) => name === 'adapter_config.json')?.bytes);
    const plain = exportTimm(base);
    const { checkpoint } = loadVit(
      {
        name: 'model.safetensors',
        bytes: weightsOf(plain),
        adapter: { name: 'adapter_model.safetensors', bytes: weightsOf(files), config },
      },
      { heads: 2 },
    );
    const before = base.checkpoint.tensors.get('blocks.1.attn.qkv.weight')?.data ?? new Float32Array();
    const after = checkpoint.tensors.get('blocks.1.attn.qkv.weight')?.data ?? new Float32Array();
    // Row 3 of V, column 5.
    const at = (2 * 16 + 3) * 16 + 5;
    const delta = increments
      .filter(({ block, target: part }) => block === 1 && part === 'v')
      .reduce((sum, { up, down }) => sum + [0, 1].reduce((inner, r) => inner + (up[3 * 2 + r] ?? 0) * (down[r * 16 + 5] ?? 0), 0), 0);
    expect(after[at]).toBeCloseTo((before[at] ?? 0) + delta, 6);
    expect(after[5]).toBe(before[5]);
  });
});
