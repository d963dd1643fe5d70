/** Equal tasks, by counts, by list or as the stream gives them; and the order of classes. */
import { Button, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { TaskSplit } from '../../session/experiment';
import { useApp, useAppState } from '../context';
import { useText } from '../text';
import { ChoiceField, NumberField } from './fields';
import { parseCounts, parseTasks, writeTasks } from './split-text';

/** A first value of each kind, from what the stream holds now. */
function freshSplit(kind: TaskSplit['kind'], tasks: readonly { readonly name: string; readonly classes: readonly string[] }[]): TaskSplit {
  const sizes = tasks.map((task) => task.classes.length);
  switch (kind) {
    case 'as-given':
      return { kind };
    case 'equal':
      return { kind, classesPerTask: Math.max(1, sizes[0] ?? 2) };
    case 'counts':
      return { kind, counts: sizes.length > 0 ? sizes : [2, 2] };
    case 'explicit':
      return {
        kind,
        tasks: tasks.length > 0 ? tasks.map((task) => ({ name: task.name, classes: [...task.classes] })) : [{ name: '1', classes: ['a'] }],
      };
  }
}

function useKnownTasks() {
  const loaded = useAppState((state) => state.stream.value);
  const from = useAppState((state) => state.experiment.stream.from);
  const entry = useAppState((state) => (from.source === 'bundled' ? state.catalogue?.streams.find((s) => s.id === from.id) : undefined));
  if (loaded !== null) return loaded.tasks.map((task) => ({ name: task.name, classes: loaded.classNames.slice(task.from, task.to) }));
  return (entry?.tasks ?? []).map((task) => ({ name: task.name, classes: task.classes.map((c) => entry?.classes[c] ?? String(c)) }));
}

export function SplitFields() {
  const words = useText().setup.tasks;
  const { split, order } = useAppState((state) => state.experiment.stream);
  const tasks = useKnownTasks();
  const { setup } = useApp();
  return (
    <>
      <ChoiceField
        label={words.split}
        term="task"
        testId="split"
        value={split.kind}
        choices={words.splits}
        onChange={(kind) => setup.stream({ split: freshSplit(kind, tasks) })}
      />
      {split.kind === 'equal' && (
        <NumberField
          label={words.classesPerTask}
          testId="classes-per-task"
          integer
          min={1}
          value={split.classesPerTask}
          onChange={(classesPerTask) => classesPerTask !== undefined && setup.stream({ split: { kind: 'equal', classesPerTask } })}
        />
      )}
      {split.kind === 'counts' && <CountsField counts={split.counts} />}
      {split.kind === 'explicit' && <TasksField key={writeTasks(split.tasks)} tasks={split.tasks} />}
      <ChoiceField
        label={words.order}
        testId="order"
        value={order}
        choices={words.orders}
        onChange={(next) => setup.stream({ order: next })}
      />
    </>
  );
}

function CountsField({ counts }: { readonly counts: readonly number[] }) {
  const words = useText().setup.tasks;
  const { setup } = useApp();
  const [value, setValue] = useState(counts.join(', '));
  return (
    <TextInput
      size="xs"
      label={words.counts}
      placeholder={words.countsHint}
      value={value}
      error={parseCounts(value) === null ? words.countsBad : null}
      onChange={(event) => {
        setValue(event.currentTarget.value);
        const parsed = parseCounts(event.currentTarget.value);
        if (parsed !== null) setup.stream({ split: { kind: 'counts', counts: parsed } });
      }}
      data-testid="counts"
    />
  );
}

/** Letters beyond which a field that measures its own height freezes the page. */
const LONG = 20_000;

function TasksField({ tasks }: { readonly tasks: Extract<TaskSplit, { kind: 'explicit' }>['tasks'] }) {
  const words = useText().setup.tasks;
  const { setup } = useApp();
  const [value, setValue] = useState(writeTasks(tasks));
  const parsed = parseTasks(value);
  return (
    <div className="fields">
      <Textarea
        size="xs"
        {...(value.length > LONG ? { rows: 10 } : { autosize: true, minRows: 3, maxRows: 10 })}
        label={words.explicit}
        value={value}
        error={parsed === null ? words.explicitBad : null}
        onChange={(event) => setValue(event.currentTarget.value)}
        data-testid="explicit"
      />
      <Button
        size="xs"
        variant="default"
        disabled={parsed === null}
        onClick={() => parsed !== null && setup.stream({ split: { kind: 'explicit', tasks: parsed } })}
      >
        {words.apply}
      </Button>
    </div>
  );
}
