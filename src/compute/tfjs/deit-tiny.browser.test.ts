import { describe, it } from 'vitest';
import { commands } from 'vitest/browser';
import { checkDeitTiny, DEIT_TINY } from '../testing/deit-tiny';
import { openTfjsWebgpu } from './device-webgpu';

/** From this file to the root of the repository. */
const ROOT = '../../..';

async function read(path: string): Promise<Uint8Array> {
  const base64 = await commands.readFile(`${ROOT}/${DEIT_TINY}/${path}`, 'base64');
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

describe('DeiT-tiny against PyTorch', () => {
  it('classifies alike on WebGPU', async ({ annotate, skip }) => {
    const there = await read('golden/golden.json').then(
      () => true,
      () => false,
    );
    skip(!there, `${DEIT_TINY} is absent`);
    const device = await openTfjsWebgpu();
    const worst = await checkDeitTiny(device, read);
    await annotate(`largest logit difference ${worst.toExponential(2)}`);
    device.dispose();
  });
});
