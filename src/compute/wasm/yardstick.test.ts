import { expect, it } from 'vitest';
import { YARDSTICK } from '../yardstick';
import { openWasmDevice } from './device';

it('measures what there is patience for, says why it leaves out the rest, and leaves nothing allocated', async () => {
  const device = await openWasmDevice({ threads: 1 });
  const before = device.memory();
  const found = await device.yardstick?.({ patience: 700 });
  expect(found?.products.length).toBeGreaterThan(0);
  expect(found?.dispatch).toBeGreaterThanOrEqual(0);
  expect(found?.steps.map(({ name }) => name)).toEqual(YARDSTICK.map(({ name }) => name));
  // 2 TFLOP take any two cores longer than that.
  expect(found?.steps.find(({ name, batch }) => name === 'ViT-B/16' && batch === 32)).toMatchObject({ because: 'time' });
  expect(device.memory()).toEqual(before);
  device.dispose();
});
