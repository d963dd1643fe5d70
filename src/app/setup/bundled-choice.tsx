/** What the site brings, one radio button each; the chosen one says what it is. */
import { Radio } from '@mantine/core';
import { formatBytes } from '../../common/bytes';

interface BundledChoiceProps {
  readonly entries: readonly {
    readonly id: string;
    readonly title: string;
    readonly description: string;
    readonly bytes?: number | undefined;
  }[];
  /** Null where something else was chosen. */
  readonly chosen: string | null;
  readonly onPick: (id: string) => void;
  readonly label: string;
  /** In place of the list where the site brings nothing. */
  readonly none: string;
  readonly testId: string;
}

export function BundledChoice({ entries, chosen, onPick, label, none, testId }: BundledChoiceProps) {
  return (
    <>
      {entries.length === 0 && <p className="dim">{none}</p>}
      <Radio.Group value={chosen ?? ''} onChange={onPick} aria-label={label}>
        {entries.map(({ id, title, description, bytes }) => (
          <Radio
            key={id}
            value={id}
            label={title}
            description={[bytes === undefined ? '' : formatBytes(bytes), id === chosen ? description : '']
              .filter((part) => part !== '')
              .join(' · ')}
            mb="xs"
            size="sm"
            data-testid={`${testId}-${id}`}
          />
        ))}
      </Radio.Group>
    </>
  );
}
