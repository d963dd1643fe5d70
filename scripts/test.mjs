// `npm test`: types, lint, build, unit, browser and end-to-end tests; the last line counts them all.
// `npm run test:all` (--all): besides, the slow ones (files called *.slow.*).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureDependencies, root } from './ensure-deps.mjs';

ensureDependencies();
const { ensureChromium } = await import('./ensure-chromium.mjs');
const { environmentOf, GPU_LANES } = await import('./gpu/lanes.mjs');
const { addUp, brokenFiles, playwrightCounts, vitestCounts } = await import('./test-counts.mjs');
const { SLOW_STAGES, STAGES, timeTable } = await import('./test-lanes.mjs');

const chromium = ensureChromium();
console.log(`Chromium: ${chromium}`);

const reports = join(root, 'build', 'reports');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const secondsSince = (since) => (Date.now() - since) / 1000;

/** Runs a tool of node_modules -> its exit status. Each line it writes is preceded by the title: lanes write side by side. */
async function tool(title, command, args, env = {}) {
  const since = Date.now();
  const child = spawn(process.execPath, [join(root, 'node_modules', ...command), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CHROMIUM_PATH: chromium, ...env },
  });
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', (line) => console.log(`${title} | ${line}`));
  const [status, signal] = await once(child, 'close');
  console.log(`${title} | ${status === 0 ? 'ok' : `failed (${signal ?? status})`}, ${secondsSince(since).toFixed(1)} s`);
  return status ?? 1;
}

/** A whole tool counts as one check. */
const check =
  (title, ...command) =>
  async () => {
    const passed = (await tool(title, ...command)) === 0;
    return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0, failures: passed ? [] : [title], skips: [], again: [] };
  };

/** A test runner's own counts; a runner that failed without a failed test counts as one failure. */
async function suite(title, read, run) {
  const file = join(reports, `${title.replaceAll(' ', '-')}.json`);
  const status = await run(file);
  const counts = existsSync(file) ? read(JSON.parse(readFileSync(file, 'utf8'))) : addUp([]);
  if (status === 0 || counts.failed > 0) return counts;
  return { ...counts, failed: 1, failures: [...counts.failures, `${title} ended with an error`] };
}

const runVitest = (title, project, files = [], env = {}) =>
  suite(
    title,
    (report) => Object.assign(vitestCounts(report), { broken: brokenFiles(report) }),
    (file) =>
      tool(
        title,
        ['vitest', 'vitest.mjs'],
        ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...files],
        env,
      ),
  );

/** A browser under load sometimes fails to fetch a module: files that did not load are run once more, and named. */
const vitest = (title, project) => async () => {
  const first = await runVitest(title, project);
  if (!(first.broken?.length > 0)) return first;
  const second = await runVitest(`${title} once more`, project, first.broken);
  const failures = first.failures.filter((name) => !first.broken.some((file) => name.startsWith(file)));
  return addUp([
    { ...first, failed: failures.length, failures },
    { ...second, again: first.broken },
  ]);
};
const playwright = (title, project) => () =>
  suite(title, playwrightCounts, (file) =>
    tool(title, ['@playwright', 'test', 'cli.js'], ['test', '--project', project, '--reporter=list,json'], {
      PLAYWRIGHT_JSON_OUTPUT_NAME: file,
    }),
  );

/** On Mesa's software driver; skipped by name where that cannot be had. */
const dawn = (lane) => () => {
  let env;
  try {
    env = environmentOf(lane);
  } catch (error) {
    return { ...addUp([]), skipped: 1, skips: [`${lane.title}: ${error.message}`] };
  }
  return runVitest(lane.title, 'dawn', [lane.file], env);
};

const LANES = {
  'kernels and build': [check('kernels', ['..', 'scripts', 'build-wasm.mjs'], []), check('build', ['vite', 'bin', 'vite.js'], ['build'])],
  'lint and unit tests': [
    check('lint', ['oxlint', 'bin', 'oxlint'], []),
    check('import directions', ['dependency-cruiser', 'bin', 'dependency-cruise.mjs'], ['src', '--config', '.dependency-cruiser.cjs']),
    check('format', ['oxfmt', 'bin', 'oxfmt'], ['--check']),
    vitest('unit tests', 'node'),
  ],
  'types and browser tests': [check('types', ['typescript', 'bin', 'tsc'], ['--noEmit']), vitest('browser tests', 'browser')],
  journeys: [playwright('journeys', 'journeys')],
  'slow unit tests': [vitest('slow unit tests', 'node-slow')],
  'slow browser tests': [vitest('slow browser tests', 'browser-slow')],
  'kernels without a browser': GPU_LANES.map(dawn),
  'slow journeys': [playwright('slow journeys', 'journeys-slow')],
};

const stages = process.argv.includes('--all') ? [...STAGES, ...SLOW_STAGES] : STAGES;
const taken = {};
const all = [];
const started = Date.now();
for (const lanes of stages) {
  await Promise.all(
    Object.keys(lanes).map(async (lane) => {
      const since = Date.now();
      for (const run of LANES[lane]) all.push(await run());
      taken[lane] = secondsSince(since);
    }),
  );
}
taken.together = secondsSince(started);
const counts = addUp(all);

console.log(
  `\nTime, and what it may be on two quiet cores:\n${timeTable(stages, taken)
    .map((line) => `  ${line}`)
    .join('\n')}`,
);
if (counts.skips.length > 0) console.log(`\nSkipped:\n${counts.skips.map((name) => `  ${name}`).join('\n')}`);
if (counts.again.length > 0) console.log(`\nTried again:\n${counts.again.map((name) => `  ${name}`).join('\n')}`);
if (counts.failures.length > 0) console.log(`\nFailed:\n${counts.failures.map((name) => `  ${name}`).join('\n')}`);
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed === 0 ? 0 : 1);
