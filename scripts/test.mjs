// `npm test`: types, lint, build, unit, browser and end-to-end tests; the last line counts them all.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDependencies, root } from './ensure-deps.mjs';

ensureDependencies();
const { ensureChromium } = await import('./ensure-chromium.mjs');
const { addUp, playwrightCounts, vitestCounts } = await import('./test-counts.mjs');

const chromium = ensureChromium();
console.log(`Chromium: ${chromium}`);

const reports = join(root, 'build', 'reports');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

/** Runs a tool of node_modules -> its exit status. Its output comes as it is made, or in one piece at the end, with the wall time. */
async function tool(title, command, args, { env = {}, together = false } = {}) {
  const since = Date.now();
  if (!together) console.log(`\n=== ${title}`);
  const child = spawn(process.execPath, [join(root, 'node_modules', ...command), ...args], {
    cwd: root,
    stdio: together ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, CHROMIUM_PATH: chromium, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
  const [status, signal] = await once(child, 'close');
  if (together) console.log(`\n=== ${title}\n${output.trimEnd()}`);
  console.log(`--- ${title}: ${status === 0 ? 'ok' : `failed (${signal ?? status})`}, ${((Date.now() - since) / 1000).toFixed(1)} s`);
  return status ?? 1;
}

/** A whole tool counts as one check. */
async function check(title, command, args, options) {
  const passed = (await tool(title, command, args, options)) === 0;
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0, failures: passed ? [] : [title], skips: [] };
}

/** Checks one after the other, beside others that do the same: each uses one core. */
async function lane(...checks) {
  const counts = [];
  for (const [title, ...command] of checks) counts.push(await check(title, ...command, { together: true }));
  return addUp(counts);
}

/** A test runner's own counts; a runner that failed without a failed test counts as one failure. */
async function suite(title, command, args, read, env = () => ({})) {
  const file = join(reports, `${title.replaceAll(' ', '-')}.json`);
  const status = await tool(title, command, args(file), { env: env(file) });
  const counts = existsSync(file) ? read(JSON.parse(readFileSync(file, 'utf8'))) : addUp([]);
  if (status === 0 || counts.failed > 0) return counts;
  return { ...counts, failed: 1, failures: [...counts.failures, `${title} ended with an error`] };
}

const vitest = (file) => ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];

const lanes = await Promise.all([
  lane(['eslint', ['eslint', 'bin', 'eslint.js'], ['.']]),
  lane(
    ['types', ['typescript', 'bin', 'tsc'], ['--noEmit']],
    ['import directions', ['dependency-cruiser', 'bin', 'dependency-cruise.mjs'], ['src', '--config', '.dependency-cruiser.cjs']],
    ['format', ['prettier', 'bin', 'prettier.cjs'], ['--check', '--log-level', 'warn', '.']],
  ),
]);
const counts = addUp([
  ...lanes,
  await check('kernels', ['..', 'scripts', 'build-wasm.mjs'], []),
  await check('build', ['vite', 'bin', 'vite.js'], ['build']),
  // Both projects in one run: the browser waits on its GPU process while Node computes.
  await suite('unit and browser tests', ['vitest', 'vitest.mjs'], vitest, vitestCounts),
  await suite(
    'journeys',
    ['@playwright', 'test', 'cli.js'],
    () => ['test', '--reporter=list,json'],
    playwrightCounts,
    (file) => ({
      PLAYWRIGHT_JSON_OUTPUT_NAME: file,
    }),
  ),
]);

if (counts.skips.length > 0) console.log(`\nSkipped:\n${counts.skips.map((name) => `  ${name}`).join('\n')}`);
if (counts.failures.length > 0) console.log(`\nFailed:\n${counts.failures.map((name) => `  ${name}`).join('\n')}`);
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed === 0 ? 0 : 1);
