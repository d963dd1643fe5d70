/** Sweeps over fakes: what is written, skipped, merged and refused. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeExperiment } from '../src/session/testing/fakes';
import { main } from './main';
import { fakeSite } from './testing/fake-site';

/** An asymmetric matcher has the type any. */
const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);

let home = '';
let before = '';
beforeEach(() => {
  before = process.cwd();
  home = mkdtempSync(join(tmpdir(), 'lab-sweep-'));
  writeFileSync(join(home, 'e.json'), JSON.stringify(fakeExperiment({ seed: 4 })));
});
afterEach(() => {
  process.chdir(before);
  rmSync(home, { recursive: true });
});

async function lab(line: string, { engine = 'engine-1', site = fakeSite() } = {}) {
  const printed: string[] = [];
  const code = await main(line.split(' '), {
    builtSite: () => 'nowhere',
    engineVersion: () => engine,
    from: home,
    openSite: async () => site,
    print: (text) => printed.push(text),
    complain: (text) => printed.push(text),
  });
  return { code, text: printed.join('\n'), calls: site.calls };
}
const files = (folder: string) => readdirSync(join(home, folder)).sort();
const runFiles = (folder: string) => files(folder).filter((name) => /^[0-9a-f]{16}\.json$/.test(name));

describe('a folder of runs', () => {
  it('gets a file a run, and skips what is there without opening a browser', async () => {
    const first = await lab('run e.json --seeds 2 --grid learningRate=1e-3,1e-2 --out-dir out');
    expect([first.code, runFiles('out').length]).toEqual([0, 4]);
    expect(files('out').filter((name) => name.endsWith('.part'))).toEqual([]);
    const again = await lab('run e.json --seeds 2 --grid learningRate=1e-2,1e-3 --out-dir out');
    expect([again.code, again.calls]).toEqual([0, []]);
    expect(again.text).toMatch(/0 finished, 4 there before/);
    // A larger sweep computes what is new.
    expect((await lab('run e.json --seeds 3 --grid learningRate=1e-3,1e-2 --out-dir out --shard 2/2')).text).toMatch(
      /1 finished, 2 there before/,
    );
  });

  it('is of one engine and one device: other versions compute again', async () => {
    await lab('run e.json --out-dir out');
    await lab('run e.json --out-dir out', { engine: 'engine-2' });
    await lab('run e.json --out-dir out --device wasm');
    expect(runFiles('out')).toHaveLength(3);
    const refused = await lab('merge out');
    expect([refused.code, refused.text]).toEqual([2, like(/several engine versions \(2 of engine-\d, 1 of engine-\d\).*--any-engine/s)]);
    expect((await lab('merge out --any-engine')).code).toBe(0);
  });

  it('notes why a run failed, tries it again, and merge names it until then', async () => {
    const broken = fakeSite({ broken: 'DeviceLostError: the GPU went away' });
    expect((await lab('run e.json --seeds 2 --out-dir out', { site: broken })).code).toBe(1);
    await lab('run e.json --out-dir out');
    const merged = await lab('merge out');
    expect([merged.code, merged.text]).toEqual([1, like(/1 missing or failed:\n {2}e, seed 5 \(\w+\): failed: .*the GPU went away/)]);
    expect((await lab('run e.json --seeds 2 --out-dir out')).text).toMatch(/1 finished, 1 there before/);
    expect((await lab('merge out')).code).toBe(0);
    expect(files('out').filter((name) => name.includes('failed'))).toEqual([]);
  });

  it('merges: means over seeds as table, CSV, JSON lines and LaTeX', async () => {
    await lab('run e.json --seeds 2 --grid inflora.rank=1,2 --out-dir out');
    const { code, text } = await lab('merge out --csv a.csv --jsonl a.jsonl --latex a.tex');
    expect([code, text]).toEqual([0, like(/inflora {2}rank=2 +2 +100\.0 \+- 0\.0/)]);
    const [head = '', ...rows] = readFileSync(join(home, 'a.csv'), 'utf8').trim().split('\r\n');
    expect(head).toBe('run,engine,device,method,rank,seed,reading,after_task,on_task,class_incremental,task_aware');
    // Two settings, two seeds, two tasks: one accuracy after the first, two after the second.
    expect(rows.filter((row) => row.includes(',inflora,') && row.includes(',own,'))).toHaveLength(2 * 2 * 3);
    const lines = readFileSync(join(home, 'a.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.find((line) => line.kind === 'task' && line.step === 2)).toMatchObject({ method: 'inflora', rank: 1, 'own/average': 1 });
    expect(readFileSync(join(home, 'a.tex'), 'utf8')).toMatch(/\{rank=2\} & 2 & 100\.0 \$\\pm\$ 0\.0/);
  });

  it('picks each method’s best, and says where the search was too narrow', async () => {
    await lab('run e.json --seeds 2 --grid learningRate=1e-3,1e-2,1e-1 --out-dir out');
    const { code, text } = await lab('best out --out best.json');
    expect([code, text]).toEqual([0, like(/\* inflora learningRate=0\.001 .*2 seeds/)]);
    // All tie: the lowest rate is taken, which is the lowest that was tried.
    expect(text).toMatch(/0\.001 is the lowest rate that was tried/);
    expect(JSON.parse(readFileSync(join(home, 'best.json'), 'utf8'))).toMatchObject({
      methods: [
        { id: 'inflora', learningRate: 1e-3 },
        { id: 'full-fine-tuning', learningRate: 1e-3 },
      ],
    });
  });

  it('says what is wrong with what it is given', async () => {
    mkdirSync(join(home, 'empty'));
    expect(await lab('merge empty')).toMatchObject({ code: 2, text: like(/No finished run in empty/) });
    expect(await lab('merge nowhere')).toMatchObject({ code: 2, text: like(/no folder or file "nowhere"/) });
    writeFileSync(join(home, 'empty', 'half.json'), '{"kind":');
    expect(await lab('merge empty')).toMatchObject({ code: 2, text: like(/half\.json" is not JSON/) });
    await lab('run e.json --out-dir out');
    expect(await lab('merge out --read-by tea')).toMatchObject({ code: 2, text: like(/no run has a reading "tea"/) });
  });
});

describe('plan and scripts', () => {
  it('lists runs with hours, memory and what is done', async () => {
    await lab('run e.json --out-dir out');
    const { code, text } = await lab('plan e.json --seeds 2 --out-dir out');
    expect(code).toBe(0);
    expect(text).toMatch(/e +1 +4 +0\.50 +2\.0 MB +\w+ +finished/);
    expect(text).toMatch(/2 runs, 1 to do: 0\.50 hours/);
  });

  it('prints an array script that bash can read, with the words of the sweep alone', async () => {
    const { code, text } = await lab('slurm e.json --grid learningRate=1e-3,1e-2 --seeds 3 --out-dir out --at-once 2 --gpu --time 1:00:00');
    expect(code).toBe(0);
    expect(text).toMatch(/#SBATCH --array=1-6%2\n/);
    expect(text).toMatch(/#SBATCH --gres=gpu:1\n#SBATCH --time=1:00:00\n/);
    expect(text).toMatch(/lab\.mjs run e\.json --grid learningRate=1e-3,1e-2 --seeds 3 --out-dir out --shard "\$SLURM_ARRAY_TASK_ID\/6" &/);
    expect((await lab('slurm e.json --seeds 6 --out-dir out --jobs 2')).text).toMatch(/--array=1-2\n/);
    expect((await lab('parallel e.json --seeds 6 --out-dir out')).text).toMatch(/seq 6 \| parallel .*--joblog .*--resume /);
  });
});

describe('--device webgpu', () => {
  const software = () => fakeSite({ software: true });
  it('names a software adapter and exits with 2, unless it is allowed', async () => {
    const refused = await lab('run e.json --device webgpu', { site: software() });
    expect([refused.code, refused.text]).toEqual([2, like(/only adapter here is fake.*--allow-software/s)]);
    expect((await lab('run e.json --device webgpu --allow-software', { site: software() })).code).toBe(0);
  });
});
