/** The set-up differs from the run on the page, wherever that comes from: what differs, and the offer to start with it. */
import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { runnable } from '../../session/experiment';
import { useApp, useAppState } from '../context';
import { canAppend, changesBetween } from '../store/changes';
import { useText } from '../text';

const MOST_SHOWN = 3;

export function ChangedNote() {
  const text = useText();
  const words = text.shell.changed;
  const opened = useAppState((state) => state.opened);
  const recorded = useAppState((state) => state.record?.experiment);
  const experiment = useAppState((state) => state.experiment);
  const finished = useAppState((state) => state.status === 'finished' && state.results?.status === 'finished');
  const app = useApp();
  const of = useMemo(() => opened ?? (recorded === undefined ? null : runnable(recorded).experiment), [opened, recorded]);
  const changes = useMemo(() => (of === null ? [] : changesBetween(text, of, experiment)), [text, of, experiment]);
  if (of === null || changes.length === 0) return null;
  return (
    <div className="changed-note" role="status" data-testid="changed">
      <strong>{opened === null ? words.titleOther : words.title}</strong>
      <ul>
        {changes.slice(0, MOST_SHOWN).map((change) => (
          <li key={change.path}>{words.line(change.field, change.before, change.after)}</li>
        ))}
        {changes.length > MOST_SHOWN && <li>+{changes.length - MOST_SHOWN}</li>}
      </ul>
      {finished && opened !== null && canAppend(text, opened, experiment) && (
        <Button size="compact-sm" onClick={() => void app.run.append()} data-testid="append-changed">
          {text.setup.tasks.append}
        </Button>
      )}
      <Button size="compact-sm" onClick={() => void app.run.restart()} data-testid="restart">
        {opened === null ? words.start : changes.length === 1 ? words.restart : words.restartMany(changes.length)}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => app.setup.replace(of)} data-testid="take-back">
        {words.back}
      </Button>
    </div>
  );
}
