import { describe, expect, it, vi } from 'vitest';
import { testApp } from '../testing/test-app';

const named = (name: string, message: string) => Object.assign(new Error(message), { name });
const hub = (id: string) => ({ from: { source: 'hub' as const, id } });
const file = (name: string, content = '') => ({ name, file: new Blob([content]) });

describe('another backbone', () => {
  it('leaves the answers behind that belonged to the one before', async () => {
    const { app } = testApp();
    await app.backbones.answer({ heads: 8, layerNormEps: 1e-5 });
    expect(app.store.getState().experiment.backbone).toMatchObject({ heads: 8, layerNormEps: 1e-5 });
    await app.backbones.choose(hub('someone/vit'));
    expect(app.store.getState().experiment.backbone).toEqual(hub('someone/vit'));
    await app.backbones.answer({ heads: 8 });
    app.backbones.pick({ source: 'bundled', id: 'glyph-vit' });
    expect(app.store.getState().experiment.backbone).toEqual({ from: { source: 'bundled', id: 'glyph-vit' } });
  });

  it('that cannot be had leaves the one before, with what was known of it, and can be tried again', async () => {
    const { app, host, notes } = testApp();
    await app.host.ensureBackbone();
    const { experiment, backbone } = app.store.getState();
    const load = vi.spyOn(host, 'loadBackbone').mockRejectedValueOnce(named('DownloadError', 'someone/vit answered 404'));
    expect(await app.backbones.choose(hub('someone/vit'))).toBe(false);
    expect(app.store.getState()).toMatchObject({ experiment, backbone });
    const { remedy, happened } = app.store.getState().problems.backbone ?? {};
    expect(happened).toContain('404');
    expect(remedy).toEqual({ kind: 'backbone', value: hub('someone/vit') });
    load.mockRestore();
    if (remedy?.kind === 'backbone') await app.backbones.choose(remedy.value);
    expect(app.store.getState().experiment.backbone).toEqual(hub('someone/vit'));
    expect(app.store.getState().problems.backbone).toBeUndefined();
    notes.at(-1)?.undo?.();
    expect(app.store.getState()).toMatchObject({ experiment: { backbone: experiment.backbone }, backbone: { state: 'ready' } });
  });

  it('that is cancelled leaves the one before and no problem', async () => {
    const { app, host } = testApp();
    await app.host.ensureBackbone();
    const before = app.store.getState().experiment;
    vi.spyOn(host, 'loadBackbone').mockRejectedValueOnce(named('AbortError', 'cancelled'));
    await app.backbones.choose(hub('someone/vit'));
    expect(app.store.getState().experiment).toEqual(before);
    expect(app.store.getState().backbone.state).toBe('ready');
    expect(app.store.getState().problems).toEqual({});
  });

  it('an answer that does not fit leaves the question open', async () => {
    const { app, host } = testApp();
    await app.host.ensureBackbone();
    vi.spyOn(host, 'loadBackbone').mockRejectedValueOnce(named('CheckpointError', '7 attention heads do not divide the width 128'));
    await app.backbones.answer({ heads: 7 });
    expect(app.store.getState().backbone.value?.assumed).toHaveLength(1);
    expect(app.store.getState().experiment.backbone.heads).toBeUndefined();
    expect(app.store.getState().problems.backbone?.happened).toContain('7 attention heads');
  });
});

describe('a file of the same name as the one in use', () => {
  it('is read, and gives its place back where it cannot be used', async () => {
    const { app, host } = testApp();
    const first = file('model.safetensors', 'first');
    await app.files.accept([first]);
    const load = vi.spyOn(host, 'loadBackbone');
    const provide = vi.spyOn(host, 'provide');
    load.mockRejectedValueOnce(named('CheckpointError', 'damaged'));
    await app.files.accept([file('model.safetensors', 'second')]);
    expect(load).toHaveBeenCalledTimes(1);
    expect(provide.mock.lastCall?.[0]).toEqual([first]);
    expect(app.store.getState().backbone.state).toBe('ready');
  });
});

describe('a link to an own backbone', () => {
  const digest = '0'.repeat(64);
  const wanted = { from: { source: 'file' as const, name: 'my/vit.safetensors', sha256: digest }, heads: 8 };

  it('names it by digest once it is known', async () => {
    const { app } = testApp();
    await app.files.accept([file('vit.safetensors')]);
    expect(app.store.getState().experiment.backbone.from).toMatchObject({ sha256: digest });
    expect(app.store.getState().backbone.state).toBe('ready');
  });

  it('takes the file under any name, with the answers of the link', async () => {
    const { app, host } = testApp();
    app.setup.replace({ ...app.store.getState().experiment, backbone: wanted });
    const provide = vi.spyOn(host, 'provide');
    await app.files.accept([file('renamed.safetensors'), file('config.json', '{}')]);
    expect(provide.mock.lastCall?.[0].map(({ name }) => name)).toEqual(['my/vit.safetensors', 'my/config.json']);
    expect(app.store.getState().experiment.backbone).toEqual(wanted);
  });

  it('uses another file instead, without those answers', async () => {
    const { app, host } = testApp();
    app.setup.replace({ ...app.store.getState().experiment, backbone: wanted });
    vi.spyOn(host, 'loadBackbone').mockRejectedValueOnce(named('MissingFileError', 'its SHA-256 differs'));
    await app.files.accept([file('other.safetensors')]);
    expect(app.store.getState().experiment.backbone).toMatchObject({ from: { name: 'other.safetensors' } });
    expect(app.store.getState().experiment.backbone.heads).toBeUndefined();
  });
});
