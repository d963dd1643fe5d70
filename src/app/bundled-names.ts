/** What comes with the site by its names in a language; what people brought keeps its own. */
import type { RunRecord } from '../session/record';
import type { Texts } from './text/en';

/** "Digits · Glaze" in its parts. */
export const nameIn = ({ bundled }: Texts, name: string): string =>
  bundled.names[name] ??
  name
    .split(' · ')
    .map((part) => bundled.names[part] ?? part)
    .join(' · ');

const shown = new WeakMap<RunRecord, { readonly words: Texts; readonly record: RunRecord }>();

/** A record to be looked at: its numbers and classes are the record's own. One record gives one answer, as long as the language stays. */
export function recordIn(words: Texts, record: RunRecord): RunRecord {
  if (Object.keys(words.bundled.names).length === 0) return record;
  const known = shown.get(record);
  if (known?.words === words) return known.record;
  const { stream, backbone, experiment } = record;
  const name = (from: { readonly source: string }, title: string) => (from.source === 'bundled' ? nameIn(words, title) : title);
  const { from } = experiment.stream;
  const worded: RunRecord = {
    ...record,
    backbone: { ...backbone, title: name(experiment.backbone.from, backbone.title) },
    stream: {
      ...stream,
      title: name(from, stream.title),
      tasks: stream.tasks.map((task) => ({ ...task, name: name(from, task.name) })),
    },
  };
  shown.set(record, { words, record: worded });
  return worded;
}
