import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { plannedTraining } from '../plan/memory';
import { tinyConfig } from '../testing/fixtures';
import { lower } from './lower';
import { allForms, GPU_CHOICE, SOFTWARE_CHOICE } from './table';

/** Deno has the WebGPU of Firefox built in, and with it the compiler naga. */
const deno = [process.env['DENO_PATH'] ?? '', 'node_modules/.bin/deno'].find((path) => existsSync(path));

const SCRIPT = `
const adapter = await navigator.gpu.requestAdapter();
const device = await adapter?.requestDevice();
const rejected = [];
for (const code of device ? JSON.parse(Deno.readTextFileSync(Deno.args[0])) : []) {
  device.pushErrorScope('validation');
  device.createShaderModule({ code });
  const error = await device.popErrorScope();
  if (error) rejected.push(error.message);
}
console.log(JSON.stringify(device ? rejected : null));
Deno.exit(0);`;

const classifier = { from: 0, to: 10 };
const MODELS = [
  { trainables: { backbone: 'none', adapters: 'both', classifier }, adapters: { targets: ['k', 'v'], rank: 8 } },
  { trainables: { backbone: 'all', adapters: 'none', classifier }, adapters: null },
] as const;
const vit = (dim: number, depth: number, heads: number, imageSize: number, patchSize: number) =>
  tinyConfig({ dim, depth, heads, imageSize, patchSize, mlpDim: 4 * dim });

/** All kernels of a step without subgroups, which naga does not admit yet and Firefox does not offer. */
function kernels(): string[] {
  const codes = new Set<string>();
  for (const config of [vit(128, 4, 4, 32, 8), vit(768, 2, 12, 224, 16)]) {
    for (const model of MODELS) {
      const program = plannedTraining(config, 32, model);
      const weights = [...program.buffers.values()].flatMap(({ name, role }) => (role === 'weights' && model.adapters ? [name] : []));
      for (const choice of [GPU_CHOICE, { ...GPU_CHOICE, products: allForms('8x8') }, SOFTWARE_CHOICE])
        for (const { source } of lower(program, choice, Infinity).launches)
          for (const halves of choice.halves ? [[], weights] : [[]]) codes.add(source(new Set(halves)).code);
    }
  }
  return [...codes];
}

it.skipIf(!deno)('naga accepts every kernel (skipped without deno: npm install --no-save deno, or DENO_PATH)', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'naga-'));
  const file = join(folder, 'kernels.json');
  const codes = kernels();
  writeFileSync(file, JSON.stringify(codes));
  writeFileSync(join(folder, 'check.js'), SCRIPT);
  const { stdout, stderr } = spawnSync(deno ?? '', ['run', '-A', '--unstable-webgpu', join(folder, 'check.js'), file], {
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  const rejected = JSON.parse(stdout.trim().split('\n').at(-1) || 'null') as string[] | null;
  if (rejected === null) context.skip(`Deno finds no Vulkan driver, real or software. ${stderr}`);
  expect(codes.length).toBeGreaterThan(60);
  expect(rejected).toEqual([]);
});
