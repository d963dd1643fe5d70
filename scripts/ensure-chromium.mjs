// Finds a Chromium for the tests, or installs one: from Debian's packages as root, else Playwright's own.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium } from './browser.mjs';
import { root } from './ensure-deps.mjs';

const quietly = { stdio: ['ignore', 'inherit', 'inherit'] };

function fromDebian() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  console.log('Installing chromium (apt-get) …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-qq'], { ...quietly, env });
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { ...quietly, env });
}

function fromPlaywright() {
  console.log('Installing chromium (playwright install) …');
  spawnSync(process.execPath, [join(root, 'node_modules', 'playwright', 'cli.js'), 'install', 'chromium'], quietly);
}

/** @returns {string} path of an executable; exits with advice when none can be had */
export function ensureChromium() {
  for (const install of [() => undefined, fromDebian, fromPlaywright]) {
    install();
    const found = findChromium();
    if (found) return found;
  }
  console.error('No Chromium found or installed. Install one and set CHROMIUM_PATH to its executable.');
  process.exit(1);
}
