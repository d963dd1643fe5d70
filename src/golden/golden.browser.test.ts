import { commands } from 'vitest/browser';
import { describe, expect, it } from 'vitest';
import type { ComputeDevice } from '../compute/backbone';
import { createLinearAlgebra } from '../compute/linalg/create';
import { openWasmDevice } from '../compute/wasm/device';
import { openWebgpuDevice } from '../compute/webgpu/device';
import { compareGolden, type GoldenOptions } from './golden';

const FOLDER = '../shared/golden';
const MINUTES = 60_000;

const reader =
  (folder: string) =>
  async (name: string): Promise<Uint8Array> => {
    const binary = atob(await commands.readFile(`${FOLDER}/${folder}/${name}`, { encoding: 'base64' }));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  };
const present = await reader('inflora')('data.safetensors').then(
  () => true,
  () => false,
);

async function rowsOf(open: () => Promise<ComputeDevice>, scenario: string, options: GoldenOptions = {}, folder = 'inflora') {
  const device = await open();
  try {
    const run = compareGolden(reader(folder), scenario, device, createLinearAlgebra(), options);
    let step = await run.next();
    while (!step.done) step = await run.next();
    return step.value.rows;
  } finally {
    device.dispose();
  }
}

describe.skipIf(!present)('golden comparison in the browser', () => {
  // One task on WebGPU keeps a software GPU's time in bounds; `lab golden … --device webgpu` runs them all.
  it.each([
    {
      device: 'WebGPU',
      open: () => openWebgpuDevice(),
      options: { tasks: 1 },
      expected: ['forward', 'cov_post', 'BtB', 'first gradients of A', 'dW', 'loss', 'gpm_projector', 'test_logits'],
    },
    {
      device: 'WASM',
      open: () => openWasmDevice(),
      options: {},
      expected: ['forward', 'cov_post', 'BtB', 'dW', 'loss', 'gpm_projector', 'test_logits', 'accuracy matrix'],
    },
  ])(
    'b_adam is within all marks on $device',
    async ({ open, options, expected }) => {
      const rows = await rowsOf(open, 'b_adam', options);
      expect(rows.filter(({ passed }) => !passed)).toEqual([]);
      const counted = rows.map(({ quantity }) => quantity);
      for (const quantity of expected) expect(counted).toContain(quantity);
    },
    20 * MINUTES,
  );

  it('ranpac is within all marks on WebGPU', async () => {
    const rows = await rowsOf(() => openWebgpuDevice(), 'ranpac', {}, 'rivals');
    expect(rows.filter(({ passed }) => !passed)).toEqual([]);
    expect(rows.map(({ quantity }) => quantity)).toContain('weights');
  });
});
