import { describe, expect, it } from 'vitest';
import { openWebgpuDevice } from '../compute/webgpu/device';
import { present, rowsOf } from './testing/in-browser';

const MINUTES = 60_000;

describe.skipIf(!present)('golden comparison on WebGPU', () => {
  // One task keeps a software GPU's time in bounds; `lab golden … --device webgpu` runs them all.
  it(
    'b_adam is within all marks',
    async () => {
      const rows = await rowsOf(() => openWebgpuDevice(), 'b_adam', { tasks: 1 });
      expect(rows.filter(({ passed }) => !passed)).toEqual([]);
      const counted = rows.map(({ quantity }) => quantity);
      for (const quantity of ['forward', 'cov_post', 'BtB', 'first gradients of A', 'dW', 'loss', 'gpm_projector', 'test_logits'])
        expect(counted).toContain(quantity);
    },
    20 * MINUTES,
  );

  it.each([
    ['ranpac', 'test_logits'],
    ['l2p', 'test logits'],
    ['l2p_batchwise', 'test logits'],
    ['dualprompt', 'test logits'],
    ['coda', 'test logits'],
    ['lae', 'averaged adapter'],
    ['sdlora', 'magnitudes'],
    ['sdlora_kept', 'magnitudes'],
    ['clora', 'test logits'],
    ['olora', 'test logits'],
    ['ewc', 'test logits'],
    ['ewc_online', 'test logits'],
    ['gpm', 'test logits'],
    ['slca', 'alignment loss'],
    ['er', 'images kept'],
    ['lwf', 'weights'],
    ['derpp', 'stored logits'],
  ])(
    '%s is within all marks',
    async (name, quantity) => {
      const names = ['sdlora/sdlora_kept.json', 'ewc/ewc_online.json'];
      const rows = await rowsOf(() => openWebgpuDevice(), name, { names }, 'rivals');
      expect(rows.filter(({ passed }) => !passed)).toEqual([]);
      expect(rows.map((row) => row.quantity)).toContain(quantity);
    },
    20 * MINUTES,
  );
});
