import { inEnglish } from '../../common/testing/in-english';
import { describe, expect, it, vi } from 'vitest';
import { openWebgpuDevice } from './device';
import { GPU_CHOICE } from './table';
import type * as rows from './kernels/rows';

// Subgroups that hand nothing to each other.
vi.mock('./kernels/rows', async (original) => {
  const actual = await original<typeof rows>();
  return {
    rowWalk: (choice: rows.RowChoice): rows.RowWalk => {
      const { frame, ...walk } = actual.rowWalk(choice);
      return { ...walk, frame: { ...frame, declarations: frame.declarations?.replace('subgroupAdd(x)', 'x') ?? '' } };
    },
  };
});

describe('at start-up', () => {
  it('kernels with subgroups that compute wrongly give way to plain ones, and the device says so', async () => {
    const device = await openWebgpuDevice({ ...GPU_CHOICE, subgroups: { least: 4, most: 4 }, halves: false });
    expect(inEnglish(device.info.notes)).toEqual([expect.stringMatching(/^Kernels with subgroups are left out\. The self-check failed/)]);
    device.dispose();
  });
});
