/** Where the images come from and how classes become tasks. */
import { Button, FileButton } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useRef } from 'react';
import { nameIn } from '../bundled-names';
import { useApp, useAppState } from '../context';
import { Term } from '../parts/term';
import { pickedFiles } from '../shell/dropped-files';
import { freshFrom } from '../store/fresh-stream';
import { ProblemNote } from '../shell/problem-note';
import { nameOfSource } from '../store/backbones';
import { count, useText } from '../text';
import { say } from '../text/say';
import { BundledChoice } from './bundled-choice';
import { TaskBuilder } from './builder/task-builder';
import { Collect } from './collect/collect';
import { AddressField, HubDatasetField } from './elsewhere';
import { ChoiceField, NumberField } from './fields';
import { SplitFields } from './split-fields';
import { TaskThumbnails } from './task-thumbnails';
import { UnderstoodList } from './understood';

const ACCEPTED = '.zip,.tar,.tgz,.gz,.npz,.npy,.parquet,.csv,.tsv';

export function TasksSection() {
  const text = useText();
  const words = text.setup.tasks;
  const stream = useAppState((state) => state.experiment.stream);
  const entries = useAppState((state) => state.catalogue?.streams) ?? [];
  const app = useApp();
  const { from } = stream;
  return (
    <div className="fields">
      <p className="setup-intro">
        <Term id="stream">{words.intro}</Term>
      </p>
      <ProblemNote place="stream" />
      <BundledChoice
        entries={entries.map((entry) => ({
          ...entry,
          title: nameIn(text, entry.title),
          description: text.bundled.streams[entry.id] ?? [entry.description, entry.lesson].filter(Boolean).join(' '),
        }))}
        chosen={from.source === 'bundled' ? from.id : null}
        onPick={(id) => app.setup.stream(freshFrom({ source: 'bundled', id }))}
        label={words.bundled}
        none={words.none}
        testId="stream"
      />
      {from.source !== 'bundled' && <p className="chosen-file">{words.file(nameOfSource(from))}</p>}
      <div className="button-row">
        <FileButton multiple accept={ACCEPTED} onChange={(files) => files.length > 0 && void app.files.accept(pickedFiles(files))}>
          {(props) => (
            <Button {...props} size="xs" variant="default" data-testid="pick-zip">
              {words.pickZip}
            </Button>
          )}
        </FileButton>
        <FolderButton />
      </div>
      <p className="dim">{words.pickHint}</p>
      <HubDatasetField />
      <AddressField />
      <Collect />
      <p className="promise" data-testid="promise">
        <IconLock size={14} aria-hidden /> {words.promise}
      </p>
      <CancelImport />
      <TaskThumbnails />
      <TaskBuilder />
      <SplitFields />
      <NumberField
        label={words.maxTasks}
        term="task"
        testId="max-tasks"
        hint={words.maxTasksHint}
        integer
        optional
        min={1}
        value={stream.maxTasks}
        onChange={(maxTasks) => app.setup.stream(maxTasks === undefined ? { maxTasks: undefined } : { maxTasks })}
      />
      <MoreOptions />
      <StreamFacts />
    </div>
  );
}

/** While images are read. */
function CancelImport() {
  const words = useText().setup.tasks;
  const reading = useAppState((state) => state.loading?.what === 'stream');
  const app = useApp();
  if (!reading) return null;
  return (
    <Button size="xs" variant="default" onClick={() => void app.host.cancelReading()} data-testid="cancel-import">
      {words.cancelImport}
    </Button>
  );
}

/** Mantine's FileButton cannot pick folders. */
function FolderButton() {
  const words = useText().setup.tasks;
  const app = useApp();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={(element) => {
          element?.setAttribute('webkitdirectory', '');
          input.current = element;
        }}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          const { files } = event.currentTarget;
          if (files !== null && files.length > 0) void app.files.accept(pickedFiles(files));
          event.currentTarget.value = '';
        }}
      />
      <Button size="xs" variant="default" onClick={() => input.current?.click()} data-testid="pick-folder">
        {words.pickFolder}
      </Button>
    </>
  );
}

function MoreOptions() {
  const words = useText().setup.tasks;
  const stream = useAppState((state) => state.experiment.stream);
  const { setup } = useApp();
  const optional = (key: 'maxClasses' | 'trainPerClass' | 'testPerClass') => (value: number | undefined) => setup.stream({ [key]: value });
  return (
    <details className="more">
      <summary>{words.more}</summary>
      <div className="fields">
        <NumberField
          label={words.maxClasses}
          testId="max-classes"
          hint={words.all}
          integer
          optional
          min={1}
          value={stream.maxClasses}
          onChange={optional('maxClasses')}
        />
        <NumberField
          label={words.trainPerClass}
          testId="train-per-class"
          hint={words.all}
          integer
          optional
          min={1}
          value={stream.trainPerClass}
          onChange={optional('trainPerClass')}
        />
        <NumberField
          label={words.testPerClass}
          testId="test-per-class"
          hint={words.all}
          integer
          optional
          min={1}
          value={stream.testPerClass}
          onChange={optional('testPerClass')}
        />
        <NumberField
          label={words.testFraction}
          testId="test-fraction"
          min={0.01}
          max={0.99}
          step={0.05}
          value={stream.testFraction}
          onChange={(testFraction) => testFraction !== undefined && setup.stream({ testFraction })}
        />
        <ChoiceField
          label={words.outerFolder}
          testId="outer-folder"
          value={stream.outerFolder}
          choices={words.outerFolders}
          onChange={(outerFolder) => setup.stream({ outerFolder })}
        />
        <ChoiceField
          label={words.resize}
          testId="resize"
          value={stream.resize}
          choices={words.resizes}
          onChange={(resize) => setup.stream({ resize })}
        />
      </div>
    </details>
  );
}

function StreamFacts() {
  const text = useText();
  const words = text.setup.tasks;
  const stream = useAppState((state) => state.stream.value);
  if (stream === null) return null;
  const train = stream.tasks.reduce((total, task) => total + task.train, 0);
  const test = stream.tasks.reduce((total, task) => total + task.test, 0);
  return (
    <div className="summary" data-testid="stream-summary">
      <strong>{nameIn(text, stream.title)}</strong>
      <span>{words.summary(stream.classNames.length, stream.tasks.length)}</span>
      <span>{words.images(count(text, train), count(text, test))}</span>
      {stream.kind === 'domain-incremental' && <span>{words.domain}</span>}
      <UnderstoodList understood={stream.understood} />
      {stream.skipped.length > 0 && (
        <details className="more" data-testid="skipped">
          <summary>{text.problems.skipped(stream.skipped.length)}</summary>
          <ul className="skipped">
            {stream.skipped.map((file) => (
              <li key={say(text, file.name)}>
                {say(text, file.name)}: {say(text, file.reason)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
