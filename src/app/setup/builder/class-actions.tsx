/** What can be done to the selected class, with fields for those who do not drag. */
import { Button, Select, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useText } from '../../text';
import {
  allClasses,
  LEFT_OUT,
  mergeClass,
  moveClass,
  renameClass,
  splitClass,
  taskOf,
  type ArrangedClass,
  type Arrangement,
} from './arrangement';

/** Choices that a list shows at once; typing finds the others. */
const MANY = 50;

export interface ClassActionsProps {
  readonly arrangement: Arrangement;
  readonly one: ArrangedClass;
  readonly change: (next: (now: Arrangement) => Arrangement) => void;
  readonly onSelect: (name: string | null) => void;
}

export function ClassActions({ arrangement, one, change, onSelect }: ClassActionsProps) {
  const words = useText().setup.builder;
  const [name, setName] = useState(one.name);
  const otherNames = useMemo(
    () => [...new Set(allClasses(arrangement).map((other) => other.name))].filter((other) => other !== one.name),
    [arrangement, one.name],
  );
  const rename = () => {
    if (name.trim() === '' || name.trim() === one.name) return;
    change((now) => renameClass(now, one.name, name));
    onSelect(name.trim());
  };
  return (
    <fieldset className="class-actions" data-testid="class-actions">
      <legend>{words.selected(one.name)}</legend>
      <TextInput
        size="xs"
        label={words.rename}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        onBlur={rename}
        onKeyDown={(event) => {
          if (event.key === 'Enter') rename();
        }}
        data-testid="rename-class"
      />
      <Select
        size="xs"
        label={words.moveTo}
        searchable={arrangement.tasks.length > MANY}
        limit={MANY}
        data={[
          ...arrangement.tasks.map((task, i) => ({ value: String(i), label: `${i + 1}. ${task.name}` })),
          { value: String(LEFT_OUT), label: words.leftOut },
        ]}
        value={String(taskOf(arrangement, one.name))}
        allowDeselect={false}
        onChange={(task) => task !== null && change((now) => moveClass(now, one.name, Number(task)))}
        data-testid="move-class"
      />
      <Select
        size="xs"
        label={words.mergeInto}
        searchable
        limit={MANY}
        data={otherNames}
        value={null}
        onChange={(into) => {
          if (into === null) return;
          change((now) => mergeClass(now, one.name, into));
          onSelect(into);
        }}
        data-testid="merge-class"
      />
      {one.members.length > 1 && (
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            change((now) => splitClass(now, one.name));
            onSelect(null);
          }}
        >
          {words.takeApart}
        </Button>
      )}
    </fieldset>
  );
}
