/** `lab golden`: the comparison with recorded tensors, in the browser, as a table. */
import { readdirSync, statSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import { textTable } from '../src/session/text-table';
import { UsageError, type Command } from './arguments';
import type { ProgressWriter } from './progress';
import { chooseDevice } from './device';
import { withProgress } from './run-once';
import type { Site } from './site';

/** Files of a recording, those of the folder and of the folders in it: `a.json`, `ranpac/ranpac.json`. */
function recordings(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? readdirSync(join(folder, entry.name)).map((name) => `${entry.name}/${name}`) : [entry.name]))
    .filter((name) => /\.(json|safetensors)$/.test(name));
}

const small = (value: number) => (value === 0 ? '0' : Number.isFinite(value) ? value.toExponential(1) : String(value));

/** Exit code 0 when every quantity passed, 1 otherwise. Throws UsageError. */
export async function golden(
  command: Extract<Command, { kind: 'golden' }>,
  open: () => Promise<Site>,
  writer: ProgressWriter,
  print: (text: string) => void,
): Promise<number> {
  const { folder, scenario } = command;
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new UsageError(`There is no folder "${folder}".`);
  const names = recordings(folder);
  const known = names.flatMap((name) => (name.endsWith('.json') ? [posix.basename(name, '.json')] : []));
  if (!known.includes(scenario)) {
    throw new UsageError(`"${folder}" has no scenario "${scenario}". It has: ${known.join(', ')}.`);
  }
  const site = await open();
  try {
    await chooseDevice(site, writer, command);
    await site.call('provide', site.publish(names.map((name) => ({ name: `golden/${name}`, path: resolve(join(folder, name)) }))));
    const report = await withProgress(site, writer, site.call('golden', 'golden', scenario));
    const rows = report.rows.map((row) => [
      row.quantity,
      row.measure,
      small(row.worst),
      small(row.mark),
      row.passed ? 'pass' : 'FAIL',
      String(row.count),
      row.where,
    ]);
    writer.keep('');
    print(textTable([['quantity', 'measure', 'worst', 'mark', '', 'compared', 'where'], ...rows]));
    print(
      `\n${scenario}: ${report.passed ? 'all within their marks' : `${report.rows.filter((row) => !row.passed).length} beyond their marks`}`,
    );
    return report.passed ? 0 : 1;
  } finally {
    await site.close();
  }
}
