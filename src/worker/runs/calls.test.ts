import { said } from '../../common/said';
import { describe, expect, it } from 'vitest';
import { applyEvents } from '../../session/fold';
import { writeStateFile } from '../../session/state-file';
import { fakeCourse, fakeExperiment, fakeRun, fakeStream } from '../../session/testing/fakes';
import type { SavedRun } from '../api';
import { keepingCalls } from './calls';
import { memoryRunFiles, type RunFiles } from './run-files';
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
function calls(files: RunFiles, run: SavedRun | null = null) {
  const resumed: SavedRun[] = [];
  return { resumed, ...keepingCalls({ save: async () => run, resume: async (from) => void resumed.push(from) }, files) };
}

describe('keeping a run', () => {
  it('brings back what was kept, and keeps nothing where the run cannot be cut', async () => {
    const run = await saved();
    const files = memoryRunFiles();
    const { keep, goOn, resumed } = calls(files, run);
    const { bytes } = (await keep('a')) ?? { bytes: 0 };
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
    await expect(calls(full, await saved()).keep('a')).rejects.toMatchObject({ name: 'StorageError' });
  });
});
