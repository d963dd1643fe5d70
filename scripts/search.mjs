// `npm run search -- <stream> [rivals]`: as many learning rates for each method, on seeds that are never reported, as the site itself
// computes it (WASM). Prints what each rate gives by every read-off; what was computed before is kept in build/search and not computed
// again. The first seed's runs become public/runs/rates-<stream>.json, which the page draws: was it the step size? Those of rivals
// (one seed) are printed alone.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { ensureDependencies, root } from './ensure-deps.mjs';

ensureDependencies();
const { runnerImport } = await import('vite');
const load = async (file) => (await runnerImport(join(root, file), { configFile: false, root, logLevel: 'error' })).module;
const { bundledExperiments } = await load('src/session/defaults.ts');

// `npm run search -- deit-cifar rivals`: those of bench/experiments/deit-cifar-rivals.json, on two of its tasks.
const [stream = 'materials', which] = process.argv.slice(2);
const real = stream === 'deit-cifar';
const SEEDS = which === 'rivals' ? [100] : [100, 101];
/** Low-rank methods as InfLoRA on that stream: on all maps, or by their defaults. */
const onAllMaps = ['materials', 'ten'].includes(stream);
const ALL_MAPS = onAllMaps ? { rank: 16, targets: 'all' } : {};
/** Two rates about the one that was best, on that stream, for all weights (full fine-tuning) and for both factors (sequential LoRA). */
const ALL_WEIGHTS = { materials: [5e-5, 1e-4], ten: [1e-4, 2e-4], 'deit-cifar': [1e-5, 3e-5] }[stream] ?? [3e-5, 1e-4];
const BOTH_FACTORS = { ten: [5e-4, 1e-3], 'deit-cifar': [3e-4, 1e-3] }[stream] ?? [2e-4, 5e-4];
/** Of SLCA, whose backbone learns at a hundredth of the rate. */
const ofItsHeads = (rates) => rates.map((rate) => Number((100 * rate).toPrecision(3)));
const RIVALS = [
  { id: 'slca', learningRate: ofItsHeads(ALL_WEIGHTS) },
  { id: 'experience-replay', learningRate: ALL_WEIGHTS },
  { id: 'derpp', learningRate: ALL_WEIGHTS },
  { id: 'lwf', learningRate: ALL_WEIGHTS },
  { id: 'ewc', learningRate: ALL_WEIGHTS },
  { id: 'gpm', threshold: 0.9995, growth: 1e-4, learningRate: ALL_WEIGHTS },
  { id: 'c-lora', ...ALL_MAPS, learningRate: BOTH_FACTORS },
  { id: 'o-lora', ...ALL_MAPS, learningRate: BOTH_FACTORS },
  { id: 'lae', ...ALL_MAPS, ...(onAllMaps && { blocks: 6 }), learningRate: [5e-4, 1e-3] },
  { id: 'sd-lora', ...ALL_MAPS, learningRate: [5e-4, 1e-3] },
  { id: 'aper-lora', ...ALL_MAPS, learningRate: [5e-4, 1e-3] },
  { id: 'inflora-b5', ...ALL_MAPS, lamb: 0.9995, lame: 1, learningRate: [2e-3, 4e-3] },
  { id: 'l2p', learningRate: [2e-3, 5e-3] },
  { id: 'dualprompt', learningRate: [2e-3, 5e-3] },
  { id: 'coda-prompt', learningRate: [2e-3, 5e-3] },
];
/** As many for each method; four on the stream of the default experiment. */
const SEARCHED = {
  materials: {
    inflora: [2e-3, 3e-3, 4e-3, 8e-3],
    'full-fine-tuning': [5e-5, 7e-5, 1e-4, 2e-4],
    'sequential-lora': [2e-4, 5e-4, 7e-4, 1e-3],
    joint: [5e-4, 1e-3, 2e-3, 4e-3],
  },
  ten: {
    inflora: [2e-3, 4e-3, 8e-3],
    'full-fine-tuning': [5e-5, 1e-4, 2e-4],
    'sequential-lora': [2e-4, 5e-4, 1e-3],
    joint: [5e-4, 1e-3, 2e-3],
  },
};
const ON_REAL = {
  inflora: [1e-3, 3e-3],
  'full-fine-tuning': ALL_WEIGHTS,
  'sequential-lora': BOTH_FACTORS,
  l2p: [2e-3, 1e-2],
  dualprompt: [2e-3, 1e-2],
  'coda-prompt': [1e-3, 5e-3],
  'c-lora': BOTH_FACTORS,
  lae: [1e-3, 3e-3],
  slca: ofItsHeads(ALL_WEIGHTS),
  'experience-replay': ALL_WEIGHTS,
  ewc: ALL_WEIGHTS,
};
// Of rivals two rates on three tasks (two of real images) of one seed: enough to tell ruinous ones from good ones.
const ofRivals = real ? ON_REAL : Object.fromEntries(RIVALS.map(({ id, learningRate }) => [id, learningRate]));
const RATES = which === 'rivals' ? ofRivals : SEARCHED[stream];
const onReal = join(root, 'bench', 'experiments', `${stream}-rivals.json`);
const experiment = real ? JSON.parse(readFileSync(onReal, 'utf8')) : bundledExperiments[`${stream}-best-rates`];
if (!experiment || !RATES) {
  console.error(`There is no stream "${stream}" with an experiment at best rates.`);
  process.exit(2);
}
const folder = join(root, 'build', 'search');
mkdirSync(folder, { recursive: true });

/** The run in which every method learns at its rate number `i`: methods learn in lock-step and know nothing of one another. */
function run(seed, i) {
  const name = join(folder, `${stream}-${which ? `${which}-` : ''}${seed}-${i}`);
  const specs = which === 'rivals' && !real ? RIVALS : experiment.methods;
  const methods = specs.filter(({ id }) => id in RATES).map((spec) => ({ ...spec, learningRate: RATES[spec.id][i] }));
  const cut = which === 'rivals' ? { stream: { ...experiment.stream, maxTasks: real ? 2 : 3 } } : {};
  const wanted = JSON.stringify({ ...experiment, ...cut, title: 'Search', seed, methods, interference: 'off', probe: 'off' });
  const known = existsSync(`${name}.json`) && readFileSync(`${name}.json`, 'utf8') === wanted;
  if (!known || !existsSync(`${name}.record.json`)) {
    writeFileSync(`${name}.json`, wanted);
    const args = [join(root, 'scripts', 'lab.mjs'), 'run', `${name}.json`, '--device', 'wasm', '--out', `${name}.record.json`];
    const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) process.exit(status ?? 1);
  }
  return JSON.parse(readFileSync(`${name}.record.json`, 'utf8'));
}

const tried = Object.values(RATES)[0].map((_, i) => SEEDS.map((seed) => run(seed, i)));
const { ratePoint } = await load('src/session/rate-sweep.ts');
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const resultsOf = (record, method) => record.methods.find(({ id }) => id === method)?.results ?? [];
const readingsOf = (record, method) => Object.keys(resultsOf(record, method).at(-1)?.readings ?? {});
const finalOf = (record, method, reading) => mean(resultsOf(record, method).at(-1)?.readings[reading]?.classIncremental ?? [NaN]);
const percent = (value) => (100 * value).toFixed(1);

console.log(`Final average in %, mean of seeds ${SEEDS.join(' and ')} (each of them), by read-off\n`);
for (const [method, rates] of Object.entries(RATES)) {
  rates.forEach((rate, i) => {
    const records = tried[i];
    const cells = readingsOf(records[0], method).map((reading) => {
      const finals = records.map((record) => finalOf(record, method, reading));
      return `${reading} ${percent(mean(finals))} (${finals.map(percent).join(' ')})`;
    });
    // The rule: the best mean over the readings that compare across tasks.
    const comparable = readingsOf(records[0], method).filter((reading) => ['class-means', 'ridge', 'aligned'].includes(reading));
    const chosen = mean(comparable.flatMap((reading) => records.map((record) => finalOf(record, method, reading))));
    console.log(`${method} ${rate}: ${cells.join(', ')}; comparable ones ${percent(chosen)}`);
  });
}

if (which === 'rivals') process.exit(0);
const points = tried.flatMap(([record], i) =>
  Object.keys(RATES).flatMap((method) => {
    const spec = experiment.methods.find(({ id }) => id === method);
    if (!spec) return [];
    const readings = readingsOf(record, method).flatMap((reading) => {
      const point = ratePoint(record, method, reading);
      return point ? [[reading, point]] : [];
    });
    const learningRate = RATES[method][i];
    return [{ method, learningRate, chosen: spec.learningRate === learningRate, readings: Object.fromEntries(readings) }];
  }),
);
const pointsFile = join(root, 'public', 'runs', `rates-${stream}.json`);
writeFileSync(pointsFile, `${JSON.stringify({ schema: 1, stream, seed: SEEDS[0], points }, null, 1)}\n`);
console.log(`\nWritten: ${pointsFile}`);
