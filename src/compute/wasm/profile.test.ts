import { expect, it } from 'vitest';
import { tinyConfig } from '../testing/fixtures';
import { openWasmDevice } from './device';

it('times the kernels of a step, and leaves nothing allocated', async () => {
  const device = await openWasmDevice({ threads: 1 });
  const before = device.memory();
  const config = tinyConfig({ imageSize: 32, patchSize: 8, dim: 128, depth: 4, heads: 4, mlpDim: 512 });
  const trainables = { backbone: 'none', adapters: 'up', classifier: { from: 0, to: 10 } } as const;
  const profile = await device.profile?.({ config, batch: 16, trainables, adapters: { targets: ['k', 'v'], rank: 4 } });
  const groups = profile?.groups ?? [];
  expect(groups.every(({ milliseconds }) => milliseconds >= 0)).toBe(true);
  // Frozen linear maps need two products each, forward and backward: 12 D² multiplications and additions a token and block.
  const forward = groups.find(({ group }) => group === 'forward');
  expect(forward?.flops).toBeGreaterThan(16 * 3 * (2 * 17 * 12 * 128 ** 2));
  expect(device.memory()).toEqual(before);
  device.dispose();
});
