/** One kept run: its picture, its name, when, what differs from the run above it, and what can be done with it. */
import { ActionIcon, Button, Checkbox, TextInput, Tooltip } from '@mantine/core';
import { IconPencil, IconPin, IconPinFilled, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { formatBytes } from '../../common/bytes';
import { useApp, useAppState } from '../context';
import { learned, resumable, type KeptRun } from '../store/kept-run';
import { differences, nameOfRun } from '../store/run-words';
import { type Texts, useText } from '../text';
import { RunPicture } from './run-picture';

const ICON = { size: 18, 'aria-hidden': true } as const;
const MOST_SHOWN = 4;

const when = (text: Texts, iso: string): string => {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? '' : date.toLocaleString(text.locale, { dateStyle: 'medium', timeStyle: 'short' });
};

interface RunRowProps {
  readonly run: KeptRun;
  readonly above: KeptRun | null;
  readonly among: boolean;
  readonly seed: boolean;
}

/** `above`: what it is told apart from; null for the first. `among`: it stands among seeds of one experiment; `seed`: only that differs. */
export function RunRow({ run, above, among, seed }: RunRowProps) {
  const text = useText();
  const words = text.runs;
  const { runs, runList } = useApp();
  const compared = useAppState((state) => state.runs.compared);
  // A run that is over stays with its tab, which may add tasks to it: anybody may delete it all the same.
  const elsewhere = useAppState((state) => state.runs.elsewhere.has(run.id)) && run.status === 'running';
  const shown = useAppState((state) => state.runs.shown === run.id);
  const busy = useAppState(
    (state) => state.runs.shown === run.id && state.status !== 'idle' && state.status !== 'finished' && state.status !== 'failed',
  );
  const [naming, setNaming] = useState(false);
  const name = nameOfRun(text, run);
  const done = learned(run);
  const differs = [
    ...(above === null ? [] : differences(text, above, run)).filter(() => !seed),
    ...(among ? [words.seed(run.experiment.seed)] : []),
  ];
  const status = busy || elsewhere ? words.going : run.status === 'running' ? words.status.cutOff : words.status[run.status];
  const act = (work: Promise<unknown>) => void work.then(() => runList.open(false));
  return (
    <li className="run-row" data-testid="run-row" data-shown={shown}>
      <Checkbox
        aria-label={words.choose(name)}
        checked={compared.includes(run.id)}
        onChange={({ currentTarget: { checked } }) =>
          runList.compare(checked ? [...compared, run.id] : compared.filter((id) => id !== run.id))
        }
        data-testid="run-choose"
      />
      <RunPicture run={run} />
      <div className="run-words">
        {naming ? (
          <TextInput
            size="xs"
            autoFocus
            aria-label={words.newName(name)}
            defaultValue={run.name}
            placeholder={name}
            onBlur={({ currentTarget: { value } }) => (setNaming(false), void runList.rename(run.id, value))}
            onKeyDown={(event) => {
              if (event.key === 'Enter') event.currentTarget.blur();
              if (event.key !== 'Escape') return;
              event.stopPropagation();
              setNaming(false);
            }}
            data-testid="run-name"
          />
        ) : (
          <strong>{name}</strong>
        )}
        <div className="run-facts">
          {[when(text, run.startedAt), status, words.tasks(done, run.tasks), formatBytes(run.bytes.record + run.bytes.state)]
            .filter((part) => part !== '')
            .join(' · ')}
          {run.reference && <span className="run-reference"> · {words.reference}</span>}
        </div>
        <div className="run-differs" data-testid="run-differs">
          {above !== null && !seed && differs.length === 0 && <span>{words.same}</span>}
          {differs.slice(0, MOST_SHOWN).map((line) => (
            <span key={line}>{line}</span>
          ))}
          {differs.length > MOST_SHOWN && <span title={differs.slice(MOST_SHOWN).join('\n')}>+{differs.length - MOST_SHOWN}</span>}
        </div>
      </div>
      <div className="run-actions">
        {resumable(run) && !busy && (
          <Button
            size="compact-sm"
            disabled={elsewhere}
            onClick={() => act(runs.goOn(run.id))}
            aria-label={words.goOnWith(name)}
            data-testid="run-go-on"
          >
            {words.goOn}
          </Button>
        )}
        <Button
          size="compact-sm"
          variant="default"
          disabled={busy || shown}
          onClick={() => act(runs.show(run.id))}
          aria-label={words.showNamed(name)}
          data-testid="run-show"
        >
          {words.show}
        </Button>
        <Act
          label={run.reference ? words.unpin(name) : words.pin(name)}
          pressed={run.reference}
          onClick={() => void runList.pin(run.reference ? null : run.id)}
          testId="run-pin"
        >
          {run.reference ? <IconPinFilled {...ICON} /> : <IconPin {...ICON} />}
        </Act>
        <Act label={words.rename(name)} onClick={() => setNaming(true)} testId="run-rename">
          <IconPencil {...ICON} />
        </Act>
        <Act label={words.remove(name)} disabled={busy || elsewhere} onClick={() => void runList.remove(run.id)} testId="run-remove">
          <IconTrash {...ICON} />
        </Act>
      </div>
    </li>
  );
}

interface ActProps {
  readonly label: string;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly onClick: () => void;
  readonly testId: string;
  readonly children: React.ReactNode;
}

function Act({ label, pressed, disabled = false, onClick, testId, children }: ActProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant={pressed === true ? 'light' : 'subtle'}
        color="gray"
        aria-label={label}
        {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
        {...{ disabled, onClick, 'data-testid': testId }}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
