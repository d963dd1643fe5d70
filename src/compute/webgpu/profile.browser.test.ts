import { expect, it } from 'vitest';
import { tinyConfig } from '../testing/fixtures';
import { openWebgpuDevice } from './device';

it('times every group of kernels of a step', async () => {
  const device = await openWebgpuDevice();
  const trainables = { backbone: 'all', adapters: 'none', classifier: { from: 0, to: 10 } } as const;
  const profile = await device.profile?.({ config: tinyConfig(), batch: 3, trainables, adapters: null });
  expect(profile?.groups.map(({ group }) => group)).toEqual([
    ...['forward', 'inputGradients', 'weightGradients', 'attention', 'attentionBackward', 'norms', 'optimiser', 'rest'],
  ]);
  expect(profile?.groups.every(({ milliseconds }) => Number.isFinite(milliseconds) && milliseconds >= 0)).toBe(true);
  expect(profile?.groups.find(({ group }) => group === 'forward')?.milliseconds).toBeGreaterThan(0);
  device.dispose();
});
