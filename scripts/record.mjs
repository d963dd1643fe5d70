// `npm run record [-- id …]`: the recorded runs of public/runs, each as the site itself computes it (WASM, seed 0); `-- --list`: their list alone.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { root } from './ensure-deps.mjs';

const every = ['--methods', 'all'];
const atBestRates = (stream, title) => {
  const id = `${stream}-best-rates`;
  return { id, title: `${title}: each method at its own best rate`, stream, experiment: id, methods: [] };
};
/** The first one plays when the page opens; the others are offered by the menu. */
const runs = [
  {
    id: 'default',
    title: 'Materials: InfLoRA, full fine-tuning, sequential LoRA, frozen',
    stream: 'materials',
    experiment: 'default',
    methods: [],
  },
  atBestRates('materials', 'Materials'),
  atBestRates('ten', 'Ten in materials'),
  { id: 'alphabets', title: 'Alphabets: every method', stream: 'alphabets', experiment: 'alphabets', methods: every },
  atBestRates('alphabets', 'Alphabets'),
  { id: 'styles', title: 'Digits in changing styles: every method', stream: 'styles', experiment: 'styles', methods: every },
  atBestRates('styles', 'Digits in changing styles'),
  { id: 'things', title: 'Coloured things: every method', stream: 'things', experiment: 'things', methods: every },
  atBestRates('things', 'Coloured things'),
];

const folder = join(root, 'public', 'runs');
const listAlone = process.argv.includes('--list');
const asked = process.argv.slice(2).filter((id) => id !== '--list');
const unknown = asked.filter((id) => !runs.some((run) => run.id === id));
if (unknown.length > 0) {
  console.error(`There is no recorded run "${unknown.join('", "')}". Known: ${runs.map(({ id }) => id).join(', ')}.`);
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
for (const { id, experiment, methods } of runs.filter(({ id }) => (asked.length === 0 && !listAlone) || asked.includes(id))) {
  const out = join(folder, `${id}.json`);
  const args = [join(root, 'scripts', 'lab.mjs'), 'run', experiment, ...methods, '--device', 'wasm', '--out', out];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

// Searched rates of a stream, where they were recorded.
const rates = Object.fromEntries(
  readdirSync(folder).flatMap((file) => {
    const stream = /^rates-(.+)\.json$/.exec(file)?.[1];
    return stream === undefined ? [] : [[stream, file]];
  }),
);

const listed = runs.filter(({ id }) => existsSync(join(folder, `${id}.json`)));
const index = { schema: 1, runs: listed.map(({ id, title, stream }) => ({ id, title, file: `${id}.json`, stream })), rates };
writeFileSync(join(folder, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
