import { describe, expect, it, vi } from 'vitest';
import { syntheticRecord } from '../testing/synthetic-record';
import { runnable } from '../../session/experiment';
import { testApp, testExperiment } from '../testing/test-app';
import { recordAt } from './playback';

const full = syntheticRecord();

describe('recordAt', () => {
  it('holds nothing at 0 and everything at 1', () => {
    expect(recordAt(full, 0).record.methods.every((method) => method.results.length === 0 && method.losses.length === 0)).toBe(true);
    expect(recordAt(full, 1).record).toEqual(full);
  });

  it('shows a task’s results only after its training', () => {
    const during = recordAt(full, 0.3);
    expect(during.task).toBe(1);
    expect(during.phase).toBe('train');
    expect(during.record.methods[0]?.results.map((result) => result.task)).toEqual([0]);
    expect(during.record.methods[0]?.losses.at(-1)?.task).toBe(1);
    const after = recordAt(full, 0.39);
    expect(after.phase).toBe('evaluate');
    expect(after.record.methods[0]?.results.map((result) => result.task)).toEqual([0, 1]);
  });

  it('never takes a result back as time goes on', () => {
    let shown = 0;
    for (let position = 0; position <= 1; position += 0.01) {
      const now = recordAt(full, position).record.methods.reduce((sum, method) => sum + method.results.length + method.losses.length, 0);
      expect(now).toBeGreaterThanOrEqual(shown);
      shown = now;
    }
  });
});

describe('the first visit', () => {
  const fetchJson = (path: string): Promise<unknown> => {
    if (path === 'runs/index.json')
      return Promise.resolve({ schema: 1, runs: [{ id: 'a', title: 'A recorded run', file: 'a.json', stream: 'alphabets' }] });
    if (path === 'runs/a.json') return Promise.resolve(structuredClone(full));
    return Promise.reject(new Error('404'));
  };

  /** Of somebody whose address asks for what was recorded, unless it asks for something else. */
  const visit = (options: Parameters<typeof testApp>[0] = {}) =>
    testApp({ fetchJson, experiment: runnable(full.experiment).experiment ?? testExperiment, ...options });

  it('plays the recorded run without a worker', async () => {
    const { app, host, advance } = visit();
    let touched = false;
    host.useDevice = () => {
      touched = true;
      return Promise.reject(new Error());
    };
    await app.records.welcome();
    expect(app.store.getState()).toMatchObject({ origin: 'recorded', status: 'idle' });
    advance(3000);
    expect(app.store.getState().results?.methods[0]?.results).toHaveLength(1);
    advance(20_000);
    expect(app.store.getState().playback).toMatchObject({ position: 1, playing: false });
    expect(app.store.getState().record?.methods[0]?.results).toEqual(full.methods[0]?.results);
    expect(touched).toBe(false);
  });

  it('stands complete at once where motion is unwelcome', async () => {
    const { app } = visit({ reducedMotion: true });
    await app.records.welcome();
    expect(app.store.getState().playback).toMatchObject({ position: 1, playing: false });
  });

  it('steps task by task, pauses, and begins again', async () => {
    const { app, advance } = visit();
    await app.records.welcome();
    app.playback.toggle();
    advance(10_000);
    expect(app.store.getState().playback?.position).toBe(0);
    app.playback.step();
    expect(app.store.getState().record?.methods[0]?.results).toHaveLength(1);
    app.playback.step();
    expect(app.store.getState().record?.methods[0]?.results).toHaveLength(2);
    app.playback.restart();
    expect(app.store.getState().playback).toMatchObject({ position: 0, playing: true });
  });

  it('gives way to Start', async () => {
    const { app } = visit();
    await app.records.welcome();
    await app.run.start();
    expect(app.store.getState()).toMatchObject({ origin: 'live', status: 'finished', playback: null });
  });

  it('shows nothing of another experiment: its own stands there, empty', async () => {
    const { app } = visit({ experiment: { ...testExperiment, seed: 3 } });
    await app.records.welcome();
    expect(app.store.getState()).toMatchObject({ origin: 'none', record: null, playback: null, problems: {} });
  });

  it('gives way to another experiment’s link, and comes back with its own', async () => {
    const { app } = visit({ reducedMotion: true });
    await app.records.welcome();
    const { experiment } = app.store.getState();
    app.setup.seed(3);
    await app.records.showRecorded();
    expect(app.store.getState()).toMatchObject({ origin: 'none', record: null, playback: null });
    app.setup.replace({ ...experiment, readBy: 'ridge' });
    await app.records.showRecorded();
    expect(app.store.getState()).toMatchObject({ origin: 'recorded', playback: { title: 'A recorded run' } });
    expect(app.store.getState().results?.experiment.readBy).toBe('ridge');
  });

  it('shows an empty page where no run is recorded', async () => {
    const { app } = testApp();
    await app.records.welcome();
    expect(app.store.getState()).toMatchObject({ origin: 'none', record: null, problems: {}, catalogue: { runs: [] } });
  });
});

describe('going along a run that was computed here', () => {
  async function finished() {
    const test = testApp();
    await test.app.run.start();
    return { ...test, whole: test.app.store.getState().record };
  }
  const results = ({ app }: { readonly app: ReturnType<typeof testApp>['app'] }) =>
    app.store.getState().results?.methods.map((method) => method.results.length);

  it('is there at its end: back by tasks, epochs and batches, and on again', async () => {
    const test = await finished();
    const tasks = test.whole?.stream.tasks.length ?? 0;
    expect(results(test)).toEqual([tasks, tasks]);
    test.app.playback.step(-1);
    expect(results(test)).toEqual([tasks - 1, tasks - 1]);
    expect(test.app.store.getState()).toMatchObject({
      origin: 'live',
      status: 'finished',
      playback: { position: (tasks - 1) / tasks, title: '' },
    });
    test.app.playback.step(-1, 'epoch');
    const { position } = test.app.store.getState().playback ?? { position: 1 };
    expect(position).toBeLessThan((tasks - 1) / tasks);
    expect(position).toBeGreaterThan((tasks - 2) / tasks);
    test.app.playback.step(1, 'task');
    test.app.playback.step(1, 'task');
    expect(test.app.store.getState().record).toEqual(test.whole);
  });

  it('plays from the beginning, twice as fast when asked', async () => {
    const times: number[] = [];
    for (const speed of [1, 2]) {
      const test = await finished();
      test.app.view.set({ speed });
      test.app.playback.toggle();
      expect(results(test)).toEqual([0, 0]);
      let waited = 0;
      while (test.app.store.getState().playback?.playing && waited < 60_000) {
        test.advance(100);
        waited += 100;
      }
      times.push(waited);
      expect(test.app.store.getState().record).toEqual(test.whole);
    }
    expect((times[0] ?? 0) / (times[1] ?? 1)).toBeCloseTo(2, 1);
  });

  it('hands all of it back before anything goes on from it', async () => {
    const test = await finished();
    test.app.playback.seek(0.1);
    await test.app.run.stop();
    expect(test.app.store.getState()).toMatchObject({ playback: null, record: test.whole, results: test.whole });
    test.app.playback.seek(0.1);
    expect(test.downloads).toEqual([]);
    test.app.records.saveJson();
    expect(JSON.parse(test.downloads[0]?.content ?? '')).toEqual(test.whole);
  });

  it('is there while the run is paused, which then goes on as if nobody had looked', async () => {
    const { whole } = await finished();
    const test = testApp();
    while (results(test)?.[0] !== 1 || test.app.store.getState().record?.methods[0]?.losses.at(-1)?.task !== 1) await test.app.run.step();
    const soFar = test.app.store.getState().record;
    test.app.playback.seek(0.25);
    expect(test.app.store.getState()).toMatchObject({ status: 'paused', origin: 'live', playback: { full: soFar } });
    expect(results(test)).toEqual([0, 0]);
    await test.app.run.step();
    expect(test.app.store.getState().playback).toBeNull();
    expect(results(test)).toEqual([1, 1]);
    test.app.playback.step(-1);
    await test.app.run.start();
    expect(test.app.store.getState()).toMatchObject({ status: 'finished', playback: null });
    expect(test.app.store.getState().record).toEqual(whole);
  });

  it('loses nothing to somebody who looks back before the last call of a pause has answered', async () => {
    const { whole } = await finished();
    const test = testApp({ delayMs: 1 });
    const going = test.app.run.start();
    await vi.waitFor(() => expect(results(test)?.[0]).toBeGreaterThan(0), 60_000);
    test.app.run.pause();
    test.app.playback.seek(0.1);
    expect(test.app.store.getState().playback).not.toBeNull();
    await going;
    await test.app.run.start();
    expect(test.app.store.getState().record).toEqual(whole);
    const [row] = (await test.shelf.list()).runs;
    expect(await test.shelf.record(row?.id ?? '')).toEqual(whole);
  });

  it('is not there while a run adds to it', async () => {
    const { app } = testApp();
    const going = app.run.start();
    app.playback.seek(0.5);
    expect(app.store.getState().playback).toBeNull();
    await going;
  });
});
