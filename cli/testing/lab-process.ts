/** `lab` as a process of its own, in a folder of its own: for tests of sweeps that are cut, killed and started again. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const LAB = fileURLToPath(new URL('../../scripts/lab.mjs', import.meta.url));
export const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export interface LabProcesses {
  readonly env: NodeJS.ProcessEnv;
  /** To its end. */
  lab(...args: string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string };
  /** Told to stop with this signal once `when` holds of what it has said; its exit code. */
  cut(args: readonly string[], signal: NodeJS.Signals, when: (said: string) => boolean): Promise<number | null>;
  /** Names of the finished runs of a folder. */
  names(folder: string): string[];
  /** Everything of each but clocks, and how many threads a job's cores gave it: numbers do not depend on them. */
  results(folder: string): Record<string, unknown>;
}

export function labIn(home: string): LabProcesses {
  const env = { ...process.env, INIT_CWD: home };
  const names = (folder: string): string[] =>
    existsSync(join(home, folder)) ? readdirSync(join(home, folder)).filter((name) => /^[0-9a-f]{16}\.json$/.test(name)) : [];
  return {
    env,
    lab(...args) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [LAB, ...args], { env, encoding: 'utf8' });
      return { status, stdout, stderr };
    },
    async cut(args, signal, when) {
      const child = spawn(process.execPath, [LAB, ...args], { env });
      let said = '';
      child.stderr.on('data', (text: Buffer) => (said += text.toString()));
      const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
      while (!when(said) && child.exitCode === null) await sleep(50);
      child.kill(signal);
      return ended;
    },
    names,
    results: (folder) =>
      Object.fromEntries(
        names(folder).map((name) => {
          const record = readFileSync(join(home, folder, name), 'utf8');
          const timeless = (key: string, value: unknown) =>
            ['seconds', 'startedAt', 'log', 'at', 'device'].includes(key) ? undefined : value;
          return [name, JSON.parse(JSON.stringify(JSON.parse(record), timeless))];
        }),
      ),
  };
}
