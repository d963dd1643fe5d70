/** One task with its classes, or the classes that are left out. */
import { ActionIcon, Select, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconX } from '@tabler/icons-react';
import type { KeyboardEvent } from 'react';
import type { StreamSummary } from '../../../worker/api';
import { text } from '../../text';
import type { ArrangedClass, ArrangedTask } from './arrangement';
import { ClassChip, DRAGGED } from './class-chip';

const words = text.setup.builder;
const ICON = { size: 16, 'aria-hidden': true } as const;

export interface TaskCardProps {
  readonly source: StreamSummary['source'];
  /** LEFT_OUT for the classes that no task has. */
  readonly index: number;
  readonly classes: readonly ArrangedClass[];
  readonly title: string;
  readonly task: ArrangedTask | null;
  readonly last: boolean;
  readonly selected: string | null;
  readonly onSelect: (name: string) => void;
  readonly onKey: (name: string, event: KeyboardEvent) => void;
  readonly onDrop: (name: string, at?: number) => void;
  readonly onChange: (part: Partial<Pick<ArrangedTask, 'name' | 'domain'>>) => void;
  readonly onShift: (by: -1 | 1) => void;
  readonly onRemove: () => void;
}

export function TaskCard(props: TaskCardProps) {
  const { source, index, classes, title, task, last, selected, onSelect, onKey, onDrop, onChange, onShift, onRemove } = props;
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
          {source.domainNames.length > 1 && (
            <Select
              size="xs"
              aria-label={words.domain}
              data={[{ value: '', label: words.anyDomain }, ...source.domainNames.map((name) => ({ value: name, label: name }))]}
              value={task.domain ?? ''}
              allowDeselect={false}
              onChange={(domain) => onChange({ domain: domain === null || domain === '' ? null : domain })}
            />
          )}
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
      <div className="class-chips">
        {classes.length === 0 && <span className="dim">{words.emptyTask}</span>}
        {classes.map((one, at) => (
          <ClassChip
            key={one.name}
            source={source}
            one={one}
            taskName={title}
            selected={selected === one.name}
            onSelect={() => onSelect(one.name)}
            onKey={(event) => onKey(one.name, event)}
            onDropHere={(name) => onDrop(name, at)}
          />
        ))}
      </div>
    </section>
  );
}
