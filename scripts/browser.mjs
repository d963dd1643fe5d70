// Finds a Chromium: CHROMIUM_PATH, then one on the system, then Playwright's own.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

const systemPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** @returns {string | undefined} path of an executable, or undefined where none was found */
export function findChromium() {
  const asked = process.env.CHROMIUM_PATH;
  if (asked) return asked;
  const system = systemPaths.find((path) => existsSync(path));
  if (system) return system;
  const own = chromium.executablePath();
  return existsSync(own) ? own : undefined;
}

/** @returns {string} as findChromium, or an error that says what to do */
export function chromiumPath() {
  const found = findChromium();
  if (!found) throw new Error('No Chromium found. Set CHROMIUM_PATH, install chromium, or run: npx playwright install chromium');
  return found;
}

/** WebGPU on a software adapter where there is no GPU; no sandbox as root (containers). */
export const browserArguments = [
  '--enable-unsafe-webgpu',
  ...(process.env.BENCH_REAL_GPU ? [] : ['--use-webgpu-adapter=swiftshader']),
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  // Such as a GPU without a screen needs: docs/sweeps.md.
  ...(process.env.CHROMIUM_FLAGS?.split(/\s+/).filter((flag) => flag !== '') ?? []),
];
