import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeExperiment } from '../src/session/testing/fakes';
import type { Experiment } from '../src/session/experiment';
import { fakeSite } from './testing/fake-site';
import { runLab } from './testing/run-lab';

let home = '';
let before = '';
beforeEach(() => {
  before = process.cwd();
  home = mkdtempSync(join(tmpdir(), 'lab-main-'));
  writeFileSync(join(home, 'e.json'), JSON.stringify(fakeExperiment({ seed: 4 })));
});
afterEach(() => {
  process.chdir(before);
  rmSync(home, { recursive: true });
});

const lab = (line: string, site = fakeSite()) => runLab(line, home, { site });

describe('lab', () => {
  it('runs, prints matrix and metrics, writes the record and exits with 0', async () => {
    const { code, printed, site } = await lab('run e.json --out r.json');
    expect(code).toBe(0);
    expect(printed).toMatch(/inflora +100\.0 +100\.0 +100\.0 +0\.0/);
    expect(printed).toMatch(/Seed 4 on/);
    expect(JSON.parse(readFileSync(join(home, 'r.json'), 'utf8'))).toMatchObject({ kind: 'inflora-run', status: 'finished' });
    expect(site.closed).toBe(true);
  });

  it('counts seeds up, spreads them over shards and writes a list', async () => {
    const { code, printed } = await lab('run e.json --seeds 5 --shard 2/2 --out r.json');
    expect(code).toBe(0);
    expect(printed).toMatch(/Seed 5, 7 on/);
    const list = JSON.parse(readFileSync(join(home, 'r.json'), 'utf8')) as { records: { experiment: Experiment }[] };
    expect(list.records.map((record) => record.experiment.seed)).toEqual([5, 7]);
  });

  it('exits with 2 on bad arguments and experiments, before a browser is started', async () => {
    for (const [line, text] of [
      ['run nothing.json', /no experiment file/],
      ['run e.json --seeds no', /--seeds/],
      ['golden . missing', /no scenario "missing"/],
      ['predict --backbone no.safetensors --images .', /--backbone: there is no/],
      ['figure r.json --chart pie --out f.svg', /does not know "pie"\. Known: accuracy, matrix, .*loss/],
      ['figure r.json --chart loss --out f.png', /\.svg or \.pdf, not "f\.png"/],
      ['figure r.json --chart loss --out f.svg', /there is no "r\.json"/],
    ] as const) {
      const site = fakeSite();
      const { code, complaints } = await lab(line, site);
      expect(code).toBe(2);
      expect(complaints).toMatch(text);
      expect(site.calls).toEqual([]);
    }
  });

  it('exits with 1 when the run fails, and closes the browser', async () => {
    const failed = await lab('run e.json', fakeSite({ broken: 'DeviceLostError: the GPU went away' }));
    expect(failed.code).toBe(1);
    expect(failed.site.closed).toBe(true);
    expect((await lab('run e.json', fakeSite({ loss: () => Number.NaN }))).code).toBe(1);
  });

  it('exits with 2 when only the page can tell that the experiment is no good', async () => {
    expect((await lab('run e.json', fakeSite({ broken: 'DataError: Field "stream.split": there is no class "x"' }))).code).toBe(2);
    expect((await lab('run e.json', fakeSite({ broken: 'CheckpointError: tensor "norm.weight" is missing' }))).code).toBe(2);
  });

  it('prints golden comparisons and exits with 1 when one is beyond its mark', async () => {
    mkdirSync(join(home, 'g'));
    writeFileSync(join(home, 'g', 'a.json'), '{}');
    mkdirSync(join(home, 'g', 'below'));
    writeFileSync(join(home, 'g', 'below', 'b.json'), '{}');
    const good = await lab('golden g a');
    expect([good.code, /dW +relative +1\.0e-5 +2\.0e-3 +pass/.test(good.printed)]).toEqual([0, true]);
    expect((await lab('golden g a', fakeSite({ broken: 'x' }))).code).toBe(1);
    expect((await lab('golden g b')).code).toBe(0);
    expect((await lab('golden g c')).complaints).toMatch(/no scenario "c"\. It has: a, b\./);
  });

  it('predicts with labels, as text and as JSON', async () => {
    writeFileSync(join(home, 'm.safetensors'), '');
    writeFileSync(join(home, 'cat.png'), '');
    writeFileSync(join(home, 'labels.txt'), 'dog\ncat\n');
    const line = 'predict --backbone m.safetensors --images cat.png --labels labels.txt';
    expect((await lab(line)).printed).toBe('cat.png\n    75.0 %  cat');
    expect(JSON.parse((await lab(`${line} --json`)).printed)).toEqual([
      { image: 'cat.png', answers: [{ method: 'backbone', rows: [{ label: 'cat', probability: 0.75 }] }] },
    ]);
  });

  it('prints its help', async () => {
    const { code, printed } = await lab('help');
    expect([code, printed.startsWith('Usage')]).toEqual([0, true]);
  });
});
