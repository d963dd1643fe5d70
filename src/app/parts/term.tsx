/** A technical word with its sentence on hover and focus. */
import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { useText } from '../text';
import type { GlossaryEntry, TermId } from '../text/en/glossary';

export function Term({ id, children }: { readonly id: TermId; readonly children?: ReactNode }) {
  const text = useText();
  const entry: GlossaryEntry = text.glossary[id];
  return (
    <Tooltip label={<TermText entry={entry} />} multiline w={280} withArrow events={{ hover: true, focus: true, touch: true }}>
      <span className="term" tabIndex={0} role="note" aria-label={`${entry.word}: ${entry.sentence}`}>
        {children ?? entry.word}
      </span>
    </Tooltip>
  );
}

function TermText({ entry }: { readonly entry: GlossaryEntry }) {
  return (
    <>
      {entry.sentence}
      {entry.symbol !== undefined && (
        <>
          {' '}
          <span className="term-symbol">{entry.symbol}</span>
        </>
      )}
    </>
  );
}
