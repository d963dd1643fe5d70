import { describe, it } from 'vitest';
import { commands } from 'vitest/browser';
import { checkDeitTiny, DEIT_TINY } from '../testing/deit-tiny';
import { openTfjsWebgpu } from './device-webgpu';

async function read(path: string): Promise<Uint8Array> {
  const base64 = await commands.readFile(`${DEIT_TINY}/${path}`, { encoding: 'base64' });
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

const present = await read('golden/golden.json').then(
  () => true,
  () => false,
);

describe.skipIf(!present)('DeiT-tiny against PyTorch', () => {
  // One image: a software GPU takes its time, and the others differ in nothing but their pixels.
  it('classifies alike on WebGPU', async ({ annotate }) => {
    const device = await openTfjsWebgpu();
    const worst = await checkDeitTiny(device, read, { images: 1 });
    await annotate(`largest logit difference ${worst.toExponential(2)}`);
    device.dispose();
  }, 600_000);
});
