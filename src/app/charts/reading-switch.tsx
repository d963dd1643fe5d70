/** The one switch between ways of reading: it changes every number of accuracy on the page and computes nothing. */
import { Select } from '@mantine/core';
import { useApp, useAppState } from '../context';
import type { RunRecord } from '../../session/record';
import { Term } from '../parts/term';
import { currentReading } from '../store/state';
import { useText } from '../text';
import { isAgain, readingChoices, readingName, readingTerm, unread, whyUnread } from './readings';
import { methodIn } from '../names';

/** Nothing for a record that holds one reading. */
export function ReadingSwitch({ record }: { readonly record: RunRecord | null }) {
  const text = useText();
  const words = text.charts.readBy;
  const reading = useAppState(currentReading);
  const { view } = useApp();
  const choices = record === null ? [] : readingChoices(record);
  if (choices.length < 2) return null;
  const items = (of: readonly string[]) => of.map((value) => ({ value, label: readingName(text, value) }));
  const again = choices.filter(isAgain);
  return (
    <>
      <span className="tool-label">
        <Term id={readingTerm(reading) ?? 'readBy'}>{words.label}</Term>
      </span>
      <Select
        size="xs"
        w={164}
        aria-label={words.label}
        data-testid="read-by"
        data={[
          { group: words.group, items: items(choices.filter((id) => !isAgain(id))) },
          ...(again.length > 0 ? [{ group: words.diagnostics, items: items(again) }] : []),
        ]}
        renderOption={({ option }) => <ReadingOption id={option.value} />}
        value={reading}
        allowDeselect={false}
        comboboxProps={{ width: 300, position: 'bottom-end' }}
        maxDropdownHeight={420}
        onChange={(value) => view.set({ reading: choices.find((id) => id === value) ?? reading })}
      />
    </>
  );
}

function ReadingOption({ id }: { readonly id: string }) {
  const text = useText();
  const term = readingTerm(id);
  return (
    <span className="reading-option">
      {readingName(text, id)}
      {term !== null && <small>{text.glossary[term].sentence}</small>}
    </span>
  );
}

/** Of methods that cannot be read this way: why nothing of them is drawn. */
export function UnreadNote({ record }: { readonly record: RunRecord }) {
  const text = useText();
  const words = text.charts.readBy;
  const reading = useAppState(currentReading);
  const ids = unread(record, reading);
  if (ids.length === 0) return null;
  return (
    <span className="foot-note" data-testid="unread">
      {ids.map((id) => words.line(methodIn(text, record, id).short, whyUnread(text, reading))).join(' · ')}
    </span>
  );
}
