/** What methods and runs are called, in the words of a catalogue that is handed in. */
import { isMethodId } from '../continual/registry';
import type { RunRecord } from '../session/record';
import type { Lineup } from './looks';
import type { Texts } from './text/en';
import type { MethodWords } from './text/en/methods';

/** A method that this build does not know goes by the title that its record carries. */
export const methodNamed = (words: Texts, id: string, title = id): MethodWords =>
  isMethodId(id) ? words.methods[id] : { name: title, short: title, sentence: '' };

/** Of one method of a run or of the set-up. */
export const methodIn = (words: Texts, { methods }: Lineup, id: string): MethodWords =>
  methodNamed(words, id, methods.find((method) => method.id === id)?.title);

/** "Alphabets · InfLoRA, Fine-tuning · seed 0": which run the numbers are of. */
export function runNamed(words: Texts, record: Pick<RunRecord, 'experiment' | 'methods' | 'stream'>): string {
  const names = record.methods.map(({ id }) => methodIn(words, record, id).short).join(', ');
  return [record.stream.title, names, words.shell.seed(record.experiment.seed)].join(' · ');
}
