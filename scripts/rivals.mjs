// `node scripts/rivals.mjs FOLDER …`: what `npm run lab -- run rivals --out-dir FOLDER` (and others of its kind) left there, as the tables of
// docs/rivals.md, one a stream: accuracies by every reading, what was measured beside, what it costs.
import { join } from 'node:path';
import { ensureDependencies, root } from './ensure-deps.mjs';

ensureDependencies();
const { runnerImport } = await import('vite');
const load = async (file) => (await runnerImport(join(root, file), { configFile: false, root, logLevel: 'error' })).module;
const { gather } = await load('cli/gather.ts');
const { spreads } = await load('cli/spreads.ts');
const { measured } = await load('src/session/measures-table.ts');

const folders = process.argv.slice(2);
if (folders.length === 0) {
  console.error('Name the folders that hold the runs.');
  process.exit(2);
}
const { groups, missing } = gather(folders, false);
const READINGS = ['own', 'class-means', 'ridge', 'aligned'];
const percent = (value) => (100 * value).toFixed(1);
const cell = (spread) =>
  spread === null ? '-' : spread.deviation === null ? percent(spread.mean) : `${percent(spread.mean)} ± ${percent(spread.deviation)}`;
const row = (cells) => `| ${cells.join(' | ')} |`;
const HEADER = [
  ...['method', 'own', 'class means', 'ridge', 'aligned', 'over tasks', 'task known', 'lost of it', 'forgetting', 'old / new', 'drift %'],
  ...['images kept', 'KiB kept', 'trained', 'epochs + looks', 's a task'],
];

const streamOf = ({ results: [first] }) => first.record.stream.title;
for (const stream of new Set(groups.map(streamOf))) {
  const here = groups.filter((group) => streamOf(group) === stream);
  const seeds = Math.max(...here.map(({ results }) => results.length));
  // In the order of the best reading that compares across tasks.
  const best = (group) => Math.max(...READINGS.slice(1).map((reading) => spreads(group, reading).values[0]?.mean ?? 0));
  const lines = here
    .toSorted((a, b) => best(b) - best(a))
    .map((group) => {
      const finals = READINGS.map((reading) => cell(spreads(group, reading).values[0] ?? null));
      const own = spreads(group, 'own').values[0] ? 'own' : 'ridge';
      const [, over, known, lost, forgetting] = spreads(group, own).values.map((value) => value ?? null);
      const { ratio, drift, images, bytes, trained, passes, seconds } = measured(group.results);
      const title = group.results[0].run.title;
      return row([title, ...finals, ...[over, known, lost, forgetting].map(cell), ratio, drift, images, bytes, trained, passes, seconds]);
    });
  console.log(`## ${stream}\n\n${seeds} seeds.\n\n${[row(HEADER), row(HEADER.map(() => '---')), ...lines].join('\n')}\n`);
}
if (missing.length > 0) console.log(`Missing or failed:\n${missing.map((line) => `- ${line}`).join('\n')}`);
