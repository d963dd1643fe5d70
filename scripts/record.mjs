// `npm run record [-- id …]`: the recorded runs of public/runs, each as the site itself computes it (WASM, seed 0); `-- --list`: their list alone.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { root } from './ensure-deps.mjs';

/** At one rate for all, the methods that are compared at best rates as well. */
const compared = ['--methods', 'inflora,inflora-ca,sequential-lora,full-fine-tuning,joint,nearest-mean'];
const atOneRate = (stream, title) => ({ id: stream, title: `${title}: one rate for all`, stream, experiment: stream, methods: compared });
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
  // Links of its time open it.
  {
    id: 'default-2',
    title: 'Materials: the default of before, at the best of three rates',
    stream: 'materials',
    experiment: 'default-2',
    methods: [],
  },
  atBestRates('ten', 'Ten in materials'),
  atOneRate('alphabets', 'Alphabets'),
  atBestRates('alphabets', 'Alphabets'),
  atOneRate('styles', 'Digits in changing styles'),
  atBestRates('styles', 'Digits in changing styles'),
  atOneRate('things', 'Coloured things'),
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
