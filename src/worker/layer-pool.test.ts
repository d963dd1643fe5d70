import { describe, expect, it, vi } from 'vitest';
import type { LayerWork } from '../continual/layer-work';
import { pooledLayers, type LayerWorker } from './layer-pool';

const answer = (freeRank: number) => ({ down: new Float64Array(0), freeRank, singularValues: new Float64Array(0) });
const choices = { rank: 1, projection: 'none', scaleDown: false } as const;
const notAsked = () => Promise.reject(new Error('not asked'));
const fallback: LayerWork = { lanes: 1, design: async () => answer(-1), remember: notAsked };

/** Workers whose answers are given by hand. */
function workers() {
  const open: ((rank: number) => void)[] = [];
  const started: { terminated: boolean; fail: (error: Error) => void }[] = [];
  const start = (): LayerWorker => {
    let fail: (error: Error) => void = () => undefined;
    const failed = new Promise<never>((_, reject) => (fail = reject));
    failed.catch(() => undefined);
    const self = { terminated: false, fail };
    started.push(self);
    return {
      work: { design: () => new Promise((resolve) => open.push((rank) => resolve(answer(rank)))), remember: notAsked },
      failed,
      terminate: () => void (self.terminated = true),
    };
  };
  return { open, started, start };
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
const ask = (pool: LayerWork) => pool.design(new Float32Array(1), 1, null, choices);

describe('layers in several workers', () => {
  it('are worked out so many at a time, and workers are used again', async () => {
    const { open, started, start } = workers();
    const pool = pooledLayers(start, fallback, 2);
    const results = [ask(pool), ask(pool), ask(pool)];
    await settle();
    expect([started.length, open.length]).toEqual([2, 2]);
    open[1]?.(7);
    await settle();
    expect([started.length, open.length]).toEqual([2, 3]);
    open[0]?.(6);
    open[2]?.(8);
    expect((await Promise.all(results)).map(({ freeRank }) => freeRank)).toEqual([6, 7, 8]);
  });

  it('are done here when a worker breaks, those that wait as well', async () => {
    const told = vi.spyOn(console, 'info').mockImplementation(() => undefined);
    const { open, started, start } = workers();
    const pool = pooledLayers(start, fallback, 2);
    const results = [ask(pool), ask(pool), ask(pool)];
    await settle();
    started[0]?.fail(new Error('no script'));
    await settle();
    open[1]?.(5);
    expect((await Promise.all(results)).map(({ freeRank }) => freeRank)).toEqual([-1, 5, -1]);
    expect(started[0]?.terminated).toBe(true);
    expect((await ask(pool)).freeRank).toBe(-1);
    expect(told).toHaveBeenCalledOnce();
    told.mockRestore();
  });

  it('pass on what is wrong with the data, and go on', async () => {
    let broken = true;
    const start = (): LayerWorker => ({
      work: { design: async () => (broken ? Promise.reject(new Error('not finite')) : answer(3)), remember: notAsked },
      failed: new Promise<never>(() => undefined),
      terminate: () => undefined,
    });
    const pool = pooledLayers(start, fallback, 2);
    await expect(ask(pool)).rejects.toThrow('not finite');
    broken = false;
    expect((await ask(pool)).freeRank).toBe(3);
  });

  it('stay on the thread where there is one core', () => {
    expect(pooledLayers(workers().start, fallback, 1)).toBe(fallback);
  });

  it('let idle workers go', async () => {
    vi.useFakeTimers();
    const { open, started, start } = workers();
    const pool = pooledLayers(start, fallback, 2);
    const result = ask(pool);
    await vi.advanceTimersByTimeAsync(1);
    open[0]?.(1);
    await result;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(started[0]?.terminated).toBe(true);
    vi.useRealTimers();
  });
});
