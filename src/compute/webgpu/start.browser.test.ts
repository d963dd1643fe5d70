import { describe, expect, it } from 'vitest';
import { productSpeed, SMALL_PRODUCT } from '../plan/speed';
import { remembered } from '../remembered';
import { requestGpu } from '../tfjs/gpu';
import { openWebgpuExecutor } from './device';
import { WebgpuExecutor } from './executor';
import { GPU_CHOICE, type KernelChoice } from './table';
import { fastest, tunedChoice } from './tune';

const isString = (value: unknown): value is string => typeof value === 'string';

describe('at start-up', () => {
  it('takes the fastest kernels of products, and remembers them by adapter', async () => {
    const { device: gpu } = await requestGpu();
    const info = { kind: 'webgpu', engine: 'plan', name: 'test', software: false, threads: 1 } as const;
    const opened: KernelChoice[] = [];
    const open = (choice: KernelChoice): WebgpuExecutor => {
      opened.push(choice);
      return new WebgpuExecutor(gpu, info, choice);
    };
    // Which is fastest here depends on what else the machine does: only that all three run is asked of it.
    const speeds: number[] = [];
    await fastest(async (choice) => {
      const speed = await productSpeed(open(choice), { m: 64, n: 64, k: 64 });
      speeds.push(speed);
      return speed;
    });
    expect(speeds).toEqual([expect.any(Number), expect.any(Number), expect.any(Number)]);
    expect(opened).toHaveLength(3);
    const name = `an adapter ${Math.random()}`;
    await remembered(`kernels 1, ${name}`, isString, async () => 'large tiles');
    expect(await tunedChoice({ name, software: false }, 32, open)).toEqual({ ...GPU_CHOICE, wantedGroups: 24, lanes: 32 });
    expect(opened).toHaveLength(3);
    gpu.destroy();
  });

  it('prefers tiles unless others gain a tenth, and passes over kernels that do not run', async () => {
    const ofSpeeds = async (tiles: number, large: number, registers: number): Promise<string> =>
      fastest(async ({ gemm, wantedGroups }) => {
        const speed = gemm === 'registers' ? registers : wantedGroups === GPU_CHOICE.wantedGroups ? tiles : large;
        if (speed === 0) throw new Error('lost');
        return speed;
      });
    expect(await ofSpeeds(100, 109, 105)).toBe('tiles');
    expect(await ofSpeeds(100, 120, 125)).toBe('large tiles');
    expect(await ofSpeeds(100, 120, 140)).toBe('registers');
    expect(await ofSpeeds(0, 50, 0)).toBe('large tiles');
    expect(await ofSpeeds(0, 0, 0)).toBe('tiles');
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
