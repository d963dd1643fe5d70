/** The task builder: classes with their pictures, arranged into tasks by hand or by rule. */
import { Button, FileButton, Modal } from '@mantine/core';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { applySplit, writeSplit } from '../../../session/split-file';
import type { StreamSummary } from '../../../worker/api';
import { useApp, useAppState } from '../../context';
import { text } from '../../text';
import {
  addTask,
  arrangementOf,
  changeTask,
  LEFT_OUT,
  moveClass,
  moveTask,
  objection,
  removeTask,
  taskOf,
  toStream,
  type Arrangement,
} from './arrangement';
import { ClassActions } from './class-actions';
import { countsOf } from './class-chip';
import { DealFields } from './deal-fields';
import { DuplicateCheck } from './duplicate-check';
import { TaskCard } from './task-card';
import { useHistory } from './use-history';

const words = text.setup.builder;

export function TaskBuilder() {
  const stream = useAppState((state) => state.stream.value);
  const [open, setOpen] = useState(false);
  if (stream === null) return null;
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpen(true)} data-testid="arrange-tasks">
        {words.open}
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={words.title}
        size="min(1100px, 96vw)"
        closeButtonProps={{ 'aria-label': words.cancel }}
      >
        {open && <Builder stream={stream} onClose={() => setOpen(false)} />}
      </Modal>
    </>
  );
}

/** The tasks of a loaded stream by name; domains are no tasks of their own here, since they share their classes. */
function tasksOf({ kind, tasks, classNames }: StreamSummary) {
  if (kind === 'domain-incremental') return [{ name: words.taskName(1), classes: classNames }];
  return tasks.map(({ name, from, to }) => ({ name, classes: classNames.slice(from, to) }));
}

/** Where an arrow key takes a class: task and place; null where it stays. */
function target(arrangement: Arrangement, name: string, key: string): { readonly task: number; readonly at?: number } | null {
  const from = taskOf(arrangement, name);
  const classes = from === LEFT_OUT ? arrangement.leftOut : (arrangement.tasks[from]?.classes ?? []);
  const at = classes.findIndex((one) => one.name === name);
  const last = arrangement.tasks.length - 1;
  switch (key) {
    case 'ArrowLeft':
      return { task: from === LEFT_OUT ? last : Math.max(0, from - 1) };
    case 'ArrowRight':
      return { task: from === LEFT_OUT || from === last ? LEFT_OUT : from + 1 };
    case 'ArrowUp':
      return { task: from, at: Math.max(0, at - 1) };
    case 'ArrowDown':
      return { task: from, at: at + 1 };
    case 'Delete':
      return { task: LEFT_OUT };
    default:
      return null;
  }
}

function Builder({ stream, onClose }: { readonly stream: StreamSummary; readonly onClose: () => void }) {
  const app = useApp();
  const experiment = useAppState((state) => state.experiment);
  const { source } = stream;
  const history = useHistory(() => arrangementOf(experiment.stream, source.classNames, tasksOf(stream)));
  const [selected, setSelected] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const body = useRef<HTMLDivElement>(null);
  const { value: arrangement, change } = history;

  // A class that moved is another element in another task: the keyboard goes with it.
  useEffect(() => {
    if (selected === null || !document.activeElement?.matches('body, .class-chip')) return;
    const chips = [...(body.current?.querySelectorAll<HTMLElement>('.class-chip') ?? [])];
    chips.find((chip) => chip.dataset.class === selected)?.focus();
  }, [arrangement, selected]);

  const taskName = (task: number) => (task === LEFT_OUT ? words.leftOut : (arrangement.tasks[task]?.name ?? ''));
  const move = (name: string, task: number, at?: number) => {
    change((now) => moveClass(now, name, task, at));
    setSelected(name);
    setSaid(words.moved(name, taskName(task)));
  };
  const onKey = (name: string, event: KeyboardEvent) => {
    const to = target(arrangement, name, event.key);
    if (to === null) return;
    event.preventDefault();
    move(name, to.task, to.at);
  };
  const all = [...arrangement.tasks.flatMap(({ classes }) => classes), ...arrangement.leftOut];
  const chosen = all.find((one) => one.name === selected);
  const reason = objection(arrangement);
  const card = { source, selected, onSelect: setSelected, onKey };

  const use = () => {
    app.setup.stream({ ...toStream(arrangement), maxTasks: undefined });
    onClose();
    void app.setup.preview();
  };
  return (
    <div className="task-builder" ref={body} data-testid="task-builder">
      <p className="setup-intro">{words.intro}</p>
      <div className="button-row">
        <Button size="xs" variant="default" disabled={!history.canUndo} onClick={history.undo} data-testid="builder-undo">
          {words.undo}
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => change((now) => addTask(now, words.taskName(now.tasks.length + 1)))}
          data-testid="add-task"
        >
          {words.addTask}
        </Button>
        <SplitFiles stream={stream} arrangement={arrangement} onImported={onClose} />
        <DuplicateCheck />
      </div>
      <DealFields arrangement={arrangement} sourceNames={source.classNames} change={change} />
      <Statistics source={source} arrangement={arrangement} />
      <div className="task-cards">
        {arrangement.tasks.map((task, i) => (
          <TaskCard
            key={i}
            {...card}
            index={i}
            classes={task.classes}
            title={task.name}
            task={task}
            last={i === arrangement.tasks.length - 1}
            onDrop={(name, at) => move(name, i, at)}
            onChange={(part) => change((now) => changeTask(now, i, part))}
            onShift={(by) => change((now) => moveTask(now, i, by))}
            onRemove={() => change((now) => removeTask(now, i))}
          />
        ))}
        <TaskCard
          {...card}
          index={LEFT_OUT}
          classes={arrangement.leftOut}
          title={words.leftOut}
          task={null}
          last
          onDrop={(name, at) => move(name, LEFT_OUT, at)}
          onChange={() => undefined}
          onShift={() => undefined}
          onRemove={() => undefined}
        />
      </div>
      {chosen !== undefined && (
        <ClassActions key={chosen.name} arrangement={arrangement} one={chosen} change={change} onSelect={setSelected} />
      )}
      <div className="builder-foot">
        <span role="status" className="dim">
          {reason === null ? said : reason.kind === 'empty' ? words.objections.empty : words.objections.single(reason.task)}
        </span>
        <Button size="sm" variant="default" onClick={onClose}>
          {words.cancel}
        </Button>
        <Button size="sm" disabled={reason !== null} onClick={use} data-testid="use-tasks">
          {words.apply}
        </Button>
      </div>
    </div>
  );
}

function Statistics({ source, arrangement }: { readonly source: StreamSummary['source']; readonly arrangement: Arrangement }) {
  const counts = arrangement.tasks
    .flatMap(({ classes }) => classes)
    .map((one) => countsOf(source, one).train)
    .sort((a, b) => a - b);
  const [least] = counts;
  const most = counts.at(-1);
  if (least === undefined || most === undefined) return null;
  const tasks = arrangement.tasks.filter(({ classes }) => classes.length > 0).length;
  return (
    <p className="dim" data-testid="builder-stats">
      {words.stats(counts.length, tasks, least, counts[Math.floor(counts.length / 2)] ?? 0, most)}
      {most >= 3 * Math.max(1, least) && ` ${words.uneven((most / Math.max(1, least)).toFixed(1))}`}
    </p>
  );
}

function SplitFiles({
  stream,
  arrangement,
  onImported,
}: {
  readonly stream: StreamSummary;
  readonly arrangement: Arrangement;
  readonly onImported: () => void;
}) {
  const app = useApp();
  const experiment = useAppState((state) => state.experiment);
  const save = () => {
    const split = { ...experiment, stream: { ...experiment.stream, ...toStream(arrangement) } };
    app.setup.download(`${stream.title} split.json`, writeSplit(split, stream));
  };
  const open = async (file: File | null) => {
    if (file === null) return;
    try {
      const { experiment: next, file: split } = applySplit(experiment, await file.text());
      app.setup.replace(next);
      onImported();
      await app.setup.preview();
      if (split.sha256 !== undefined && split.sha256 !== stream.sha256) app.setup.tell(words.importedOther(split.title));
    } catch (error) {
      app.host.report(error, 'stream');
      onImported();
    }
  };
  return (
    <>
      <Button size="xs" variant="default" onClick={save} data-testid="export-split">
        {words.exportSplit}
      </Button>
      <FileButton accept=".json,application/json" onChange={(file) => void open(file)}>
        {(props) => (
          <Button {...props} size="xs" variant="default" data-testid="import-split">
            {words.importSplit}
          </Button>
        )}
      </FileButton>
    </>
  );
}
