// Installs the dependencies when node_modules is missing or older than package-lock.json asks for.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What npm noted down about the packages it installed, against what the lock file asks for. */
function isStale() {
  const installedFile = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return true;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  return Object.entries(wanted).some(([path, { version, optional, devOptional, peer }]) => {
    if (path === '') return false;
    const found = installed[path];
    // Packages for other systems are never installed.
    if (!found) return !optional && !devOptional && !peer;
    return found.version !== version;
  });
}

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** Runs npm in the project's folder, its output going to `out` (1 or 2); exits with its status when it fails. */
export function runNpm(args, out = 1, env = {}) {
  const options = { cwd: root, stdio: ['ignore', out, 2], env: { ...process.env, ...env }, shell: process.platform === 'win32' };
  const { status } = spawnSync(npm, args, options);
  if (status !== 0) process.exit(status ?? 1);
}

export function ensureDependencies() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Node ${process.versions.node} is too old: 20.19 or later is needed (https://nodejs.org).`);
    process.exit(1);
  }
  if (!isStale()) return;
  console.log('Installing dependencies (npm ci) …');
  runNpm(['ci', '--include=dev', '--no-audit', '--no-fund']);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureDependencies();
