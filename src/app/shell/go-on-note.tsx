/** A run that was cut off, or that is shown and not at its end: the offer to go on where it stood. */
import { Button } from '@mantine/core';
import { useApp, useAppState } from '../context';
import { learned } from '../store/kept-run';
import { offered } from '../store/kept-runs';
import { nameOfRun } from '../store/run-words';
import { useText } from '../text';

export function GoOnNote() {
  const text = useText();
  const words = text.runs;
  const run = useAppState(offered);
  const shown = useAppState((state) => state.runs.shown);
  const { runs } = useApp();
  if (run === null) return null;
  return (
    <div className="changed-note" role="status" data-testid="go-on-note">
      <span className="note-words">{words.cutOff(nameOfRun(text, run), learned(run), run.tasks)}</span>
      <Button size="compact-sm" onClick={() => void runs.goOn(run.id)} data-testid="go-on">
        {words.goOn}
      </Button>
      {run.id !== shown && (
        <Button size="compact-sm" variant="default" onClick={() => void runs.show(run.id)} data-testid="go-on-show">
          {words.show}
        </Button>
      )}
      {run.status === 'running' && (
        <Button size="compact-sm" variant="default" onClick={() => void runs.settle(run.id)} data-testid="go-on-leave">
          {words.leave}
        </Button>
      )}
    </div>
  );
}
