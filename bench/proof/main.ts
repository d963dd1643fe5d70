/**
 * The whole proof, run by Deno without a network: `deno run -A --unstable-webgpu proof.mjs [--small] [--only dawn|wgpu|torch]`. Every part is
 * a process of its own, with its own limit: one that hangs or dies takes no other with it.
 */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { BUILD } from '../../src/common/build';
import { measure, type Implementation } from './measure';
import { proofReport, type Found, type Part } from './report';

const script = fileURLToPath(import.meta.url);
const beside = (name: string): string => join(dirname(script), name);
/** Seconds of a part: fifteen minutes for all three. */
const LIMIT = 290;

async function part(title: string, command: string, args: readonly string[]): Promise<Part> {
  const lines: Found[] = [];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), 1000 * LIMIT);
  const failure = new Promise<string | null>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(code === 0 ? null : `exit ${signal ?? code}`));
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('{')) lines.push(JSON.parse(line) as Found);
  });
  const ended = await failure;
  clearTimeout(timer);
  return { title, lines, failure: ended };
}

const args = process.argv.slice(2);
const size = args.includes('--small') ? 'small' : 'full';
const role = args[args.indexOf('--measure') + 1];
const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : null;
const isImplementation = (name: string | undefined): name is Implementation => name === 'dawn' || name === 'wgpu';

if (args.includes('--measure') && isImplementation(role)) {
  await measure(role, size, beside('dawn.node'));
  process.exit(0);
}
const own = (which: Implementation) => () =>
  part(which === 'dawn' ? 'Dawn' : 'wgpu', process.execPath, [
    'run',
    '-A',
    '--unstable-webgpu',
    script,
    '--measure',
    which,
    ...(size === 'small' ? ['--small'] : []),
  ]);
const wanted: Readonly<Record<string, () => Promise<Part>>> = {
  dawn: own('dawn'),
  wgpu: own('wgpu'),
  torch: () => part('PyTorch', 'python3', [beside('torch_steps.py'), ...(size === 'small' ? ['--small'] : [])]),
};
const parts: Part[] = [];
for (const [name, run] of Object.entries(wanted)) if (only === null || only === name) parts.push(await run());
console.log(proofReport(parts, { version: BUILD.version, date: new Date().toISOString() }));
// Without PyTorch there is nothing beside ours; everything else has to end well, and right.
const right = parts.every(
  ({ title, lines, failure }) =>
    title === 'PyTorch' || (failure === null && lines.every((line) => line.part !== 'correct' || line.wrong.length === 0)),
);
process.exit(right ? 0 : 1);
