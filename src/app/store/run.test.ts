import { describe, expect, it, vi } from 'vitest';
import { syntheticRecord } from '../testing/synthetic-record';
import { testApp } from '../testing/test-app';

const named = (name: string, message: string) => Object.assign(new Error(message), { name });

describe('a run', () => {
  it('goes from Start to the last result, the record equal to what the worker told', async () => {
    const { app } = testApp();
    await app.run.start();
    const state = app.store.getState();
    expect(state.status).toBe('finished');
    expect(state.origin).toBe('live');
    const expected = syntheticRecord().methods.map((method) => method.results);
    expect(state.results?.methods.map((method) => method.results)).toEqual(expected);
    expect(state.record?.methods[0]?.losses).toHaveLength(400);
    expect(state.announcement).toContain('learned Hebrew');
  });

  it('folds the set-up while it runs and loads nothing twice', async () => {
    const { app, host } = testApp();
    const load = vi.spyOn(host, 'loadBackbone');
    await app.run.start();
    expect(app.store.getState().view.setupOpen).toBe(false);
    await app.run.start();
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('waits for a device that is being chosen, and loads the weights there', async () => {
    const { app, host } = testApp();
    await app.host.ensureBackbone();
    const order: string[] = [];
    const choose = host.useDevice.bind(host);
    vi.spyOn(host, 'useDevice').mockImplementation(async (kind) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      order.push(kind);
      return choose(kind);
    });
    const load = host.loadBackbone.bind(host);
    vi.spyOn(host, 'loadBackbone').mockImplementation((...args) => {
      order.push('load');
      return load(...args);
    });
    void app.host.prefer('webgpu');
    await app.run.start();
    expect(order).toEqual(['webgpu', 'load']);
    expect(app.store.getState().device?.chosen.kind).toBe('webgpu');
  });

  it('pauses by not pulling, steps, and goes on where it was', async () => {
    const { app, host } = testApp();
    const next = vi.spyOn(host, 'next');
    const run = app.run.step();
    await run;
    expect(app.store.getState().status).toBe('paused');
    expect(app.store.getState().record?.methods[0]?.losses).toHaveLength(1);
    expect(next).toHaveBeenLastCalledWith(expect.any(Number), 1);
    const pulls = next.mock.calls.length;
    await Promise.resolve();
    expect(next.mock.calls.length).toBe(pulls);
    await app.run.step();
    expect(app.store.getState().record?.methods[0]?.losses.length).toBeGreaterThan(1);
    await app.run.start();
    expect(app.store.getState().status).toBe('finished');
    expect(app.store.getState().results?.methods[0]?.results).toHaveLength(5);
  });

  it('asks for what comes next before it draws what came, one call at a time, and takes all that was told when it pauses', async () => {
    const { app, host } = testApp({ delayMs: 1 });
    const next = host.next.bind(host);
    const asked = { at: [] as number[], open: 0, most: 0 };
    const points = () => app.store.getState().record?.methods[0]?.losses.length ?? 0;
    let told = 0;
    vi.spyOn(host, 'next').mockImplementation(async (...args) => {
      asked.at.push(told - points());
      asked.most = Math.max(asked.most, ++asked.open);
      const events = await next(...args);
      asked.open--;
      told += (events ?? []).reduce(
        (sum, event) => sum + (event.type === 'losses' && event.method === 'inflora' ? event.points.length : 0),
        0,
      );
      return events;
    });
    const running = app.run.start();
    await vi.waitFor(() => expect(points()).toBeGreaterThan(20), 60_000);
    app.run.pause();
    await running;
    expect(app.store.getState().status).toBe('paused');
    expect(points()).toBe(told);
    expect(asked.most).toBe(1);
    // Some of it was not on the page yet when the next was asked for.
    expect(Math.max(...asked.at)).toBeGreaterThan(0);
  });

  it('stops and keeps what it found', async () => {
    const { app } = testApp({ delayMs: 1 });
    const running = app.run.start();
    await vi.waitFor(() => expect(app.store.getState().results?.methods[0]?.results.length).toBeGreaterThan(0), 60_000);
    await app.run.stop();
    await running;
    const { status, results } = app.store.getState();
    expect(status).toBe('finished');
    expect(results?.status).toBe('stopped');
    expect(results?.methods[0]?.results.length).toBeGreaterThan(0);
  });

  it('clears on Reset, and Undo brings the results back', async () => {
    const { app, notes } = testApp();
    await app.run.start();
    await app.run.reset();
    expect(app.store.getState().record).toBeNull();
    expect(app.store.getState().status).toBe('idle');
    notes.at(-1)?.undo?.();
    expect(app.store.getState().record?.methods[0]?.results).toHaveLength(5);
    expect(app.store.getState().origin).toBe('kept');
  });

  it('refuses what does not fit, with a remedy, and keeps the set-up', async () => {
    const { app, host } = testApp({ fits: false });
    const open = vi.spyOn(host, 'open');
    const before = app.store.getState().experiment;
    await app.run.start();
    expect(open).not.toHaveBeenCalled();
    const { problems, status, experiment } = app.store.getState();
    expect(status).toBe('idle');
    expect(experiment).toBe(before);
    expect(problems.memory?.remedy).toEqual({ kind: 'batch-size', value: 8 });
    expect(problems.memory?.happened).toContain('9.0 GB');
  });

  describe('whose graphics processor is lost', () => {
    /** Rejects the pulls of these numbers; half a minute passes at every twentieth. */
    function losing(at: readonly number[]) {
      const { app, host, notes, advance } = testApp();
      const pull = host.next.bind(host);
      let pulls = 0;
      vi.spyOn(host, 'next').mockImplementation((budget, steps) => {
        if (++pulls % 20 === 0) advance(30_000);
        return at.includes(pulls) ? Promise.reject(named('DeviceLostError', 'The GPU was reset.')) : pull(budget, steps);
      });
      return { app, notes, useDevice: vi.spyOn(host, 'useDevice'), goOn: vi.spyOn(host, 'goOn'), open: vi.spyOn(host, 'open') };
    }
    const whole = syntheticRecord().methods.map(({ results }) => results);

    it('goes on there from where it was saved, then on the processor, and says so', async () => {
      const { app, notes, useDevice, goOn, open } = losing([50, 75]);
      await app.host.prefer('webgpu');
      await app.run.start();
      const { status, results, problems, device, runs } = app.store.getState();
      expect(status).toBe('finished');
      expect(results?.methods.map((method) => method.results)).toEqual(whole);
      expect(problems).toEqual({});
      expect(open).toHaveBeenCalledTimes(1);
      expect(goOn).toHaveBeenCalledTimes(2);
      expect(useDevice.mock.calls.map(([kind]) => kind)).toEqual(['webgpu', 'webgpu', 'wasm']);
      expect(device?.chosen.kind).toBe('wasm');
      expect(results?.log.filter(({ text: line }) => line.includes('The GPU was reset.'))).toHaveLength(2);
      expect(notes.map(({ text: line }) => line).filter((line) => line.includes('reset'))).toEqual([
        expect.stringContaining('from where it was last saved'),
        expect.stringContaining('WebAssembly'),
      ]);
      expect(runs.list.map((run) => run.status)).toEqual(['finished']);
    });

    it('begins again where nothing was saved yet, as the same run', async () => {
      const { app, goOn, open } = losing([3]);
      await app.host.prefer('webgpu');
      await app.run.start();
      const { status, results, runs } = app.store.getState();
      expect([status, goOn.mock.calls.length, open.mock.calls.length, runs.list.length]).toEqual(['finished', 0, 2, 1]);
      expect(results?.methods.map((method) => method.results)).toEqual(whole);
    });

    it('is stopped meanwhile: it stays stopped', async () => {
      const { app, goOn } = losing([60]);
      await app.host.prefer('webgpu');
      vi.spyOn(app.host, 'ensureDevice').mockImplementation(() => app.run.stop());
      app.store.setState({
        device: { chosen: { kind: 'webgpu', engine: 'plan', name: 'GPU', software: false, threads: 1 }, unavailable: [] },
      });
      await app.run.start();
      expect(goOn).not.toHaveBeenCalled();
      expect(app.store.getState().status).not.toBe('running');
    });
  });

  it('keeps the record when the processor itself is lost, says so, and chooses anew next time', async () => {
    const { app, host } = testApp();
    const pull = host.next.bind(host);
    let pulls = 0;
    vi.spyOn(host, 'next').mockImplementation((budget, steps) => {
      pulls += 1;
      return pulls > 60 ? Promise.reject(named('DeviceLostError', 'The GPU was reset.')) : pull(budget, steps);
    });
    const useDevice = vi.spyOn(host, 'useDevice');
    await app.run.start();
    const { status, results, problems, device } = app.store.getState();
    expect(status).toBe('failed');
    expect(results?.status).toBe('failed');
    expect(results?.methods[0]?.results.length).toBeGreaterThan(0);
    expect(problems.device).toMatchObject({ name: 'DeviceLostError', happened: 'The GPU was reset.' });
    expect(device).toBeNull();
    vi.mocked(host.next).mockImplementation(pull);
    await app.run.start();
    expect(app.store.getState().status).toBe('finished');
    expect(useDevice).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['loadBackbone', 'backbone', named('MissingTensorError', 'blocks.3.attn.qkv.weight is missing.')],
    ['loadStream', 'stream', named('DataError', 'The archive holds no images.')],
    ['useDevice', 'device', named('Error', 'No adapter.')],
    ['open', 'run', named('Error', 'Could not upload.')],
  ] as const)('shows a failing %s at its place and is ready for another start', async (call, place, error) => {
    const { app } = testApp({ failing: { [call]: error } });
    await app.run.start();
    const { status, problems, view } = app.store.getState();
    expect(status).toBe('idle');
    expect(problems[place]).toMatchObject({ name: error.name, happened: error.message });
    expect(problems[place]?.safe).not.toBe('');
    expect(problems[place]?.todo).not.toBe('');
    expect(view.setupOpen).toBe(true);
  });

  it('tells when one method failed and lets the others go on', async () => {
    const { app, host } = testApp();
    const pull = host.next.bind(host);
    let told = false;
    vi.spyOn(host, 'next').mockImplementation(async (budget, steps) => {
      const events = await pull(budget, steps);
      if (told || events === null || app.store.getState().record === null) return events;
      told = true;
      return [...events, { type: 'method-failed', method: 'full-fine-tuning', reason: 'The loss became NaN. Lower the learning rate.' }];
    });
    await app.run.start();
    const { status, problems, results } = app.store.getState();
    expect(status).toBe('finished');
    expect(problems.run?.happened).toContain('NaN');
    expect(results?.methods.find((method) => method.id === 'full-fine-tuning')?.failure).toContain('NaN');
  });

  it('restarts with a changed set-up', async () => {
    const { app, host } = testApp();
    const open = vi.spyOn(host, 'open');
    await app.run.step();
    app.setup.training({ learningRate: 0.01 });
    await app.run.restart();
    expect(open).toHaveBeenCalledTimes(2);
    expect(open.mock.lastCall?.[0].training.learningRate).toBe(0.01);
    expect(app.store.getState().opened).toBe(app.store.getState().experiment);
  });
});
