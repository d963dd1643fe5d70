/** `lab plan`: the runs of a sweep, with what each would take on this machine. */
import { formatBytes } from '../src/common/bytes';
import { textTable } from '../src/session/text-table';
import type { Command } from './arguments';
import { chooseDevice } from './device';
import type { ProgressWriter } from './progress';
import { partText } from './parts';
import { openRunFolder } from './run-folder';
import { withProgress } from './run-once';
import type { Site } from './site';
import { digestOf, namedRuns, ownShard, type NamedRun } from './sweep';

interface Estimate {
  readonly hours: number | null;
  readonly bytes: number;
  readonly fits: boolean;
}

const hoursText = (hours: number | null): string => (hours === null ? '?' : hours < 0.01 ? '< 0.01' : hours.toFixed(2));

/** Seeds of one setting take the same. */
async function estimates(site: Site, writer: ProgressWriter, runs: readonly NamedRun[]): Promise<ReadonlyMap<string, Estimate>> {
  const found = new Map<string, Estimate>();
  for (const { experiment, files } of runs) {
    const key = digestOf({ ...experiment, seed: 0 });
    if (found.has(key)) continue;
    await site.call('provide', site.publish(files));
    const { bytes, fits, time } = await withProgress(site, writer, site.call('estimate', experiment));
    const seconds = time?.map((method) => method.seconds) ?? [null];
    const known = seconds.filter((value) => value !== null);
    const total = known.reduce((sum, value) => sum + value, 0);
    found.set(key, { hours: known.length < seconds.length ? null : total / 3600, bytes, fits });
  }
  return found;
}

/** Exit code 0. Throws UsageError. */
export async function plan(
  command: Extract<Command, { kind: 'plan' }>,
  open: () => Promise<Site>,
  engine: () => string,
  writer: ProgressWriter,
  print: (text: string) => void,
): Promise<number> {
  const version = engine();
  const sweep = namedRuns(command, version);
  const list = ownShard(sweep, command);
  const folder = command.outDir === null ? null : await openRunFolder(command.outDir, version, sweep);
  const site = await open();
  try {
    await chooseDevice(site, writer, command);
    const taken = await estimates(site, writer, list);
    const of = ({ experiment }: NamedRun) => taken.get(digestOf({ ...experiment, seed: 0 }));
    const standing = ({ name }: NamedRun): string =>
      folder?.has(name, 'json') ? 'finished' : folder?.has(name, 'failed.json') ? 'failed' : folder?.has(name, 'state') ? 'begun' : '';
    const rows = list.map((run, i) => {
      const found = of(run);
      const memory = found ? `${formatBytes(found.bytes)}${found.fits ? '' : ' (too much)'}` : '?';
      return [
        `${run.title}${partText(run)}`,
        String(i + 1),
        String(run.experiment.seed),
        hoursText(found?.hours ?? null),
        memory,
        run.name,
        standing(run),
      ];
    });
    print(textTable([['run', 'number', 'seed', 'hours', 'memory', 'name', folder ? 'state' : ''], ...rows]));
    const left = list.filter((run) => standing(run) !== 'finished');
    const hours = left.map((run) => of(run)?.hours ?? null);
    const sum = hours.includes(null) ? null : hours.reduce<number>((total, value) => total + (value ?? 0), 0);
    print(`\n${list.length} runs, ${left.length} to do: ${hoursText(sum)} hours one after the other on this device. Engine ${version}.`);
    return 0;
  } finally {
    await site.close();
  }
}
