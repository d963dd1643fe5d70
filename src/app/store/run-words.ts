/** A kept run in words: what it is called, and what differs from another. */
import { wordsOf } from '../methods';
import { text } from '../text';
import type { KeptRun } from './kept-run';

/** "Alphabets · InfLoRA vs Fine-tuning", unless somebody gave it a name. */
export function nameOfRun(run: Pick<KeptRun, 'name' | 'stream' | 'methods'>): string {
  if (run.name !== '') return run.name;
  const names = run.methods.map(({ id }) => wordsOf(run, id).short);
  return `${run.stream} · ${names.length <= 3 ? names.join(text.shell.versus) : text.shell.more(names.length)}`;
}
