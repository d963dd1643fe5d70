import { describe, expect, it } from 'vitest';
import { productSpeed, SMALL_PRODUCT } from '../plan/speed';
import { remembered } from '../remembered';
import { requestGpu } from '../tfjs/gpu';
import { openWebgpuDevice, openWebgpuExecutor } from './device';
import { WebgpuExecutor } from './executor';
import { GPU_CHOICE, type KernelChoice } from './table';
import { fastest, tunedChoice } from './tune';

const isString = (value: unknown): value is string => typeof value === 'string';

describe('at start-up', () => {
  it('kernels with subgroups that compute wrongly give way to plain ones, and the device says so', async () => {
    // SwiftShader's subgroups have four lanes: sums over eight miss half of a row.
    const device = await openWebgpuDevice({ ...GPU_CHOICE, lanes: 8 });
    expect(device.info.notes).toEqual([expect.stringMatching(/^Kernels with subgroups are left out\. The self-check failed/)]);
    device.dispose();
  });

  it('takes the fastest kernels of products, and remembers them by adapter', async () => {
    const { device: gpu } = await requestGpu();
    const info = { kind: 'webgpu', engine: 'plan', name: 'test', software: false, threads: 1 } as const;
    const tried: KernelChoice[] = [];
    const open = (choice: KernelChoice): WebgpuExecutor => {
      tried.push(choice);
      return new WebgpuExecutor(gpu, info, choice);
    };
    // Barriers and workgroup memory cost a processor dearly.
    expect(await fastest(open, { m: 64, n: 64, k: 64 })).toBe('registers');
    expect(tried).toHaveLength(3);
    const name = `an adapter ${Math.random()}`;
    await remembered(`kernels 1, ${name}`, isString, async () => 'large tiles');
    expect(await tunedChoice({ name, software: false }, 32, open)).toEqual({ ...GPU_CHOICE, wantedGroups: 24, lanes: 32 });
    expect(tried).toHaveLength(3);
    gpu.destroy();
  });

  it('asks again for what it does not remember, or remembers as something else', async () => {
    const name = `a finding ${Math.random()}`;
    const found = ['first', 'second'];
    const find = async (): Promise<string> => found.shift() ?? '';
    expect([await remembered(name, isString, find), await remembered(name, isString, find)]).toEqual(['first', 'first']);
    const isNumber = (value: unknown): value is number => typeof value === 'number';
    expect(await remembered(name, isNumber, async () => 7)).toBe(7);
  });

  it('measures a small product', async () => {
    const executor = await openWebgpuExecutor();
    const before = executor.memory();
    expect(await productSpeed(executor, SMALL_PRODUCT)).toBeGreaterThan(0);
    expect(executor.memory()).toEqual(before);
    executor.dispose();
  });
});
