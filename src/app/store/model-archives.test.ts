import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { openModelArchives } from './model-archives';

const text = (value: string) => new TextEncoder().encode(value);
const zip = (name: string, files: Record<string, Uint8Array>, level: 0 | 6) => ({ name, file: new Blob([zipSync(files, { level })]) });

describe('archives of models', () => {
  it.each([0, 6] as const)('are opened, packed at level %i', async (level) => {
    const files = await openModelArchives([
      zip('run.timm.zip', { 'model.safetensors': text('weights'), 'config.json': text('{}') }, level),
    ]);
    expect(files.map(({ name }) => name)).toEqual(['run.timm/model.safetensors', 'run.timm/config.json']);
    expect(await files[0]?.file.text()).toBe('weights');
  });

  it('leaves archives of images and damaged ones as they are', async () => {
    const images = zip('pets.zip', { 'cat/1.png': text('x') }, 6);
    const damaged = { name: 'cut.zip', file: new Blob([text('PK')]) };
    const other = { name: 'model.safetensors', file: new Blob() };
    expect(await openModelArchives([images, damaged, other])).toEqual([images, damaged, other]);
  });
});
