/** A study of 64 runs, its process killed three times: what must come out is what an undisturbed one gives. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { labIn, type LabProcesses } from './testing/lab-process';

/** 4 rates x 4 ranks x 4 seeds, one or two seconds each. */
const SWEEP = [
  ...['tiny.json', '--grid', 'learningRate=3e-4,1e-3,2e-3,3e-3', '--grid', 'inflora.rank=1,2,4,8'],
  ...['--seeds', '4', '--device', 'wasm'],
];
const TINY = {
  schema: 1,
  backbone: { from: { source: 'bundled', id: 'glyph-vit' } },
  stream: { from: { source: 'bundled', id: 'alphabets' }, maxTasks: 2, trainPerClass: 4, testPerClass: 2 },
  methods: [{ id: 'inflora' }],
  training: { epochs: 1, batchSize: 16, learningRate: 1e-3 },
  interference: 'off',
};
/** Runs that are finished when the process is killed; the next one is then in its middle. */
const KILLED_AT = [7, 24, 51];

const LONG = 1_800_000;
vi.setConfig({ testTimeout: LONG, hookTimeout: LONG });

let home = '';
let at: LabProcesses;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'study-'));
  writeFileSync(join(home, 'tiny.json'), JSON.stringify(TINY));
  at = labIn(home);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

it('64 runs, killed three times, are those of an undisturbed sweep', async () => {
  expect(at.lab('run', ...SWEEP, '--out-dir', 'whole').status).toBe(0);
  expect(at.names('whole')).toHaveLength(64);
  for (const finished of KILLED_AT) {
    // Signalled before it could end by itself: there is no exit code.
    const code = await at.cut(['run', ...SWEEP, '--out-dir', 'killed'], 'SIGKILL', () => at.names('killed').length >= finished);
    expect(code).toBeNull();
    expect(at.names('killed').length).toBeGreaterThanOrEqual(finished);
    expect(at.names('killed').length).toBeLessThan(64);
  }
  const last = at.lab('run', ...SWEEP, '--out-dir', 'killed');
  const [, finished, before] = /(\d+) finished, (\d+) there before of 64 runs/.exec(last.stdout) ?? [];
  expect([last.status, Number(finished) + Number(before)]).toEqual([0, 64]);
  expect(at.results('killed')).toEqual(at.results('whole'));
  const table = (folder: string) => at.lab('merge', folder).stdout.split('\n\n')[1];
  expect(table('killed')).toBe(table('whole'));
});
