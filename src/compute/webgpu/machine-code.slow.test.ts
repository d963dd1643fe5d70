import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { amdCompiler, ensureWebgpu } from '../../../scripts/gpu/tools.mjs';
import { allForms, GPU_CHOICE } from './table';
import { readMachineCode, type MachineCode } from './testing/machine-code';
import { stepKernels } from './testing/step-kernels';

/** What a block of a product's innermost loop has at least: fewer, and loads, counters and branches would take the time. */
const HOT = 256;
const script = fileURLToPath(new URL('testing/compile-only.mjs', import.meta.url));
const choice = { ...GPU_CHOICE, halves: false };
const kernels = stepKernels([choice, { ...choice, products: allForms('8x8') }]).filter(({ name }) => /^(product|attention)/.test(name));

const folder = mkdtempSync(join(tmpdir(), 'machine-code-'));
const file = join(folder, 'kernels.json');
const output = join(folder, 'output.txt');
writeFileSync(file, JSON.stringify(kernels));
afterAll(() => rmSync(folder, { recursive: true }));

/** The tools, or why there are none: no network, another system than Debian's. */
function tools(): { readonly dawn: string; readonly deno: string; readonly lacking: string | null } {
  try {
    amdCompiler('navi31');
    return { ...ensureWebgpu(), lacking: null };
  } catch (error) {
    return { dawn: '', deno: '', lacking: String(error) };
  }
}
const { lacking, ...found } = tools();
type Command = readonly [program: string, args: readonly string[]];
const FRONT_ENDS: Readonly<Record<string, (index: string) => Command>> = {
  'Dawn, as in Chrome': (index) => [process.execPath, [script, file, index, join(found.dawn, '/')]],
  'wgpu, as in Firefox': (index) => [found.deno, ['run', '-A', '--unstable-webgpu', script, file, index]],
};

/** Null where the driver, which has no card, died each time before it had told of the kernel. */
function compiled([program, args]: Command, env: NodeJS.ProcessEnv): MachineCode | null {
  for (let attempt = 0; attempt < 3; attempt++) {
    // Not through a pipe, which Node makes one that the driver loses words on when it is full.
    const told = openSync(output, 'w');
    spawnSync(program, args, { env, stdio: ['ignore', 'ignore', told], timeout: 20_000, killSignal: 'SIGKILL' });
    closeSync(told);
    const [kernel] = readMachineCode(readFileSync(output, 'utf8')).sort((a, b) => b.vectorRegisters - a.vectorRegisters);
    if (kernel && !Number.isNaN(kernel.spilled)) return kernel;
  }
  return null;
}

describe.skipIf(lacking !== null)(`machine code for AMD cards${lacking === null ? '' : ` (skipped: ${lacking})`}`, () => {
  describe.each(Object.entries(FRONT_ENDS))('by %s', (_, command) => {
    // RDNA 3 with two values an instruction, and GCN with 64 lanes.
    it.each(['navi31', 'vega10'])(`keeps at least ${HOT} multiply-adds between branches and everything in registers, for %s`, (family) => {
      const env = { ...process.env, ...amdCompiler(family), RADV_DEBUG: 'asm,shaderstats,nocache' };
      const wrong = kernels.flatMap(({ name }, i) => {
        const code = compiled(command(String(i)), env);
        const cold = name.startsWith('product') && !(code && code.hottest >= HOT);
        return cold || code?.spilled !== 0 ? [`${i} ${name}: ${JSON.stringify(code)}`] : [];
      });
      expect(wrong).toEqual([]);
    });
  });
});
