/** One task with its classes, or the classes that are left out. */
import { ActionIcon, Button, MultiSelect, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconX } from '@tabler/icons-react';
import { useState, type KeyboardEvent } from 'react';
import { useText } from '../../text';
import type { ArrangedClass, ArrangedTask } from './arrangement';
import { ClassChip, DRAGGED } from './class-chip';
import type { ClassFacts } from './class-facts';

const ICON = { size: 16, 'aria-hidden': true } as const;

/** Classes that a card shows at first, and at every further asking. */
const STEP = 30;

interface Placed {
  readonly one: ArrangedClass;
  readonly at: number;
}

/** With their places; of those looked for the first ones, and the selected one wherever it is. */
function shownOf(found: readonly Placed[], most: number, selected: string | null): readonly Placed[] {
  return found.filter(({ one }, i) => i < most || one.name === selected);
}

export interface TaskCardProps {
  readonly facts: ClassFacts;
  readonly domainNames: readonly string[];
  /** LEFT_OUT for the classes that no task has. */
  readonly index: number;
  readonly classes: readonly ArrangedClass[];
  readonly title: string;
  readonly task: ArrangedTask | null;
  readonly last: boolean;
  /** Part of a name: only classes that have it are shown. */
  readonly wanted: string;
  readonly selected: string | null;
  readonly onSelect: (name: string) => void;
  readonly onKey: (name: string, event: KeyboardEvent) => void;
  readonly onDrop: (name: string, at?: number) => void;
  readonly onChange: (part: Partial<Pick<ArrangedTask, 'name' | 'domains'>>) => void;
  readonly onShift: (by: -1 | 1) => void;
  readonly onRemove: () => void;
}

export function TaskCard(props: TaskCardProps) {
  const words = useText().setup.builder;
  const { facts, domainNames, index, classes, title, task, last, wanted, selected, onSelect, onKey, onDrop, onChange, onShift, onRemove } =
    props;
  const [most, setMost] = useState(STEP);
  const found = classes.map((one, at) => ({ one, at })).filter(({ one }) => wanted === '' || one.name.toLowerCase().includes(wanted));
  return (
    <section
      className="task-card"
      aria-label={title}
      data-testid={task === null ? 'left-out' : `arranged-${index}`}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        onDrop(event.dataTransfer.getData(DRAGGED));
      }}
    >
      {task === null ? (
        <div className="task-card-head">
          <strong>{words.leftOut}</strong>
          <span className="dim">{words.leftOutHint}</span>
        </div>
      ) : (
        <div className="task-card-head">
          <span className="dim">{index + 1}.</span>
          <TextInput
            size="xs"
            aria-label={words.nameOfTask(index + 1)}
            value={task.name}
            onChange={(event) => onChange({ name: event.currentTarget.value })}
          />
          <ActionIcon variant="subtle" color="gray" aria-label={words.earlier(title)} disabled={index === 0} onClick={() => onShift(-1)}>
            <IconChevronUp {...ICON} />
          </ActionIcon>
          <ActionIcon variant="subtle" color="gray" aria-label={words.later(title)} disabled={last} onClick={() => onShift(1)}>
            <IconChevronDown {...ICON} />
          </ActionIcon>
          <ActionIcon variant="subtle" color="gray" aria-label={words.remove(title)} onClick={onRemove}>
            <IconX {...ICON} />
          </ActionIcon>
        </div>
      )}
      {task !== null && domainNames.length > 1 && (
        <MultiSelect
          size="xs"
          aria-label={words.domainsOf(title)}
          placeholder={task.domains.length === 0 ? words.anyDomain : ''}
          data={[...domainNames]}
          value={[...task.domains]}
          onChange={(domains) => onChange({ domains })}
          comboboxProps={{ withinPortal: true }}
          data-testid={`domains-${index}`}
        />
      )}
      <div className="class-chips">
        {classes.length === 0 && <span className="dim">{words.emptyTask}</span>}
        {shownOf(found, most, selected).map(({ one, at }) => (
          <ClassChip
            key={one.name}
            facts={facts}
            one={one}
            taskName={title}
            selected={selected === one.name}
            onSelect={() => onSelect(one.name)}
            onKey={(event) => onKey(one.name, event)}
            onDropHere={(name) => onDrop(name, at)}
          />
        ))}
        {found.length > most && (
          <Button size="compact-xs" variant="subtle" onClick={() => setMost(most + STEP)}>
            {words.showMore(Math.min(STEP, found.length - most), found.length - most)}
          </Button>
        )}
      </div>
    </section>
  );
}
