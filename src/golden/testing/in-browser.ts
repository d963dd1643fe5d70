/** Golden comparisons in a browser, with recordings that lie beside the repository. */
import { commands } from 'vitest/browser';
import type { ComputeDevice } from '../../compute/backbone';
import { createLinearAlgebra } from '../../compute/linalg/create';
import { compareGolden, type GoldenOptions } from '../golden';

const FOLDER = '../shared/golden';

const reader =
  (folder: string) =>
  async (name: string): Promise<Uint8Array> => {
    const binary = atob(await commands.readFile(`${FOLDER}/${folder}/${name}`, { encoding: 'base64' }));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  };
export const present = await reader('inflora')('data.safetensors').then(
  () => true,
  () => false,
);

export async function rowsOf(open: () => Promise<ComputeDevice>, scenario: string, options: GoldenOptions = {}, folder = 'inflora') {
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
