import { describe, expect, it } from 'vitest';
import { productSpeed, SMALL_PRODUCT } from '../plan/speed';
import { remembered } from '../remembered';
import { tinyConfig } from '../testing/fixtures';
import { requestGpu } from '../tfjs/gpu';
import { openWebgpuExecutor } from './device';
import { WebgpuExecutor } from './executor';
import { GPU_CHOICE } from './table';
import { tunedProducts } from './tune';

const isString = (value: unknown): value is string => typeof value === 'string';

describe('at start-up', () => {
  it('takes kernels of products by measuring a model’s, remembers them, and measures again when asked', async () => {
    const { device: gpu } = await requestGpu();
    const info = { kind: 'webgpu', engine: 'plan', name: 'test', software: false, threads: 1 } as const;
    const where = `an adapter ${Math.random()}`;
    let measured = 0;
    const executor = new WebgpuExecutor(gpu, info, GPU_CHOICE, (config, choice, time, again) => {
      const counted: typeof time = (...of) => (measured++, time(...of));
      return tunedProducts(config, choice, where, counted, again);
    });
    // Which is fastest here depends on what else the machine does.
    const first = await executor.suit(tinyConfig(), false);
    expect(measured).toBeGreaterThan(0);
    expect(executor.choice).toEqual({ ...GPU_CHOICE, products: first });
    const before = measured;
    expect(await executor.suit(tinyConfig(), false)).toEqual(first);
    expect(measured).toBe(before);
    await executor.suit(tinyConfig(), true);
    expect(measured).toBeGreaterThan(before);
    expect(executor.memory().buffers).toBe(0);
    executor.dispose();
  });

  it('asks again for what it does not remember, or remembers as something else', async () => {
    const name = `a finding ${Math.random()}`;
    const found = ['first', 'second'];
    const find = async (): Promise<string> => found.shift() ?? '';
    expect([await remembered(name, isString, find), await remembered(name, isString, find)]).toEqual(['first', 'first']);
    const isNumber = (value: unknown): value is number => typeof value === 'number';
    expect(await remembered(name, isNumber, async () => 7)).toBe(7);
    expect(await remembered(name, isNumber, async () => 8)).toBe(7);
    expect(await remembered(name, isNumber, async () => 9, true)).toBe(9);
  });

  it('measures a small product', async () => {
    const executor = await openWebgpuExecutor();
    const before = executor.memory();
    expect(await productSpeed(executor, SMALL_PRODUCT)).toBeGreaterThan(0);
    expect(executor.memory()).toEqual(before);
    executor.dispose();
  });
});
