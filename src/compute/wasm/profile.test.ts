import { expect, it } from 'vitest';
import { tinyConfig } from '../testing/fixtures';
import { openWasmDevice } from './device';

it('finds the time of a step in its kernels, and leaves nothing allocated', async () => {
  const device = await openWasmDevice({ threads: 1 });
  const before = device.memory();
  const config = tinyConfig({ imageSize: 32, patchSize: 8, dim: 128, depth: 4, heads: 4, mlpDim: 512 });
  const trainables = { backbone: 'none', adapters: 'up', classifier: { from: 0, to: 10 } } as const;
  const profile = await device.profile?.({ config, batch: 16, trainables, adapters: { targets: ['k', 'v'], rank: 4 } });
  const groups = profile?.groups ?? [];
  const sum = groups.reduce((total, { milliseconds }) => total + milliseconds, 0);
  // Kernels one by one at their best, against the median of whole steps: near each other, with room for a machine that was busy during the steps.
  expect(sum).toBeGreaterThan(0.1 * (profile?.milliseconds ?? NaN));
  expect(sum).toBeLessThan(1.5 * (profile?.milliseconds ?? NaN));
  // Frozen linear maps need two products each, forward and backward: 12 D² multiplications and additions a token and block.
  const forward = groups.find(({ group }) => group === 'forward');
  expect(forward?.flops).toBeGreaterThan(16 * 3 * (2 * 17 * 12 * 128 ** 2));
  expect(device.memory()).toEqual(before);
  device.dispose();
});
