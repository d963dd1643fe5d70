/** What comes with the site by its names in a language; what people brought keeps its own. */
import type { RunRecord } from '../session/record';
import type { Texts } from './text/en';

/** "Digits · Glaze" in its parts. */
export const nameIn = ({ bundled }: Texts, name: string): string =>
  name
    .split(' · ')
    .map((part) => (Object.hasOwn(bundled.names, part) ? bundled.names[part] : part))
    .join(' · ');

/** How what an experiment takes from `from` is called: by the language where the site brought it, by itself where somebody did. */
export const namesFrom =
  (words: Texts, from: { readonly source: string }) =>
  (name: string): string =>
    from.source === 'bundled' ? nameIn(words, name) : name;

const shown = new WeakMap<RunRecord, { readonly words: Texts; readonly record: RunRecord }>();

/** A record to be looked at, not to be looked up in by name: its numbers are the record's own. One record gives one answer, as long as the language stays. */
export function recordIn(words: Texts, record: RunRecord): RunRecord {
  if (Object.keys(words.bundled.names).length === 0) return record;
  const known = shown.get(record);
  if (known?.words === words) return known.record;
  const { stream, backbone, experiment } = record;
  const say = namesFrom(words, experiment.stream.from);
  const worded: RunRecord = {
    ...record,
    backbone: { ...backbone, title: namesFrom(words, experiment.backbone.from)(backbone.title) },
    stream: {
      ...stream,
      title: say(stream.title),
      tasks: stream.tasks.map((task) => ({ ...task, name: say(task.name) })),
      classNames: stream.classNames.map(say),
    },
  };
  shown.set(record, { words, record: worded });
  return worded;
}
