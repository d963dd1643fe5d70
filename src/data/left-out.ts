/** What was left out, in a few words: by reason, the most frequent first. */
import { oneByOne, said, worded, type Fact, type Sentence } from '../common/said';
import type { Skipped } from './file-tree';
import { groupBy } from './group-by';

const REASONS = 2;

/** The name of a class among what was left out, files else. */
export const classNamed = (name: string): Sentence => said`class ${name}`;
const { code: CLASS } = classNamed('');
export const isClass = ({ name }: Skipped): boolean => typeof name !== 'string' && name.code === CLASS;

/** ` Left out: 8 files, such as "a/0.png" (it is encrypted).`, or nothing. */
export function leftOut(skipped: readonly Skipped[]): Fact {
  const files = skipped.filter((each) => !isClass(each));
  if (files.length === 0) return '';
  const groups = [...groupBy(files, ({ reason }) => worded(reason)).values()].sort((a, b) => b.length - a.length);
  const told = groups.slice(0, REASONS).map((some) => {
    const { name, reason } = some[0] ?? { name: '', reason: '' };
    return said`${counted(some.length, said`${some.length} file`, said`${some.length} files`)}, such as "${name}" (${reason})`;
  });
  const rest = groups.slice(REASONS).reduce((sum, some) => sum + some.length, 0);
  const more = rest === 0 ? [] : [said`and ${counted(rest, said`${rest} more file`, said`${rest} more files`)}`];
  return said` Left out: ${oneByOne([...told, ...more])}.`;
}

export const counted = (count: number, one: Sentence, several: Sentence): Sentence => (count === 1 ? one : several);
