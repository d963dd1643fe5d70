import { describe, expect, it, vi } from 'vitest';
import { said } from '../../common/said';
import { readStateFile } from '../../session/state-file';
import { memoryRunFiles } from './run-files';
import { StorageError } from './storage-error';
import { sealing, writtenAside, type StateWriter, type WriteState } from './state-writer';

const bytes = () => new Uint8Array(16);
const never = new Promise<never>(() => undefined);
const writer = (write: WriteState, part: Partial<StateWriter> = {}): StateWriter => ({
  write,
  ready: Promise.resolve(),
  failed: never,
  terminate: () => undefined,
  ...part,
});

describe('who writes a state', () => {
  it('seals it: what is packed alone is no state yet', async () => {
    const files = memoryRunFiles();
    const packed = bytes();
    await sealing(files)('a', packed);
    const [file] = await files.read('a');
    // The check sum of zeros is not zero.
    expect(new Uint8Array((await file?.arrayBuffer()) ?? new ArrayBuffer(0)).subarray(-4)).not.toEqual(new Uint8Array(4));
    expect(() => readStateFile(bytes())).toThrow(/damaged/);
  });

  it('is a worker, started once, for the first state', async () => {
    const write = vi.fn<WriteState>(async () => undefined);
    const start = vi.fn(() => writer(write));
    const here = vi.fn<WriteState>();
    const aside = writtenAside(start, here);
    expect(start).not.toHaveBeenCalled();
    await aside('a', bytes());
    await aside('b', bytes());
    expect([start.mock.calls.length, write.mock.calls.map(([id]) => id), here.mock.calls.length]).toEqual([1, ['a', 'b'], 0]);
  });

  it.each<[string, () => StateWriter]>([
    ['cannot be started', () => expect.fail('refused')],
    ['has no script', () => writer(() => never, { ready: never, failed: Promise.reject(new Error('no script')) })],
  ])('is the run itself where a worker %s', async (_, start) => {
    vi.spyOn(console, 'info').mockImplementation(() => undefined);
    const here = vi.fn<WriteState>(async () => undefined);
    const aside = writtenAside(start, here);
    await aside('a', bytes());
    await aside('a', bytes());
    expect(here).toHaveBeenCalledTimes(2);
  });

  it('is the run itself from then on where the worker never starts', async () => {
    vi.useFakeTimers();
    vi.spyOn(console, 'info').mockImplementation(() => undefined);
    const here = vi.fn<WriteState>(async () => undefined);
    const written = writtenAside(() => writer(() => never, { ready: never }), here)('a', bytes());
    await vi.advanceTimersByTimeAsync(30_000);
    await written;
    expect(here).toHaveBeenCalledTimes(1);
    vi.useRealTimers();
  });

  it('is another worker where one hangs in a write, which is told as not saved', async () => {
    vi.useFakeTimers();
    const terminate = vi.fn<() => void>();
    const write = vi.fn<WriteState>(async () => undefined);
    const start = vi
      .fn<() => StateWriter>()
      .mockReturnValueOnce(writer(() => never, { terminate }))
      .mockReturnValue(writer(write));
    const here = vi.fn<WriteState>();
    const aside = writtenAside(start, here);
    const first = aside('a', bytes());
    const told = expect(first).rejects.toThrow(/took longer than a minute/);
    await vi.advanceTimersByTimeAsync(59_000);
    expect(terminate).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    await told;
    expect(terminate).toHaveBeenCalledTimes(1);
    await aside('a', bytes());
    expect([start.mock.calls.length, write.mock.calls.length, here.mock.calls.length]).toEqual([2, 1, 0]);
    vi.useRealTimers();
  });

  it('is the run itself from then on where the worker breaks in the middle of one, which is told as not saved', async () => {
    let breaks = (_: Error) => undefined as void;
    const failed = new Promise<never>((_, reject) => (breaks = reject));
    failed.catch(() => undefined);
    const here = vi.fn<WriteState>(async () => undefined);
    const aside = writtenAside(() => writer(() => never, { failed }), here);
    const first = aside('a', bytes());
    await Promise.resolve();
    breaks(new StorageError(said`out of memory`));
    await expect(first).rejects.toMatchObject({ name: 'StorageError', message: 'out of memory' });
    await aside('a', bytes());
    expect(here).toHaveBeenCalledTimes(1);
  });
});
