/** What methods and runs are called, in the words of a catalogue that is handed in. */
import { isMethodId } from '../continual/registry';
import type { RunRecord } from '../session/record';
import type { Lineup } from './looks';
import type { Texts } from './text/en';
import type { MethodWords } from './text/en/methods';

/** What a bundled stream, task, class or run calls itself, in the language of the page; anything else as it is. */
export const givenName = ({ given }: Pick<Texts, 'given'>, name: string): string =>
  Object.hasOwn(given, name) ? (given[name] ?? name) : name;

const told = new WeakMap<RunRecord, { readonly given: Texts['given']; readonly record: RunRecord }>();

/** The record for showing: what it is of, in the language of the page. What is saved, compared or looked up is the record itself. */
export function recordIn({ given }: Pick<Texts, 'given'>, record: RunRecord): RunRecord {
  if (Object.keys(given).length === 0) return record;
  const known = told.get(record);
  if (known?.given === given) return known.record;
  const say = (name: string) => givenName({ given }, name);
  const { backbone, stream } = record;
  const tasks = stream.tasks.map((task) => ({ ...task, name: say(task.name) }));
  const named = { ...stream, title: say(stream.title), tasks, classNames: stream.classNames.map(say) };
  const shown: RunRecord = { ...record, backbone: { ...backbone, title: say(backbone.title) }, stream: named };
  told.set(record, { given, record: shown });
  return shown;
}

/** A method that this build does not know goes by the title that its record carries. */
export const methodNamed = (words: Texts, id: string, title = id): MethodWords =>
  isMethodId(id) ? words.methods[id] : { name: title, short: title, sentence: '' };

/** Of one method of a run or of the set-up. */
export const methodIn = (words: Texts, { methods }: Lineup, id: string): MethodWords =>
  methodNamed(words, id, methods.find((method) => method.id === id)?.title);

/** "Alphabets · InfLoRA, Fine-tuning · seed 0": which run the numbers are of. */
export function runNamed(words: Texts, record: Pick<RunRecord, 'experiment' | 'methods' | 'stream'>): string {
  const names = record.methods.map(({ id }) => methodIn(words, record, id).short).join(', ');
  return [givenName(words, record.stream.title), names, words.shell.seed(record.experiment.seed)].join(' · ');
}
