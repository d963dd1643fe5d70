import { inEnglish } from '../../common/testing/in-english';
import { expect, it, vi } from 'vitest';
import { openWebgpuDevice } from './device';
import { WebgpuExecutor } from './executor';
import { SOFTWARE_CHOICE } from './table';

it('where halves do not come through the adapter unchanged, the device says that it does without', async () => {
  // An adapter that makes zeros of what it reads.
  const copy = vi.spyOn(WebgpuExecutor.prototype, 'copy').mockImplementation(function (this: WebgpuExecutor, { size }) {
    return this.create('f32', size);
  });
  const device = await openWebgpuDevice({ ...SOFTWARE_CHOICE, halves: true }).finally(() => copy.mockRestore());
  expect(inEnglish(device.info.notes)).toEqual([
    expect.stringMatching(/^Weights stored as halves are left out\. .* the half .* is read as 0$/),
  ]);
  device.dispose();
});
