import { describe, expect, it } from 'vitest';
import { openWebgpuDevice } from './device';
import { GPU_CHOICE } from './table';

describe('at start-up', () => {
  it('kernels with subgroups that compute wrongly give way to plain ones, and the device says so', async () => {
    // SwiftShader's subgroups have four lanes: sums over eight miss half of a row.
    const device = await openWebgpuDevice({ ...GPU_CHOICE, lanes: 8, halves: false });
    expect(device.info.notes).toEqual([expect.stringMatching(/^Kernels with subgroups are left out\. The self-check failed/)]);
    device.dispose();
  });
});
