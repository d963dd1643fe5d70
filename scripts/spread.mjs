// `node scripts/spread.mjs [stream]`: the compared methods over five seeds, each at its own best rate and all at one, as the site itself
// computes them (WASM). Runs are kept in build/spread and not computed again; the averages become public/runs/seeds-<stream>.json.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { ensureDependencies, root } from './ensure-deps.mjs';

ensureDependencies();
const { runnerImport } = await import('vite');
const load = async (file) => (await runnerImport(join(root, file), { configFile: false, root, logLevel: 'error' })).module;
const { bundledExperiments } = await load('src/session/defaults.ts');
const { withRates } = await load('src/session/rates.ts');

const SEEDS = 5;
const stream = process.argv[2] ?? 'materials';
const best = bundledExperiments[`${stream}-best-rates`];
if (!best) {
  console.error(`There is no stream "${stream}" with an experiment at best rates.`);
  process.exit(2);
}
// What trains nothing has no rate that could be shared.
const trained = best.methods.filter(({ learningRate }) => learningRate !== undefined);
const experiments = { best, shared: withRates({ ...best, title: 'One rate for all', methods: trained }, 'shared') };

function recordsOf(choice) {
  const folder = join(root, 'build', 'spread', `${stream}-${choice}`);
  mkdirSync(folder, { recursive: true });
  const file = `${folder}.json`;
  writeFileSync(file, JSON.stringify(experiments[choice]));
  const args = [join(root, 'scripts', 'lab.mjs'), 'run', file, '--seeds', String(SEEDS), '--device', 'wasm', '--out-dir', folder];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
    .filter(({ kind }) => kind === 'inflora-run')
    .sort((a, b) => a.experiment.seed - b.experiment.seed);
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const short = (value) => Number(value.toFixed(4));
function finals(records) {
  return Object.fromEntries(
    records[0].methods.map(({ id }) => {
      const runs = records.map(({ methods }) => methods.find((method) => method.id === id).results.at(-1).readings);
      const readings = Object.keys(runs[0]).filter((reading) => !reading.startsWith('again-'));
      return [id, Object.fromEntries(readings.map((reading) => [reading, runs.map((run) => short(mean(run[reading].classIncremental)))]))];
    }),
  );
}

const records = { best: recordsOf('best'), shared: recordsOf('shared') };
const seeds = records.best.map(({ experiment }) => experiment.seed);
const rates = { best: finals(records.best), shared: finals(records.shared) };
writeFileSync(join(root, 'public', 'runs', `seeds-${stream}.json`), `${JSON.stringify({ schema: 1, stream, seeds, rates })}\n`);
