/** A Slurm cluster of one node on loopback, for a test: its own munge, controller and node daemon in a folder of its own. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus, hostname, userInfo } from 'node:os';
import { join } from 'node:path';

const DAEMONS = ['/usr/sbin/munged', '/usr/sbin/slurmctld', '/usr/sbin/slurmd', '/usr/bin/sbatch'];

/** Why there is none here; null where there can be one. */
export function whyNoSlurm(): string | null {
  const lacking = DAEMONS.filter((path) => !existsSync(path));
  if (lacking.length > 0) return `${lacking.join(', ')} not installed (Debian: slurmctld slurmd slurm-client munge)`;
  return process.getuid?.() === 0 ? null : 'slurmd needs root';
}

export interface SlurmNode {
  /** Output of a Slurm command. Throws with what it complained. */
  readonly tool: (name: string, ...args: string[]) => string;
  /** To the script of a job. */
  readonly signal: (name: string, job: string) => void;
  readonly until: (what: string, done: () => boolean, seconds: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until(what: string, done: () => boolean, seconds: number): Promise<void> {
  for (const end = Date.now() + 1000 * seconds; Date.now() < end; await sleep(200)) if (done()) return;
  throw new Error(`Not within ${seconds} s: ${what}.`);
}

export async function startSlurmNode(home: string, port: number): Promise<SlurmNode> {
  const at = (name: string) => join(home, name);
  for (const folder of ['state', 'spool', 'munge']) mkdirSync(at(folder), { mode: 0o755 });
  writeFileSync(at('munge/key'), randomBytes(1024), { mode: 0o400 });
  const node = hostname().split('.')[0] ?? 'node';
  writeFileSync(
    at('slurm.conf'),
    `ClusterName=test
SlurmctldHost=${node}(127.0.0.1)
SlurmctldPort=${port}
SlurmdPort=${port + 1}
SlurmUser=${userInfo().username}
SlurmdUser=${userInfo().username}
AuthType=auth/munge
AuthInfo=socket=${at('munge/socket')}
CredType=cred/munge
StateSaveLocation=${at('state')}
SlurmdSpoolDir=${at('spool')}
SlurmctldPidFile=${at('slurmctld.pid')}
SlurmdPidFile=${at('slurmd.pid')}
SlurmctldLogFile=${at('slurmctld.log')}
SlurmdLogFile=${at('slurmd.log')}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SchedulerType=sched/builtin
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
MpiDefault=none
KillWait=30
NodeName=${node} NodeAddr=127.0.0.1 CPUs=${cpus().length} State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`,
  );
  const env = { ...process.env, SLURM_CONF: at('slurm.conf') };
  const started: ChildProcess[] = [];
  const start = (path: string, ...args: string[]) => started.push(spawn(path, args, { env, stdio: 'ignore' }));
  const tool = (name: string, ...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(name, args, { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${name} ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  const close = async () => {
    for (const daemon of started.reverse()) {
      if (daemon.exitCode !== null) continue;
      const ended = new Promise((resolve) => daemon.once('exit', resolve));
      daemon.kill('SIGTERM');
      await ended;
    }
  };
  try {
    const munge = ['key', 'socket', 'pid', 'log', 'seed'].map(
      (name) => `--${name === 'socket' ? name : `${name}-file`}=${at(`munge/${name}`)}`,
    );
    start('/usr/sbin/munged', '--foreground', '--force', ...munge);
    await until('munge', () => existsSync(at('munge/socket')), 20);
    start('/usr/sbin/slurmctld', '-D', '-f', at('slurm.conf'));
    start('/usr/sbin/slurmd', '-D', '-N', node, '-f', at('slurm.conf'));
    await until('an idle node', () => tool('sinfo', '--noheader', '--format=%T').startsWith('idle'), 60);
  } catch (error) {
    await close();
    throw error;
  }
  // Its exit code tells nothing: 22.05 delivers TERM and ends with 229.
  const signal = (name: string, job: string) => void spawnSync('scancel', ['--batch', `--signal=${name}`, job], { env });
  return { tool, signal, until, close };
}
