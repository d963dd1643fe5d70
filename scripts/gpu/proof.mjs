// `npm run proof`: are the kernels right on this machine's card, and how fast? Dawn (Chrome's WebGPU) and wgpu (Firefox's) without a browser,
// and PyTorch beside them where it is installed. Docs: docs/devices.md.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDependencies, root } from '../ensure-deps.mjs';
import { ensureWebgpu, lavapipe } from './tools.mjs';

const usage = `npm run proof -- [--small] [--software] [--only dawn|wgpu|torch] [--pack]
  (nothing)   measures this machine's card, under 15 minutes, and prints a report with a row for docs/devices.md
  --small     a minute's worth of it, which shows that all of it would run
  --software  on Mesa's software driver, fetched with apt-get, where there is no card
  --pack      only packs what it takes as build/proof.tar.xz, for a machine without network or Node: ./proof/run there`;

const flag = { type: 'boolean' };
const { values } = parseArgs({ options: { small: flag, software: flag, pack: flag, help: flag, only: { type: 'string' } } });
if (values.help) {
  console.log(usage);
  process.exit(0);
}

ensureDependencies();
const { deno, dawn } = ensureWebgpu();
const { build } = await import('vite');
const folder = join(root, 'build', 'proof');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
await build({
  ...{ configFile: false, root, logLevel: 'error', ssr: { noExternal: true } },
  build: {
    ...{ ssr: join(root, 'bench', 'proof', 'main.ts'), outDir: folder, target: 'es2023', emptyOutDir: false },
    rolldownOptions: { output: { entryFileNames: 'proof.mjs' } },
  },
});
const platform = { linux: `linux-${process.arch}`, darwin: 'darwin-universal', win32: `win32-${process.arch}` }[process.platform];
copyFileSync(join(dawn, 'node_modules', 'webgpu', 'dist', platform, 'dawn.node'), join(folder, 'dawn.node'));
copyFileSync(join(root, 'bench', 'proof', 'torch_steps.py'), join(folder, 'torch_steps.py'));

if (values.pack) {
  copyFileSync(deno, join(folder, 'deno'));
  writeFileSync(join(folder, 'run'), '#!/bin/sh\ncd "$(dirname "$0")" && exec ./deno run -A --unstable-webgpu proof.mjs "$@"\n');
  chmodSync(join(folder, 'run'), 0o755);
  const archive = join(root, 'build', 'proof.tar.xz');
  const { status } = spawnSync('tar', ['-C', join(root, 'build'), '-cJf', archive, 'proof'], {
    stdio: 'inherit',
    env: { ...process.env, XZ_OPT: '-6' },
  });
  if (status !== 0) process.exit(status ?? 1);
  console.log(`${archive}: ${(statSync(archive).size / 2 ** 20).toFixed(1)} MiB. There: tar -xJf proof.tar.xz && ./proof/run`);
  process.exit(0);
}
const args = ['run', '-A', '--unstable-webgpu', join(folder, 'proof.mjs')];
if (values.small) args.push('--small');
if (values.only) args.push('--only', values.only);
const { status } = spawnSync(deno, args, { stdio: 'inherit', env: { ...process.env, ...(values.software ? lavapipe(4) : {}) } });
process.exit(status ?? 1);
