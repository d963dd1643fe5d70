import { describe, expect, it } from 'vitest';
import { openWasmDevice } from '../compute/wasm/device';
import { present, rowsOf } from './testing/in-browser';

describe.skipIf(!present)('golden comparison in the browser', () => {
  it('b_adam is within all marks on WASM', async () => {
    const rows = await rowsOf(() => openWasmDevice(), 'b_adam');
    expect(rows.filter(({ passed }) => !passed)).toEqual([]);
    const counted = rows.map(({ quantity }) => quantity);
    for (const quantity of ['forward', 'cov_post', 'BtB', 'dW', 'loss', 'gpm_projector', 'test_logits', 'accuracy matrix'])
      expect(counted).toContain(quantity);
  });
});
