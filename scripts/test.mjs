// `npm test`: types, lint, build, unit, browser and end-to-end tests; the last line counts them all.
import { spawnSync } from 'node:child_process';
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

/** Runs a tool of node_modules; its exit status, with the wall time printed. */
function tool(title, command, args, env = {}) {
  console.log(`\n=== ${title}`);
  const since = Date.now();
  const { status, signal } = spawnSync(process.execPath, [join(root, 'node_modules', ...command), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, CHROMIUM_PATH: chromium, ...env },
  });
  console.log(`--- ${title}: ${status === 0 ? 'ok' : `failed (${signal ?? status})`}, ${((Date.now() - since) / 1000).toFixed(1)} s`);
  return status ?? 1;
}

/** A whole tool counts as one check. */
function check(title, command, args) {
  const passed = tool(title, command, args) === 0;
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0, failures: passed ? [] : [title], skips: [] };
}

/** A test runner's own counts; a runner that failed without a failed test counts as one failure. */
function suite(title, command, args, read, env = () => ({})) {
  const file = join(reports, `${title.replaceAll(' ', '-')}.json`);
  const status = tool(title, command, args(file), env(file));
  const counts = existsSync(file) ? read(JSON.parse(readFileSync(file, 'utf8'))) : addUp([]);
  if (status === 0 || counts.failed > 0) return counts;
  return { ...counts, failed: 1, failures: [...counts.failures, `${title} ended with an error`] };
}

const vitest = (file) => ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];

const counts = addUp([
  check('types', ['typescript', 'bin', 'tsc'], ['--noEmit']),
  check('eslint', ['eslint', 'bin', 'eslint.js'], ['.']),
  check('import directions', ['dependency-cruiser', 'bin', 'dependency-cruise.mjs'], ['src', '--config', '.dependency-cruiser.cjs']),
  check('format', ['prettier', 'bin', 'prettier.cjs'], ['--check', '--log-level', 'warn', '.']),
  check('kernels', ['..', 'scripts', 'build-wasm.mjs'], []),
  check('build', ['vite', 'bin', 'vite.js'], ['build']),
  // Both projects in one run: the browser waits on its GPU process while Node computes.
  suite('unit and browser tests', ['vitest', 'vitest.mjs'], vitest, vitestCounts),
  suite(
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
