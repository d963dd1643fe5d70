/** The task builder: classes with their pictures, arranged into tasks by hand or by rule. */
import { Button, Modal, TextInput } from '@mantine/core';
import { useDeferredValue, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { Experiment } from '../../../session/experiment';
import type { StreamSummary } from '../../../worker/api';
import { useApp, useAppState } from '../../context';
import { type Texts, useText } from '../../text';
import {
  addTask,
  allClasses,
  arrangementOf,
  changeTask,
  LEFT_OUT,
  moveClass,
  moveTask,
  objection,
  removeTask,
  taskOf,
  toStream,
  type ArrangedClass,
  type Arrangement,
  type PlainTask,
} from './arrangement';
import { CapFields } from './cap-fields';
import { ClassActions } from './class-actions';
import { classFacts } from './class-facts';
import { DealFields } from './deal-fields';
import { DuplicateCheck } from './duplicate-check';
import { SplitFiles } from './split-files';
import { Statistics } from './statistics';
import { TaskCard } from './task-card';
import { useHistory } from './use-history';
import { WhenSeen } from './when-seen';

/** Tasks that are all on the page at once, whether in sight or not. */
const FEW = 24;

export function TaskBuilder() {
  const words = useText().setup.builder;
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

/** The tasks of a loaded stream by name. Where each domain is a task over all classes, one that goes through them. */
function tasksOf(text: Texts, { kind, tasks, classNames, source }: StreamSummary, { split }: Experiment['stream']): PlainTask[] {
  const words = text.setup.builder;
  if (split.kind === 'explicit') return split.tasks.map(({ name, classes, domain }) => ({ name, classes, domain }));
  if (kind === 'domain-incremental') {
    const named = tasks.map(({ name }) => name).filter((name) => source.domainNames.includes(name));
    const domains = named.length === tasks.length ? named : source.domainNames;
    return domains.map((domain) => ({ name: `${words.taskName(1)}, ${domain}`, classes: classNames, domain }));
  }
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
  const text = useText();
  const words = text.setup.builder;
  const app = useApp();
  const experiment = useAppState((state) => state.experiment);
  const { source } = stream;
  const history = useHistory(() => arrangementOf(experiment.stream, source.classNames, tasksOf(text, stream, experiment.stream)));
  const [selected, setSelected] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const [find, setFind] = useState('');
  const wanted = useDeferredValue(find.trim().toLowerCase());
  const body = useRef<HTMLDivElement>(null);
  const { value: arrangement, change } = history;
  const facts = useMemo(() => classFacts(source, arrangement.caps), [source, arrangement.caps]);

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
  const all = allClasses(arrangement);
  const chosen = all.find((one) => one.name === selected);
  const reason = objection(arrangement);
  const matches = ({ name }: ArrangedClass) => name.toLowerCase().includes(wanted);
  const card = { facts, domainNames: source.domainNames, wanted, selected, onSelect: setSelected, onKey };
  const cardShown = (classes: readonly ArrangedClass[]) => wanted === '' || classes.some(matches);

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
        <DuplicateCheck images={[...source.train, ...source.test].reduce((sum, n) => sum + n, 0)} />
      </div>
      <DealFields arrangement={arrangement} sourceNames={source.classNames} change={change}>
        <CapFields caps={arrangement.caps} change={change} />
      </DealFields>
      <Statistics facts={facts} arrangement={arrangement} />
      <div className="builder-find">
        <TextInput
          size="xs"
          label={words.find}
          value={find}
          onChange={(event) => setFind(event.currentTarget.value)}
          data-testid="find-class"
        />
        <span role="status" className="dim">
          {wanted !== '' && words.found(all.filter(matches).length, all.length)}
        </span>
      </div>
      <div className="task-cards">
        {arrangement.tasks.map(
          (task, i) =>
            cardShown(task.classes) && (
              <WhenSeen
                key={i}
                always={arrangement.tasks.length <= FEW || task.classes.some(({ name }) => name === selected)}
                label={words.unseen(task.name, task.classes.length)}
              >
                <TaskCard
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
              </WhenSeen>
            ),
        )}
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
