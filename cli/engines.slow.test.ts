/**
 * A sweep on the engines that people have: Slurm (a cluster of one node on loopback) and GNU parallel, with runs that are killed and cut
 * in the middle. What must come out is what the same runs give in sequence.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LAB, labIn, sleep, type LabProcesses } from './testing/lab-process';
import { startSlurmNode, whyNoSlurm, type SlurmNode } from './testing/slurm-node';

const SWEEP = ['tiny.json', '--grid', 'learningRate=1e-3,3e-3', '--grid', 'inflora.rank=2,4', '--seeds', '2', '--device', 'wasm'];
const TINY = {
  schema: 1,
  backbone: { from: { source: 'bundled', id: 'glyph-vit' } },
  stream: { from: { source: 'bundled', id: 'alphabets' }, maxTasks: 3, trainPerClass: 8, testPerClass: 4 },
  methods: [{ id: 'inflora' }, { id: 'full-fine-tuning' }],
  training: { epochs: 4, batchSize: 16, learningRate: 1e-3 },
  interference: 'off',
};

/** Half a minute of work on two quiet cores for eight runs; nobody knows what else the machine does. */
const LONG = 1_800_000;
vi.setConfig({ testTimeout: LONG, hookTimeout: LONG });

/** An asymmetric matcher has the type any. */
const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);

let home = '';
let at: LabProcesses;
const lab = (...args: string[]) => at.lab(...args);
const names = (folder: string) => at.names(folder);
const results = (folder: string) => at.results(folder);
const env = () => at.env;

/** `lab run` into a folder, told to stop with this signal after its first task. */
const cut = (folder: string, signal: NodeJS.Signals, shard: string) =>
  at.cut(['run', ...SWEEP, '--shard', shard, '--out-dir', folder], signal, (said) => said.includes('after task 1'));

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'sweep-'));
  at = labIn(home);
  writeFileSync(join(home, 'tiny.json'), JSON.stringify(TINY));
  expect(lab('run', ...SWEEP, '--out-dir', 'sequence').status).toBe(0);
  expect(names('sequence')).toHaveLength(8);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('eight runs', () => {
  it('are skipped when they are there, and merge', () => {
    const again = lab('run', ...SWEEP, '--out-dir', 'sequence');
    expect([again.status, again.stdout.includes('0 finished, 8 there before')]).toEqual([0, true]);
    expect(again.stderr).not.toContain('device');
    const merged = lab('merge', 'sequence');
    expect([merged.status, merged.stdout]).toEqual([0, like(/inflora +learningRate=0.001 rank=2 +2 /)]);
  });

  it('go on in mid-run after SIGTERM, and end alike', async () => {
    expect(await cut('cut', 'SIGTERM', '1/8')).toBe(75);
    expect(readdirSync(join(home, 'cut')).filter((name) => name.endsWith('.state'))).toHaveLength(1);
    expect(lab('merge', 'cut')).toMatchObject({ status: 2, stderr: like(/begun, not finished/) });
    const { status, stderr } = lab('run', ...SWEEP, '--shard', '1/8', '--out-dir', 'cut');
    expect([status, stderr]).toEqual([0, like(/goes on where it stood/)]);
    const [name = ''] = names('cut');
    expect(results('cut')[name]).toEqual(results('sequence')[name]);
  });

  it('end alike after two workers on one folder, one of them killed', async () => {
    const killed = cut('two', 'SIGKILL', '1/1');
    const other = new Promise((resolve) =>
      spawn(process.execPath, [LAB, 'run', ...SWEEP, '--out-dir', 'two'], { env: env(), stdio: 'ignore' }).on('exit', resolve),
    );
    await killed;
    expect(await other).toBe(0);
    expect(results('two')).toEqual(results('sequence'));
  });

  const parallel = spawnSync('parallel', ['--version']).status === 0;
  it.skipIf(!parallel)(`on GNU parallel${parallel ? '' : ' (not installed)'}, killed and started again`, async () => {
    const script = lab('parallel', ...SWEEP, '--out-dir', 'parallel', '--at-once', '2', '--cpus', '1');
    expect(script.status).toBe(0);
    writeFileSync(join(home, 'sweep.sh'), script.stdout);
    const first = spawn('bash', ['sweep.sh'], { cwd: home, env: env(), detached: true, stdio: 'ignore' });
    while (names('parallel').length < 2) await sleep(200);
    // The whole session, as a machine that goes down.
    if (first.pid !== undefined) process.kill(-first.pid, 'SIGKILL');
    await sleep(500);
    expect(names('parallel').length).toBeLessThan(8);
    expect(spawnSync('bash', ['sweep.sh'], { cwd: home, env: env() }).status).toBe(0);
    expect(results('parallel')).toEqual(results('sequence'));
  });

  const lacking = whyNoSlurm();
  describe.skipIf(lacking !== null)(`on Slurm${lacking === null ? '' : ` (${lacking})`}`, () => {
    let slurm: SlurmNode;
    beforeAll(async () => {
      mkdirSync(join(home, 'slurm'));
      slurm = await startSlurmNode(join(home, 'slurm'), 26817);
    });
    afterAll(() => slurm?.close());

    it('an array with one job told to stop and one killed, submitted again, ends alike', async () => {
      mkdirSync(join(home, 'array'));
      const script = lab('slurm', ...SWEEP, '--out-dir', 'array', '--at-once', '2', '--cpus', '1');
      expect(script.status).toBe(0);
      writeFileSync(join(home, 'array.sh'), script.stdout);
      const submit = () => slurm.tool('sbatch', '--parsable', join(home, 'array.sh'));
      const left = () => slurm.tool('squeue', '--noheader', '--array');
      const logged = (job: string, text: string) => {
        const log = join(home, 'array', `slurm-${job}.log`);
        return existsSync(log) && readFileSync(log, 'utf8').includes(text);
      };
      const first = submit();
      const wait = (i: number, text: string) => slurm.until(`job ${i}: ${text}`, () => logged(`${first}_${i}`, text), 400);
      const numberOf = (i: number) => slurm.tool('squeue', '--noheader', '--job', `${first}_${i}`, '--format=%A');
      await Promise.all([
        wait(1, 'after task 1').then(() => slurm.signal('TERM', numberOf(1))),
        // Not by scancel, which asks kindly first: as a node that goes down, every process of the job at once.
        (async () => {
          await wait(2, 'device');
          // Found out ahead: what is left of the run after its first task may be over before Slurm has answered.
          const [, ...processes] = slurm.tool('scontrol', 'listpids', numberOf(2)).split('\n');
          const ids = processes.map((line) => Number(line.trim().split(/\s+/)[0])).filter((id) => id > 0);
          await wait(2, 'after task 1');
          spawnSync('kill', ['-KILL', ...ids.map(String)]);
        })(),
      ]);
      await slurm.until('the array to end', () => left() === '', 1200);
      const done = names('array');
      expect(done.length).toBeLessThan(8);
      const merged = lab('merge', 'array');
      expect([merged.status, merged.stdout]).toEqual([1, like(/[12] missing or failed/)]);
      submit();
      await slurm.until('the second array to end', () => left() === '', 1200);
      expect(results('array')).toEqual(results('sequence'));
      expect(lab('merge', 'array').stdout.split('\n\n')[1]).toBe(lab('merge', 'sequence').stdout.split('\n\n')[1]);
    });

    it('a job whose time is up saves, queues itself again and goes on', async () => {
      mkdirSync(join(home, 'again'));
      const script = lab('slurm', ...SWEEP, '--out-dir', 'again', '--cpus', '1');
      writeFileSync(join(home, 'again.sh'), script.stdout.replace('--array=1-8', '--array=5'));
      const job = slurm.tool('sbatch', '--parsable', join(home, 'again.sh'));
      const log = () => {
        const path = join(home, 'again', `slurm-${job}_5.log`);
        return existsSync(path) ? readFileSync(path, 'utf8') : '';
      };
      await slurm.until('the job in mid-run', () => log().includes('after task 1'), 400);
      // What Slurm itself sends two minutes before the time is up.
      slurm.signal('USR1', `${job}_5`);
      await slurm.until('the job to end', () => names('again').length === 1 && slurm.tool('squeue', '--noheader', '--array') === '', 900);
      expect(log()).toMatch(/goes on where it stood/);
      const [name = ''] = names('again');
      expect(results('again')[name]).toEqual(results('sequence')[name]);
    });
  });
});
