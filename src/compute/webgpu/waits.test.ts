import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { measureWait, Nudges } from './waits';

describe('waiting for a GPU', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('takes the better of two waits for nothing', async () => {
    const times = [0, 100, 100, 190];
    const queue = { submit: () => undefined, onSubmittedWorkDone: () => Promise.resolve(undefined) };
    expect(await measureWait(queue as unknown as GPUQueue, () => times.shift() ?? NaN)).toBe(90);
  });

  it.each([
    ['a browser that looks every 100 ms is nudged while somebody waits, and then no more', 100, 4],
    ['a browser that hears of it is left alone', 1, 0],
  ])('%s', (_, waited, expected) => {
    let busy = true;
    const submit = vi.fn();
    const nudges = new Nudges({ submit }, waited, () => busy);
    nudges.wake();
    nudges.wake();
    vi.advanceTimersByTime(16);
    expect(submit).toHaveBeenCalledTimes(expected);
    busy = false;
    vi.advanceTimersByTime(100);
    expect(submit).toHaveBeenCalledTimes(expected);
    expect(vi.getTimerCount()).toBe(0);
    busy = true;
    nudges.wake();
    vi.advanceTimersByTime(8);
    expect(submit).toHaveBeenCalledTimes(expected + expected / 2);
    nudges.stop();
  });
});
