import { said } from '../../common/said';
import { describe, expect, it, vi } from 'vitest';
import { applyEvents } from '../../session/fold';
import { writeStateFile } from '../../session/state-file';
import { fakeCourse, fakeExperiment, fakeRun, fakeStream } from '../../session/testing/fakes';
import type { SavedRun } from '../api';
import { keepingCalls } from './calls';
import { memoryRunFiles, type RunFiles } from './run-files';
import { sealing, type WriteState } from './state-writer';
import { StorageError } from './storage-error';

async function saved(): Promise<SavedRun> {
  const { run } = fakeRun(fakeExperiment(), fakeStream(1), () => fakeCourse());
  const events = [];
  for await (const event of run.events()) events.push(event);
  const [record, state] = [applyEvents(null, events), await run.state()];
  if (!record || !state) throw new Error('nothing to save');
  return { record, state };
}

/** Calls over these files, and what was resumed by them. */
function calls(files: RunFiles, run: SavedRun | null = null, write?: WriteState) {
  const resumed: SavedRun[] = [];
  return { resumed, ...keepingCalls({ save: async () => run, resume: async (from) => void resumed.push(from) }, files, write) };
}

describe('keeping a run', () => {
  it('brings back what was kept, and keeps nothing where the run cannot be cut', async () => {
    const run = await saved();
    const files = memoryRunFiles();
    const { keep, kept, goOn, resumed } = calls(files, run);
    const { bytes } = (await keep('a')) ?? { bytes: 0 };
    await kept();
    expect(bytes).toBe(writeStateFile(run).length);
    expect([...(await files.list())]).toEqual([['a', bytes]]);
    await goOn('a');
    expect(resumed).toEqual([run]);
    expect(await calls(files).keep('a')).toBeNull();
  });

  it('goes back to the state before where a crash came while the newest was written', async () => {
    const run = await saved();
    const whole = writeStateFile(run);
    const half = new Blob([whole.slice(0, whole.length >> 1)]);
    const two = { ...memoryRunFiles(), read: async () => [half, new Blob([whole])] };
    const { goOn, resumed } = calls(two);
    await goOn('a');
    expect(resumed).toEqual([run]);
    await expect(calls({ ...two, read: async () => [half] }).goOn('a')).rejects.toThrow(/damaged/);
  });

  it('says so when nothing more can be written', async () => {
    const full = { ...memoryRunFiles(), write: () => Promise.reject(new StorageError(said`full`)) };
    const { keep, kept } = calls(full, await saved());
    expect((await keep('a'))?.bytes).toBeGreaterThan(0);
    await expect(kept()).rejects.toMatchObject({ name: 'StorageError' });
  });

  it('lets the run go on while it is written, writes one after the other, and goes on from what was written last', async () => {
    const files = memoryRunFiles();
    const run = await saved();
    let release = () => undefined as void;
    const slow = new Promise<void>((resolve) => (release = resolve));
    const begun: string[] = [];
    const write = async (id: string, packed: Uint8Array<ArrayBuffer>) => {
      begun.push(id);
      if (begun.length === 1) await slow;
      await sealing(files)(id, packed);
    };
    const { keep, kept, goOn, resumed } = calls(files, run, write);
    await keep('a');
    await keep('b');
    await vi.waitFor(() => expect(begun).toEqual(['a']));
    const going = goOn('b');
    release();
    await kept();
    await going;
    expect([begun, [...(await files.list()).keys()], resumed]).toEqual([['a', 'b'], ['a', 'b'], [run]]);
  });
});
