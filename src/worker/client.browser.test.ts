import { describe, expect, it } from 'vitest';
import { parseExperiment } from '../session/experiment';
import { connectLabHost } from './client';
import { createPlayground } from './automation';

const nothing = parseExperiment({
  schema: 1,
  backbone: { from: { source: 'file', name: 'absent.safetensors' } },
  stream: { from: { source: 'file', name: 'absent.zip' } },
  methods: [{ id: 'nearest-mean' }],
});

describe('the worker, from the page', () => {
  it('opens a device, and errors keep their names and messages', async () => {
    const host = await connectLabHost();
    const { chosen } = await host.useDevice('wasm');
    expect(chosen.kind).toBe('wasm');
    expect(await host.memory()).toMatchObject({ buffers: expect.any(Number) as number });
    await expect(host.loadBackbone(nothing, () => undefined)).rejects.toMatchObject({
      name: 'MissingFileError',
      message: expect.stringMatching(/needs the file "absent\.safetensors"/) as string,
    });
    await host.provide([{ name: 'absent.safetensors', file: new Blob(['no safetensors at all']) }]);
    await expect(host.loadBackbone(nothing, () => undefined)).rejects.toMatchObject({ name: 'CheckpointError' });
    await expect(host.next(10)).rejects.toMatchObject({ name: 'HostStateError', message: 'No run is open.' });
    expect(await host.record()).toBeNull();
  });

  it('reports bytes while it downloads, and says when a download is not there', async () => {
    const host = await connectLabHost();
    const from = (url: string) => ({ ...nothing, backbone: { from: { source: 'url' as const, url } } });
    const missing = new URL('/no/such/model.safetensors', location.href);
    // The test server answers unknown paths with its own page: not a checkpoint, and said so.
    await expect(host.loadBackbone(from(missing.href), () => undefined)).rejects.toMatchObject({
      name: expect.stringMatching(/^(DownloadError|CheckpointError)$/) as string,
    });
    await expect(host.loadBackbone(from('http://127.0.0.1:9/x.safetensors'), () => undefined)).rejects.toMatchObject({
      name: 'DownloadError',
      message: expect.stringMatching(/could not be reached/) as string,
    });
    const page = URL.createObjectURL(new Blob([new Uint8Array(100_000)]));
    const seen: number[] = [];
    await expect(host.loadBackbone(from(page), ({ stage, done }) => void (stage === 'download' && seen.push(done)))).rejects.toMatchObject({
      name: 'CheckpointError',
    });
    expect(seen.at(-1)).toBe(100_000);
  });

  it('is what programs drive', async () => {
    const playground = createPlayground(connectLabHost);
    const image = await new Promise<Blob | null>((resolve) => {
      const canvas = document.createElement('canvas');
      canvas.toBlob(resolve);
    });
    if (!image) throw new Error('no image');
    await expect(playground.predict({ name: 'a', url: URL.createObjectURL(image) }, 3, nothing)).rejects.toMatchObject({
      name: 'MissingFileError',
    });
    await expect(playground.open({ schema: 1 })).rejects.toMatchObject({ name: 'ExperimentError' });
    expect(playground.progress()).toBeNull();
    expect(await playground.record()).toBeNull();
  });
});
