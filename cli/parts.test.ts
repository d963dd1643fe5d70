/** Runs of many methods, in parts, over fakes. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { METHOD_IDS } from '../src/session/experiment';
import type { RunRecord } from '../src/session/record';
import { runsOf } from './sweep';
import { parseArguments } from './arguments';
import { runLab } from './testing/run-lab';

let home = '';
let before = '';
beforeEach(() => {
  before = process.cwd();
  home = mkdtempSync(join(tmpdir(), 'lab-parts-'));
});
afterEach(() => {
  process.chdir(before);
  rmSync(home, { recursive: true });
});

async function lab(line: string) {
  const { code, printed, site } = await runLab(line, home);
  return { code, text: printed, opened: site.calls.filter((call) => call === 'open').length };
}
const read = (file: string): unknown => JSON.parse(readFileSync(join(home, file), 'utf8'));

it('every method in one record, eight of them at a time', async () => {
  const { code, opened } = await lab('run default --methods all --out all.json');
  expect(code).toBe(0);
  expect(opened).toBe(Math.ceil(METHOD_IDS.length / 8));
  const record = read('all.json') as RunRecord;
  expect(record.kind).toBe('inflora-run');
  expect(record.methods.map(({ id }) => id)).toEqual(METHOD_IDS);
  expect(record.experiment.methods.map(({ id }) => id)).toEqual(METHOD_IDS);
  expect(record.status).toBe('finished');
});

it('one record a seed, and one table of all seeds', async () => {
  const { text } = await lab('run default --seeds 2 --out all.json');
  const { records } = read('all.json') as { records: RunRecord[] };
  expect(records.map(({ experiment, methods }) => [experiment.seed, methods.length])).toEqual([
    [0, METHOD_IDS.length],
    [1, METHOD_IDS.length],
  ]);
  expect(text).toContain('Seed 0, 1 on');
});

it('files of their own in a folder, which merge as one', async () => {
  expect((await lab('run default --methods all --out-dir out')).code).toBe(0);
  const { code, text } = await lab('merge out');
  expect(code).toBe(0);
  for (const id of METHOD_IDS) expect(text).toMatch(new RegExp(`^${id} .* 1 `, 'm'));
});

it('the rivals are every method on every bundled stream', () => {
  const command = parseArguments(['run', 'rivals', '--seeds', '3']);
  if (command.kind !== 'run') expect.unreachable();
  const runs = runsOf(command);
  const streams = new Map<string, Set<string>>();
  for (const { experiment } of runs) {
    const { from } = experiment.stream;
    const id = from.source === 'bundled' ? from.id : '';
    expect(experiment.methods.length).toBeLessThanOrEqual(8);
    for (const method of experiment.methods) streams.set(id, (streams.get(id) ?? new Set()).add(`${method.id} ${experiment.seed}`));
  }
  expect([...streams.keys()]).toEqual(['materials', 'ten', 'alphabets', 'styles', 'things']);
  for (const ran of streams.values()) expect(ran.size).toBe(3 * METHOD_IDS.length);
});
