import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'vitest';
import { checkDeitTiny, DEIT_TINY } from '../testing/deit-tiny';
import { openTfjsWasm } from './device-wasm';

describe.skipIf(!existsSync(DEIT_TINY))('DeiT-tiny against PyTorch', () => {
  it('classifies alike on WASM', async ({ annotate }) => {
    const device = await openTfjsWasm();
    const worst = await checkDeitTiny(device, async (path) => new Uint8Array(await readFile(`${DEIT_TINY}/${path}`)));
    await annotate(`largest logit difference ${worst.toExponential(2)}`);
    device.dispose();
  });
});
