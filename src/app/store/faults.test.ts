/** Whatever dies or is full, wherever in a run: at most half a minute is computed again, and the end is the same. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunEvent, RunPhase } from '../../session/events';
import { memoryShelf } from '../testing/memory-shelf';
import { testApp, testExperiment, type TestApp } from '../testing/test-app';
import type { FakeSaved } from '../testing/fake-host';
import { offered } from './kept-runs';

const named = (name: string, message: string) => Object.assign(new Error(message), { name });
/** What a pull takes by the test's clock, and the half minute of the promise. */
const PULL_MS = 1000;
const HALF_MINUTE = 30;

interface Watched extends TestApp {
  readonly disk: Map<string, FakeSaved>;
  pulls: number;
}

type Pull = () => Promise<readonly RunEvent[] | null>;

/** Two tasks, a second a pull. `around`: stands in for a pull of this number. */
function watched(around: (pull: number, go: Pull) => ReturnType<Pull> = (_, go) => go(), before?: Watched): Watched {
  const disk = before?.disk ?? new Map<string, FakeSaved>();
  const shelf = memoryShelf();
  // What the page before it left; its locks died with it.
  for (const [id, row] of before?.shelf.rows ?? []) shelf.rows.set(id, row);
  shelf.dropState = async (id) => void disk.delete(id);
  if (before) shelf.record = (id) => before.shelf.record(id);
  const test = testApp({ disk, shelf, experiment: { ...testExperiment, stream: { ...testExperiment.stream, maxTasks: 2 } } });
  const own = { ...test, disk, pulls: 0 };
  const next = test.host.next.bind(test.host);
  vi.spyOn(test.host, 'next').mockImplementation((...values) => {
    test.advance(PULL_MS);
    return around(++own.pulls, () => next(...values));
  });
  return own;
}

const found = ({ app }: TestApp) => app.store.getState().record?.methods.map(({ results, losses }) => ({ results, losses }));
const goOnOrStart = async ({ app }: TestApp) => {
  const offer = offered(app.store.getState());
  await (offer ? app.runs.goOn(offer.id) : app.run.start());
};

let whole: ReturnType<typeof found>;
let pullsOfAll = 0;
/** Pulls at which a task's phase begins, and the very first. */
const moments: { readonly name: string; readonly pull: number }[] = [{ name: 'before the first event', pull: 1 }];

beforeAll(async () => {
  const seen = new Set<string>();
  const test = watched(async (pull, go) => {
    const events = await go();
    for (const event of events ?? []) {
      if (event.type !== 'phase') continue;
      const name = `in ${event.phase satisfies RunPhase} of task ${event.task + 1}`;
      if (!seen.has(name)) moments.push({ name, pull: pull + 1 });
      seen.add(name);
    }
    return events;
  });
  await test.app.run.start();
  whole = found(test);
  pullsOfAll = test.pulls;
});

it('knows the moments: four phases of two tasks', () => {
  expect(moments.map(({ name }) => name)).toEqual([
    'before the first event',
    ...[1, 2].flatMap((task) => ['gather', 'train', 'consolidate', 'evaluate'].map((phase) => `in ${phase} of task ${task}`)),
  ]);
  expect(pullsOfAll).toBeGreaterThan(2 * HALF_MINUTE);
});

/** Computed twice, in pulls of a second. */
const expectLittleLost = (pulls: number) => expect(pulls - pullsOfAll).toBeLessThanOrEqual(HALF_MINUTE + 1);

describe('what dies in the middle of a run', () => {
  // Moments are known when the tests run: `it.each` would ask before.
  const atEach = async (check: (pull: number, name: string) => Promise<void>) => {
    for (const { pull, name } of moments) await check(pull, name);
  };

  it('the page: the next one offers to go on, and ends alike', () =>
    atEach(async (at, name) => {
      const gone = new Promise<never>(() => undefined);
      const first = watched((pull, go) => (pull >= at ? gone : go()));
      void first.app.run.start();
      await vi.waitFor(() => expect(first.pulls).toBe(at), { timeout: 20_000, interval: 1 });
      const second = watched(undefined, first);
      await second.app.runs.welcome();
      await goOnOrStart(second);
      expect(second.app.store.getState().status, name).toBe('finished');
      expect(found(second), name).toEqual(whole);
      expectLittleLost(at - 1 + second.pulls);
    }));

  it('the worker: the page says so, offers to go on, and ends alike', () =>
    atEach(async (at, name) => {
      const test = watched((pull, go) => (pull === at ? Promise.reject(named('WorkerFailedError', 'The compute worker stopped.')) : go()));
      await test.app.run.start();
      const { status, problems } = test.app.store.getState();
      expect([status, problems.run?.happened], name).toEqual(['failed', 'The compute worker stopped.']);
      await goOnOrStart(test);
      expect(test.app.store.getState().status, name).toBe('finished');
      expect(found(test), name).toEqual(whole);
      expectLittleLost(test.pulls - 1);
    }));

  it('the GPU process: the run goes on by itself, says so, and ends alike', () =>
    atEach(async (at, name) => {
      const test = watched((pull, go) => (pull === at ? Promise.reject(named('DeviceLostError', 'The GPU was reset.')) : go()));
      await test.app.host.prefer('webgpu');
      await test.app.run.start();
      expect(test.app.store.getState(), name).toMatchObject({ status: 'finished', problems: {} });
      expect(
        test.notes.some(({ text }) => text.includes('The GPU was reset.')),
        name,
      ).toBe(true);
      expect(found(test), name).toEqual(whole);
      expectLittleLost(test.pulls - 1);
    }));
});

it('a browser that keeps nothing, as some private windows: told when the run begins, which ends all the same', async () => {
  const test = watched();
  const nothing = named('StorageError', 'This browser keeps nothing of this site.');
  test.shelf.list = () => Promise.reject(nothing);
  test.shelf.put = () => Promise.reject(nothing);
  vi.spyOn(test.host, 'kept').mockRejectedValue(nothing);
  // The list finds out first, where nobody has asked for a run yet.
  await test.app.runs.welcome();
  expect(test.app.store.getState()).toMatchObject({ problems: {}, runs: { trouble: nothing.message } });
  await test.app.run.start();
  expect(test.app.store.getState()).toMatchObject({ status: 'finished', problems: { storage: { happened: nothing.message } } });
  expect(found(test)).toEqual(whole);
});

describe('no more room', () => {
  const full = named('StorageError', 'No more room.');

  /** Writes of the run from the first row to the last record; `fails`: which of them do not succeed. */
  async function writing(fails: (write: number) => boolean) {
    const said: string[] = [];
    let [writes, safe, most] = [0, 0, 0];
    const test: Watched = watched((pull, go) => {
      const [row] = test.shelf.rows.values();
      const saved = row && row.bytes.state > 0 ? test.disk.get(row.id) : undefined;
      if (saved && saved !== last) [last, safe] = [saved, pull - 1];
      most = Math.max(most, pull - 1 - safe);
      return go();
    });
    let last: FakeSaved | null = null;
    const guard = async <T>(write: () => Promise<T>): Promise<T> => {
      if (fails(++writes)) throw full;
      return write();
    };
    const { shelf, host } = test;
    const [put, kept] = [shelf.put.bind(shelf), host.kept.bind(host)];
    shelf.put = (...given) => guard(() => put(...given));
    vi.spyOn(host, 'kept').mockImplementation(() => guard(kept));
    test.app.store.subscribe(({ problems }, { problems: before }) => {
      if (problems.storage && problems.storage !== before.storage) said.push(problems.storage.happened);
    });
    await test.app.run.start();
    expect(test.app.store.getState()).toMatchObject({ status: 'finished', record: { status: 'finished' } });
    expect(found(test)).toEqual(whole);
    return { test, said, writes, lost: most };
  }

  it('at one write, whichever it is: told once, and at most half a minute is ever at stake', async () => {
    const { writes } = await writing(() => false);
    expect(writes).toBeGreaterThan(8);
    for (let n = 1; n <= writes; n++) {
      const { test, said, lost } = await writing((write) => write === n);
      expect(said, `write ${n} of ${writes}`).toEqual(['No more room.']);
      expect(lost, `write ${n} of ${writes}`).toBeLessThanOrEqual(HALF_MINUTE + 1);
      const [row] = test.shelf.rows.values();
      if (n < writes) expect([row, test.disk.size]).toMatchObject([{ status: 'finished', bytes: { state: 0 } }, 0]);
      // The last record: what was saved before it stays, and goes on.
      else expect([row?.status, test.disk.size]).toEqual(['running', 1]);
      expect(test.app.store.getState().runs.trouble).toBe(n < writes ? null : 'No more room.');
    }
  });

  it('from one write on: told once, the run ends all the same, and what was saved before stays', async () => {
    const { writes } = await writing(() => false);
    for (let n = 1; n <= writes; n++) {
      const { test, said } = await writing((write) => write >= n);
      expect(said, `from write ${n} of ${writes} on`).toEqual(['No more room.']);
      expect(test.app.store.getState().runs.trouble).toBe('No more room.');
      const [row] = test.shelf.rows.values();
      expect(row?.status, `from write ${n} of ${writes} on`).toBe(n === 1 ? undefined : 'running');
    }
  });

  it('for states alone: told once, and the results are kept task by task', async () => {
    const said: string[] = [];
    const kept: number[] = [];
    const test: Watched = watched((_pull, go) => go());
    vi.spyOn(test.host, 'kept').mockRejectedValue(full);
    const put = test.shelf.put.bind(test.shelf);
    test.shelf.put = (row, record) => {
      kept.push(Math.max(0, ...record.methods.map(({ results }) => results.length)));
      return put(row, record);
    };
    test.app.store.subscribe(({ problems }, { problems: before }) => {
      if (problems.storage && problems.storage !== before.storage) said.push(problems.storage.happened);
    });
    await test.app.run.start();
    expect(found(test)).toEqual(whole);
    expect(said).toEqual(['No more room.']);
    expect([kept.includes(1), Math.max(...kept)]).toEqual([true, whole?.[0]?.results.length]);
    expect([...test.shelf.rows.values()]).toMatchObject([{ status: 'finished', bytes: { state: 0 } }]);
  });
});
