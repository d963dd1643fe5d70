import { describe, expect, it, vi } from 'vitest';
import { syntheticRecord } from '../testing/synthetic-record';
import { testApp } from '../testing/test-app';
import { sortFiles } from './files';

const file = (name: string, content = '') => ({ name, file: new Blob([content]) });

describe('sortFiles', () => {
  it('takes a folder of images by its own name', () => {
    const sorted = sortFiles([file('pets/cat/1.PNG'), file('pets/dog/1.jpeg'), file('pets/.DS_Store')]);
    expect(sorted.folder).toMatchObject({ name: 'pets', files: [{ name: 'pets/cat/1.PNG' }, { name: 'pets/dog/1.jpeg' }] });
    expect(sorted.unknown).toEqual([]);
  });

  it('takes every file of a folder of images: tables and label lists belong to them', () => {
    const sorted = sortFiles([file('set/list.csv'), file('set/a/1.png'), file('set/stream.json')]);
    expect(sorted.folder?.files.map(({ name }) => name)).toEqual(['set/list.csv', 'set/a/1.png', 'set/stream.json']);
    expect(sorted.json).toBeNull();
  });

  it.each(['x.zip', 'x.tar', 'x.tgz', 'cifar-10-python.tar.gz'])('takes %s as an archive', (name) => {
    expect(sortFiles([file(name)]).archive?.name).toBe(name);
  });

  it('puts loose files of one data set into a folder of their own, and leaves a single one as it is', () => {
    const pair = sortFiles([file('train-images-idx3-ubyte.gz'), file('train-labels-idx1-ubyte.gz')]);
    expect(pair.folder).toMatchObject({
      name: 'images',
      files: [{ name: 'images/train-images-idx3-ubyte.gz' }, { name: 'images/train-labels-idx1-ubyte.gz' }],
    });
    expect(sortFiles([file('train.parquet')]).folder).toMatchObject({ name: 'train.parquet', files: [{ name: 'train.parquet' }] });
  });

  it('tells a record from a config and lists what it does not know', () => {
    const sorted = sortFiles([file('run.json'), file('notes.txt')]);
    expect(sorted.json?.name).toBe('run.json');
    expect(sorted.unknown.map((item) => item.name)).toEqual(['notes.txt']);
  });
});

describe('a drop', () => {
  it('puts a backbone into the set-up, keeps its config beside it, and can be undone', async () => {
    const { app, host, notes } = testApp();
    const provide = vi.spyOn(host, 'provide');
    await app.files.accept([file('my/model.safetensors'), file('my/config.json')]);
    expect(provide.mock.lastCall?.[0].map((item) => item.name)).toEqual(['my/model.safetensors', 'my/config.json']);
    expect(app.store.getState().experiment.backbone.from).toMatchObject({ source: 'file', name: 'my/model.safetensors' });
    expect(app.store.getState().backbone.state).toBe('ready');
    notes.at(-1)?.undo?.();
    expect(app.store.getState().experiment.backbone.from).toEqual({ source: 'bundled', id: 'glyph-vit' });
  });

  it('goes back to the backbone that works when a file cannot be read, and says why', async () => {
    const { app, host } = testApp();
    await app.host.ensureBackbone();
    const before = app.store.getState().experiment;
    const load = host.loadBackbone.bind(host);
    vi.spyOn(host, 'loadBackbone').mockImplementation((experiment, onProgress) =>
      experiment.backbone.from.source === 'file'
        ? Promise.reject(Object.assign(new Error('Tensor "x" holds NaN'), { name: 'CheckpointError' }))
        : load(experiment, onProgress),
    );
    await app.files.accept([file('broken.safetensors')]);
    expect(app.store.getState().experiment).toEqual(before);
    expect(app.store.getState().backbone.state).toBe('ready');
    expect(app.store.getState().problems.backbone?.happened).toContain('holds NaN');
  });

  it('merges a dropped adapter into the backbone that is chosen', async () => {
    const { app } = testApp();
    await app.files.accept([file('lora/adapter_model.safetensors'), file('lora/adapter_config.json', '{}')]);
    expect(app.store.getState().experiment.backbone).toMatchObject({
      from: { source: 'bundled' },
      adapter: { name: 'lora/adapter_model.safetensors' },
    });
    await app.files.accept([file('adapter_config.json', '{}')]);
    expect(app.store.getState().problems.backbone?.happened).toContain('Half of an adapter');
  });

  it('puts an archive into the set-up and keeps an earlier backbone with the worker', async () => {
    const { app, host } = testApp();
    const provide = vi.spyOn(host, 'provide');
    await app.files.accept([file('model.safetensors')]);
    await app.files.accept([file('pets.zip')]);
    expect(provide.mock.calls.map(([files]) => files.map((item) => item.name))).toEqual([['model.safetensors'], ['pets.zip']]);
    expect(app.store.getState().experiment.stream).toMatchObject({
      from: { source: 'file', name: 'pets.zip' },
      split: { kind: 'as-given' },
    });
    expect(app.store.getState().stream.state).toBe('ready');
  });

  it('leaves the set-up that worked where an archive is broken, and what a setting can mend to be mended', async () => {
    const { app, host, notes } = testApp();
    await app.files.accept([file('pets.zip')]);
    const { experiment, stream } = app.store.getState();
    const load = vi.spyOn(host, 'loadStream');
    const provide = vi.spyOn(host, 'provide');
    const bad = (message: string, field: string | null) => Object.assign(new Error(message), { name: 'DataError', field });
    const told = notes.length;
    for (const [message, field] of [
      ['The archive is cut off.', null],
      ['No images found.', 'stream.from'],
    ] as const) {
      load.mockRejectedValueOnce(bad(message, field));
      await app.files.accept([file('pets.zip', 'broken')]);
      expect(app.store.getState()).toMatchObject({ experiment, stream, problems: { stream: { happened: message, remedy: null } } });
      // The file of that name that worked is the worker's again.
      expect(await provide.mock.lastCall?.[0][0]?.file.text()).toBe('');
    }
    expect(notes).toHaveLength(told);
    load.mockRejectedValueOnce(bad('Class "a" has too few images.', 'stream.testFraction'));
    await app.files.accept([file('few.zip')]);
    expect(app.store.getState().experiment.stream.from).toMatchObject({ name: 'few.zip' });
  });

  it('refuses images that the link does not ask for, and uses them where one insists', async () => {
    const { app, host } = testApp();
    const { experiment } = app.store.getState();
    const wanted = { source: 'file', name: 'pets.zip', sha256: 'a'.repeat(64) } as const;
    app.setup.replace({ ...experiment, stream: { ...experiment.stream, from: wanted } });
    const missing = Object.assign(new Error('2 of 36 files are missing.'), { name: 'MissingFileError' });
    const load = vi.spyOn(host, 'loadStream').mockRejectedValueOnce(missing);
    await app.files.accept([file('others.zip')]);
    expect(app.store.getState().experiment.stream.from).toEqual(wanted);
    expect(app.store.getState().problems.stream).toMatchObject({
      happened: '2 of 36 files are missing.',
      remedy: { kind: 'use-refused', name: 'others.zip' },
    });
    load.mockRestore();
    await app.files.useRefused();
    expect(app.store.getState().experiment.stream.from).toMatchObject({ source: 'file', name: 'others.zip' });
    expect(app.store.getState().stream.state).toBe('ready');
  });

  it('shows no progress that arrives after the reading has ended', async () => {
    const { app, host } = testApp();
    const load = vi.spyOn(host, 'loadStream');
    await app.files.accept([file('pets.zip')]);
    expect(app.store.getState().loading).toBeNull();
    load.mock.lastCall?.[1]({ stage: 'decode', done: 64, total: 100 });
    expect(app.store.getState().loading).toBeNull();
  });

  it('opens a run record', async () => {
    const { app } = testApp();
    await app.files.accept([file('run.json', JSON.stringify(syntheticRecord()))]);
    expect(app.store.getState().origin).toBe('loaded');
  });

  it('names a file that it cannot use', async () => {
    const { app } = testApp();
    await app.files.accept([file('song.mp3')]);
    expect(app.store.getState().problems.stream?.happened).toContain('song.mp3');
  });
});
