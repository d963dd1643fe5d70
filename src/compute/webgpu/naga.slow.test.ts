import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ensureWebgpu, lavapipe } from '../../../scripts/gpu/tools.mjs';
import { allForms, GPU_CHOICE, SOFTWARE_CHOICE } from './table';
import { stepKernels } from './testing/step-kernels';

const SCRIPT = `
const adapter = await navigator.gpu.requestAdapter();
const device = await adapter?.requestDevice();
const rejected = [];
for (const { code } of device ? JSON.parse(Deno.readTextFileSync(Deno.args[0])) : []) {
  device.pushErrorScope('validation');
  device.createShaderModule({ code });
  const error = await device.popErrorScope();
  if (error) rejected.push(error.message);
}
console.log(JSON.stringify(device ? rejected : null));
Deno.exit(0);`;

/** Deno, which has the WebGPU of Firefox and its compiler naga, and a driver; or why they cannot be had: no network, another system than Debian's. */
function tools(): { readonly deno: string; readonly driver: Record<string, string>; readonly lacking: string } {
  try {
    return { deno: ensureWebgpu().deno, driver: lavapipe(8), lacking: '' };
  } catch (error) {
    return { deno: '', driver: {}, lacking: String(error) };
  }
}
const { deno, driver, lacking } = tools();

it.skipIf(lacking !== '')(`naga accepts every kernel${lacking && ` (skipped: ${lacking})`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'naga-'));
  const file = join(folder, 'kernels.json');
  // Without subgroups, which naga does not admit yet and Firefox does not offer.
  const kernels = stepKernels([GPU_CHOICE, { ...GPU_CHOICE, products: allForms('8x8') }, SOFTWARE_CHOICE]);
  writeFileSync(file, JSON.stringify(kernels));
  writeFileSync(join(folder, 'check.js'), SCRIPT);
  const { stdout } = spawnSync(deno, ['run', '-A', '--unstable-webgpu', join(folder, 'check.js'), file], {
    encoding: 'utf8',
    env: { ...process.env, ...driver },
  });
  rmSync(folder, { recursive: true });
  expect(kernels.length).toBeGreaterThan(60);
  expect(JSON.parse(stdout.trim().split('\n').at(-1) || 'null')).toEqual([]);
});
