/** A kept run in words: what it is called, and what differs from another. */
import type { Texts } from '../text/en';
import { changesBetween } from './changes';
import type { KeptRun } from './kept-run';
import { methodIn } from '../names';

/** "Alphabets · InfLoRA vs Fine-tuning", unless somebody gave it a name. */
export function nameOfRun(text: Texts, run: Pick<KeptRun, 'name' | 'stream' | 'methods'>): string {
  if (run.name !== '') return run.name;
  const names = run.methods.map(({ id }) => methodIn(text, run, id).short);
  return `${run.stream} · ${names.length <= 3 ? names.join(text.shell.versus) : text.shell.more(names.length)}`;
}

/** "learning rate 0.001 → 0.0003", "+ SLCA": one entry a setting; what became of the methods first. */
export function differences(
  text: Texts,
  above: Pick<KeptRun, 'experiment' | 'methods'>,
  run: Pick<KeptRun, 'experiment' | 'methods'>,
): string[] {
  const { experiment: before } = above;
  const { experiment: after } = run;
  const lacks = ({ methods }: typeof before, id: string) => methods.every((method) => method.id !== id);
  const added = after.methods.filter(({ id }) => lacks(before, id)).map(({ id }) => `+ ${methodIn(text, run, id).short}`);
  const taken = before.methods.filter(({ id }) => lacks(after, id)).map(({ id }) => `− ${methodIn(text, above, id).short}`);
  const changed = changesBetween(text, before, after)
    .filter(({ path }) => path !== 'methods')
    .map(({ field, before: from, after: to }) => text.shell.changed.line(field, from, to));
  return [...added, ...taken, ...changed];
}

/** Runs of one experiment under other seeds have the same. */
export const seedless = ({ experiment: { seed: _, title: __, ...rest } }: Pick<KeptRun, 'experiment'>): string => JSON.stringify(rest);

export interface RunGroup {
  readonly key: string;
  readonly runs: readonly KeptRun[];
}

/** Seeds of one experiment together, where the first of them stands; another device or an earlier try under the same seed too. */
export function groupsOf(list: readonly KeptRun[]): RunGroup[] {
  const groups = new Map<string, KeptRun[]>();
  for (const run of list) {
    const key = seedless(run);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups].map(([key, runs]) => ({ key, runs }));
}
