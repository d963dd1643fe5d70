import { describe, expect, it, vi } from 'vitest';
import { memoryShelf } from '../testing/memory-shelf';
import { syntheticRecord } from '../testing/synthetic-record';
import { testApp, type TestApp } from '../testing/test-app';
import type { FakeSaved } from '../testing/fake-host';
import { rowOf, type KeptRun } from './kept-run';
import { offered } from './kept-runs';

const rows = ({ shelf }: TestApp): readonly KeptRun[] => [...shelf.rows.values()];
const named = (name: string, message: string) => Object.assign(new Error(message), { name });

/** Pauses once `task` (0-based) is being learned. */
async function pausedIn(test: TestApp, task: number): Promise<void> {
  void test.app.run.start();
  await vi.waitFor(() => expect(test.app.store.getState().live?.phase.task).toBe(task), { timeout: 20_000, interval: 1 });
  test.app.run.pause();
  await vi.waitFor(() => expect(rows(test).at(-1)?.bytes.state).toBeGreaterThan(0));
}

/** The same browser after its page was closed: what was kept is there, nothing else is. */
function reopened(test: TestApp, disk: Map<string, FakeSaved>): TestApp {
  const shelf = memoryShelf();
  for (const [id, row] of test.shelf.rows) shelf.rows.set(id, row);
  shelf.record = (id) => test.shelf.record(id);
  return testApp({ shelf, disk });
}

describe('a run as it goes', () => {
  it('stands in the list from its first event, and finished at its end', async () => {
    const test = testApp();
    await test.app.run.start();
    expect(rows(test)).toHaveLength(1);
    expect(rows(test)[0]).toMatchObject({ status: 'finished', tasks: 5, order: 1, bytes: { state: 0 } });
    const { record } = test.app.store.getState();
    expect(await test.shelf.record(rows(test)[0]?.id ?? '')).toEqual(record);
    await test.app.run.start();
    expect(rows(test).map(({ order }) => order)).toEqual([1, 2]);
    expect(test.app.store.getState().runs.list).toHaveLength(2);
  });

  it('is saved every half minute by a clock that nobody can set back, rarer where saving takes long', async () => {
    const test = testApp();
    const keep = test.host.keep.bind(test.host);
    const next = test.host.next.bind(test.host);
    const kept: number[] = [];
    let [now, takes] = [0, 0];
    const pass = (ms: number) => (test.advance(ms), (now += ms));
    vi.spyOn(test.host, 'next').mockImplementation((...values) => (pass(1000), next(...values)));
    vi.spyOn(test.host, 'keep').mockImplementation((id) => (kept.push(now), pass(takes), keep(id)));
    await test.app.run.start();
    const gaps = () => kept.slice(1).map((at, i) => at - (kept[i] ?? 0));
    expect(kept.length).toBeGreaterThan(5);
    // A second a call: what comes next to it.
    expect(Math.max(...gaps())).toBeLessThanOrEqual(31_000);
    const often = kept.splice(0).length;
    takes = 1500;
    await test.app.run.start();
    // A second and a half each time is two percent of 75.
    expect(Math.min(...gaps())).toBeGreaterThanOrEqual(75_000);
    expect(kept.length).toBeLessThan(often);
  });

  it('goes on while it is written, is not saved again before that, and ends only once it is whole on the disk', async () => {
    const test = testApp();
    const [next, keep, kept] = [test.host.next.bind(test.host), test.host.keep.bind(test.host), test.host.kept.bind(test.host)];
    let [now, takes, release] = [0, 0, () => undefined as void];
    vi.spyOn(test.host, 'next').mockImplementation((...values) => (test.advance(1000), (now += 1), next(...values)));
    const took = vi.spyOn(test.host, 'keep').mockImplementation((id) => ((takes += 1), keep(id)));
    vi.spyOn(test.host, 'kept').mockImplementation(async () => {
      // A slow disk: the first state is under way for good, until somebody lets it go.
      if (takes === 1) await new Promise<void>((resolve) => (release = resolve));
      await kept();
    });
    const run = test.app.run.start();
    await vi.waitFor(() => expect(test.app.store.getState().live?.phase.task).toBe(4), { timeout: 20_000, interval: 1 });
    expect([took.mock.calls.length, now > 100]).toEqual([1, true]);
    let over = false;
    void run.then(() => (over = true));
    await vi.waitFor(() => expect(test.app.store.getState().status).toBe('finished'), { timeout: 20_000, interval: 1 });
    expect(over).toBe(false);
    release();
    await run;
    expect(rows(test)).toMatchObject([{ status: 'finished', bytes: { state: 0 } }]);
  });

  it('goes on after the page was closed, to the same end', async () => {
    const disk = new Map<string, FakeSaved>();
    const first = testApp({ disk });
    await pausedIn(first, 2);
    const whole = testApp();
    await whole.app.run.start();

    const second = reopened(first, disk);
    await second.app.runs.welcome();
    const { record, origin, status } = second.app.store.getState();
    expect([origin, status]).toEqual(['kept', 'idle']);
    expect(record?.methods[0]?.results).toHaveLength(2);
    const offer = offered(second.app.store.getState());
    expect(offer?.id).toBe(rows(first)[0]?.id);
    await second.app.runs.goOn(offer?.id ?? '');
    expect(second.app.store.getState()).toMatchObject({ status: 'finished', origin: 'live' });
    expect(second.app.store.getState().record).toEqual(whole.app.store.getState().record);
    expect(second.app.store.getState().runs.list).toHaveLength(1);
    expect(offered(second.app.store.getState())).toBeNull();
  });

  it('is only offered where the page is about something else, and no more once it was declined', async () => {
    const disk = new Map<string, FakeSaved>();
    const first = testApp({ disk });
    await pausedIn(first, 1);
    const second = reopened(first, disk);
    second.app.setup.seed(77);
    await second.app.runs.welcome();
    expect(second.app.store.getState().record).toBeNull();
    const offer = offered(second.app.store.getState());
    expect(offer).not.toBeNull();
    await second.app.runs.settle(offer?.id ?? '');
    expect(offered(second.app.store.getState())).toBeNull();
    expect(second.shelf.rows.get(offer?.id ?? '')?.bytes.state).toBeGreaterThan(0);
  });

  it('belongs to the tab that has it open', async () => {
    const disk = new Map<string, FakeSaved>();
    const first = testApp({ disk });
    await pausedIn(first, 1);
    const second = reopened(first, disk);
    const [id] = [...second.shelf.rows.keys()];
    second.shelf.elsewhere.add(id ?? '');
    await second.app.runs.welcome();
    expect(offered(second.app.store.getState())).toBeNull();
    await second.app.runs.goOn(id ?? '');
    expect(second.app.store.getState().problems.storage?.happened).toContain('another tab');
    expect(second.app.store.getState().status).toBe('idle');
  });

  it('goes on when nothing can be written, says so once, and is kept again when there is room', async () => {
    const test = testApp();
    test.shelf.refuse = named('StorageError', 'No more room.');
    const reports: string[] = [];
    test.app.store.subscribe(({ problems }, before) => {
      if (problems.storage && problems.storage !== before.problems.storage) reports.push(problems.storage.happened);
    });
    await test.app.run.start();
    expect(test.app.store.getState().status).toBe('finished');
    expect(reports).toEqual(['No more room.']);
    expect(test.app.store.getState().runs.trouble).toBe('No more room.');
    test.shelf.refuse = null;
    await test.app.run.start();
    expect(test.app.store.getState().runs.trouble).toBeNull();
    expect(rows(test)).toHaveLength(1);
  });

  it('can go on after the worker broke, without a reload', async () => {
    const disk = new Map<string, FakeSaved>();
    const test = testApp({ disk });
    await pausedIn(test, 2);
    vi.spyOn(test.host, 'next').mockRejectedValueOnce(named('WorkerFailedError', 'The compute worker stopped.'));
    await test.app.run.start();
    expect(test.app.store.getState().status).toBe('failed');
    const offer = offered(test.app.store.getState());
    await test.app.runs.goOn(offer?.id ?? '');
    expect(test.app.store.getState()).toMatchObject({ status: 'finished', record: { status: 'finished' } });
  });

  it('shows why its state cannot be used, and keeps its results on the page', async () => {
    const test = testApp({ failing: { goOn: named('StateFileError', 'The saved state of this run is damaged.') } });
    await pausedIn(test, 2);
    await test.app.run.stop();
    const [row] = rows(test);
    await test.app.run.reset();
    await test.app.runs.show(row?.id ?? '');
    const shown = test.app.store.getState().record;
    await test.app.runs.goOn(row?.id ?? '');
    const { record, problems, status } = test.app.store.getState();
    expect(record).toEqual(shown);
    expect(status).toBe('idle');
    expect(problems.storage?.happened).toContain('damaged');
  });
});

describe('what was on the page', () => {
  it('comes back with Undo of Reset, in the middle of a run too, which can go on', async () => {
    const disk = new Map<string, FakeSaved>();
    const test = testApp({ disk });
    await pausedIn(test, 3);
    const { record } = test.app.store.getState();
    await test.app.run.reset();
    expect(test.app.store.getState().record).toBeNull();
    test.notes.at(-1)?.undo?.();
    expect(test.app.store.getState().record?.methods).toEqual(record?.methods);
    const offer = offered(test.app.store.getState());
    expect(offer?.id).toBe(rows(test)[0]?.id);
    await test.app.runs.goOn(offer?.id ?? '');
    expect(test.app.store.getState().record).toMatchObject({ status: 'finished' });
  });

  it('comes back where the recording stood', async () => {
    const test = testApp({ reducedMotion: false });
    test.app.playback.start('a', 'A', syntheticRecord());
    test.app.playback.step();
    test.app.playback.step();
    const { position } = test.app.store.getState().playback ?? { position: 0 };
    await test.app.run.reset();
    test.app.playback.leave();
    test.notes.at(-1)?.undo?.();
    expect(test.app.store.getState().playback?.position).toBe(position);
    await test.app.run.start();
    test.notes.at(-1)?.undo?.();
    await vi.waitFor(() => expect(test.app.store.getState().playback?.position).toBe(position));
    expect(rows(test)).toHaveLength(1);
  });

  it('stays where Start finds a file missing', async () => {
    const test = testApp({ failing: { loadStream: named('MissingFileError', 'Drop pictures.zip onto the page.') } });
    const record = syntheticRecord();
    await test.app.records.open('own.json', JSON.stringify(record));
    await test.app.run.start();
    const { record: shown, origin, problems, status } = test.app.store.getState();
    expect([shown, origin, status]).toEqual([record, 'loaded', 'idle']);
    expect(problems.stream?.happened).toContain('pictures.zip');
  });
});

describe('the list', () => {
  const kept = async (test: TestApp, ids: readonly string[]) => {
    for (const [i, id] of ids.entries()) {
      const record = syntheticRecord({ seed: i + 1 });
      await test.shelf.put(rowOf(record, { id, order: i + 1 }, { record: 0, state: i === 0 ? 3 : 0 }), record);
    }
    await test.shelf.putState(ids[0] ?? '', new Blob(['abc']));
    await test.app.runList.refresh();
  };

  it('deletes after a while, unless it is undone', async () => {
    const test = testApp();
    await kept(test, ['a', 'b']);
    await test.app.runList.remove('a');
    expect(
      test.app.store
        .getState()
        .runs.list.filter(({ gone }) => !gone)
        .map(({ id }) => id),
    ).toEqual(['b']);
    test.notes.at(-1)?.undo?.();
    test.advance(60_000);
    expect([...test.shelf.rows.keys()]).toEqual(['a', 'b']);
    await test.app.runList.remove('b');
    test.advance(60_000);
    await vi.waitFor(() => expect([...test.shelf.rows.keys()]).toEqual(['a']));
  });

  it('has one reference and the names that it was given', async () => {
    const test = testApp();
    await kept(test, ['a', 'b']);
    await test.app.runList.pin('a');
    await test.app.runList.pin('b');
    await test.app.runList.rename('b', ' with noise ');
    expect(rows(test).map(({ reference, name }) => [reference, name])).toEqual([
      [false, ''],
      [true, 'with noise'],
    ]);
  });

  it('goes to another browser as one file, states included, and doubles nothing', async () => {
    const test = testApp();
    await kept(test, ['a', 'b']);
    const { packRuns } = await import('./run-archive');
    const zip = await packRuns(test.shelf, test.app.store.getState().runs.list);
    const other = testApp();
    await kept(other, ['b']);
    await other.app.runList.importFrom('my-runs.zip', zip);
    expect(other.notes.at(-1)?.text).toContain('1 run was added. Here already: 1.');
    expect(other.app.store.getState().runs.list.map(({ id, order, bytes }) => [id, order, bytes.state])).toEqual([
      ['b', 1, 3],
      ['a', 2, 3],
    ]);
    expect(await other.shelf.record('a')).toEqual(await test.shelf.record('a'));
    expect(await (await other.shelf.state('a'))?.text()).toBe('abc');
    await other.app.runList.importFrom('photo.zip', new Blob(['no zip']));
    expect(other.app.store.getState().problems.storage?.happened).toContain('photo.zip');
  });
});
