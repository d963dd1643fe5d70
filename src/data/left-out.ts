/** What was left out, in a few words: by reason, the most frequent first. */
import type { Skipped } from './file-tree';
import { groupBy } from './group-by';

const REASONS = 2;

/** ` Left out: 8 files, such as "a/0.png" (it is encrypted).`, or nothing. */
export function leftOut(skipped: readonly Skipped[]): string {
  const files = skipped.filter(({ name }) => !name.startsWith('class '));
  if (files.length === 0) return '';
  const groups = [...groupBy(files, ({ reason }) => reason)].sort(([, a], [, b]) => b.length - a.length);
  const told = groups
    .slice(0, REASONS)
    .map(([reason, some]) => `${counted(some.length, 'file')}, such as "${some[0]?.name ?? ''}" (${reason})`);
  const more =
    groups.length > REASONS
      ? `; and ${counted(files.length - groups.slice(0, REASONS).reduce((sum, [, some]) => sum + some.length, 0), 'more file')}`
      : '';
  return ` Left out: ${told.join('; ')}${more}.`;
}

export const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
