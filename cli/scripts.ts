/** `lab slurm` and `lab parallel`: a script for the engine that people have; it is printed, never submitted. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ScriptCommand } from './arguments';
import { namedRuns } from './sweep';
import { STOPPED } from './run';

/** Options of the script alone, which `lab run` does not know. */
const SCRIPT_OPTIONS = ['jobs', 'at-once', 'cpus', 'time', 'memory'];
const SCRIPT_FLAGS = ['gpu'];

/** Slurm takes arrays of up to 1,001 jobs unless its administrator allows more; a job then does several runs. */
const MOST_JOBS = 1000;

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** The words of `lab run` among those of the script's command. */
export function runWords(args: readonly string[]): string[] {
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    const [name = '', inline] = arg.startsWith('--') ? arg.slice(2).split(/=(.*)/s) : [''];
    if (SCRIPT_FLAGS.includes(name)) continue;
    if (SCRIPT_OPTIONS.includes(name)) i += inline === undefined ? 1 : 0;
    else words.push(arg);
  }
  return words;
}

interface Script {
  readonly run: string;
  readonly jobs: number;
  readonly from: string;
  readonly head: string;
}

const gpuLines = (gpu: boolean): string =>
  gpu ? '# A real GPU instead of the software one (docs/sweeps.md).\nexport BENCH_REAL_GPU=1\n' : '';

function slurm(command: ScriptCommand, { run, jobs, from, head }: Script): string {
  const throttle = command.atOnce === null ? '' : `%${command.atOnce}`;
  const asked = [
    ...(command.gpu ? ['#SBATCH --gres=gpu:1'] : []),
    ...(command.memory === null ? [] : [`#SBATCH --mem=${command.memory}`]),
    ...(command.time === null ? [] : [`#SBATCH --time=${command.time}`]),
  ];
  return `#!/bin/bash
${head}
#   lab slurm … > sweep.sh; sbatch sweep.sh
# Submit it again whenever you like: finished runs are skipped, those that were cut go on where they stood.
#SBATCH --job-name=inflora
#SBATCH --array=1-${jobs}${throttle}
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=${command.cpus}
${asked.map((line) => `${line}\n`).join('')}#SBATCH --chdir=${quoted(from)}
#SBATCH --output=${quoted(resolve(from, command.outDir))}/slurm-%A_%a.log
#SBATCH --open-mode=append
#SBATCH --requeue
# Two minutes before the time is up: save, and queue again.
#SBATCH --signal=B:USR1@120
set -u
export INIT_CWD=${quoted(from)}
${gpuLines(command.gpu)}
${run} --shard "$SLURM_ARRAY_TASK_ID/${jobs}" &
lab=$!
again=no
trap 'again=yes; kill -TERM "$lab" 2>/dev/null' USR1
trap 'kill -TERM "$lab" 2>/dev/null' TERM INT
# A signal ends the wait, not the run.
while wait "$lab"; code=$?; kill -0 "$lab" 2>/dev/null; do :; done
if [ "$again" = yes ] && [ "$code" -eq ${STOPPED} ]; then
  scontrol requeue "\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}"
fi
exit "$code"`;
}

function parallel(command: ScriptCommand, { run, jobs, from, head }: Script): string {
  const out = quoted(resolve(from, command.outDir));
  return `#!/bin/bash
${head}
#   lab parallel … > sweep.sh; bash sweep.sh
# Start it again whenever you like: the job log knows what is done, and what was cut goes on where it stood.
# More machines on one folder: parallel --sshlogin, or this script on each with another --joblog.
set -u
mkdir -p ${out}
export INIT_CWD=${quoted(from)}
${gpuLines(command.gpu)}cd ${quoted(from)} || exit 2
# A browser takes the cores that it may run on: each job gets ${command.cpus} of its own.
cpus=${command.cpus}
slots=$(($(nproc) / cpus > 0 ? $(nproc) / cpus : 1))
pin=''
command -v taskset >/dev/null && pin="taskset --cpu-list \\$((({%} - 1) % $slots * $cpus))-\\$((({%} - 1) % $slots * $cpus + $cpus - 1))"
# --resume skips what the job log has as done, --resume-failed only what ended well. Told to stop, a run has a minute to save.
seq ${jobs} | parallel --jobs ${command.atOnce ?? '"$slots"'} --joblog ${out}/parallel.log --resume --resume-failed \
  --termseq TERM,60000,KILL --line-buffer --tagstring 'job {}' \
  "$pin" ${quoted(run)} --shard '{}/${jobs}'`;
}

/** `args`: the words behind `slurm` or `parallel`. Throws UsageError. */
export function printScript(
  command: ScriptCommand,
  args: readonly string[],
  { engineVersion, from }: { engineVersion: () => string; from: string },
): string {
  const engine = engineVersion();
  const runs = namedRuns(command, engine).length;
  const jobs = Math.min(runs, command.jobs ?? MOST_JOBS);
  const lab = fileURLToPath(new URL('../scripts/lab.mjs', import.meta.url));
  const run = ['node', quoted(lab), 'run', ...runWords(args).map(quoted)].join(' ');
  const head = `# ${runs} runs in ${jobs} jobs, engine ${engine}; written by:\n#   lab ${[command.kind, ...args].map(quoted).join(' ')}`;
  return command.kind === 'slurm' ? slurm(command, { run, jobs, from, head }) : parallel(command, { run, jobs, from, head });
}
