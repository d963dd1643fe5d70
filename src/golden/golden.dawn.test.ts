import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLinearAlgebra } from '../compute/linalg/create';
import { openAsCard } from '../compute/webgpu/testing/choice-here';
import { compareGolden } from './golden';

const folder = join('..', 'shared', 'golden', 'inflora');

describe.skipIf(!existsSync(folder))('golden comparison with kernels for GPUs', () => {
  it('b_adam, one task, is within all marks', async () => {
    const device = await openAsCard();
    try {
      const read = async (name: string) => new Uint8Array(await readFile(join(folder, name)));
      const run = compareGolden(read, 'b_adam', device, createLinearAlgebra(), { tasks: 1 });
      let step = await run.next();
      while (!step.done) step = await run.next();
      const { rows } = step.value;
      expect(rows.filter(({ passed }) => !passed)).toEqual([]);
      expect(rows.map(({ quantity }) => quantity)).toEqual(expect.arrayContaining(['forward', 'cov_post', 'dW', 'loss', 'test_logits']));
    } finally {
      device.dispose();
    }
  });
});
