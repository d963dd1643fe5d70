/** On an empty page: what Start would run, and how that differs from the default experiment. */
import { useMemo } from 'react';
import { defaultExperiment } from '../../session/defaults';
import { useAppState } from '../context';
import { useRunningWords } from '../run-words';
import { changesBetween } from '../store/changes';
import { useText } from '../text';

const MOST_SHOWN = 6;

export function ThisExperiment() {
  const text = useText();
  const words = text.shell.changed;
  const running = useRunningWords();
  const experiment = useAppState((state) => state.experiment);
  const changes = useMemo(() => changesBetween(text, defaultExperiment, experiment), [text, experiment]);
  // Options of methods come last: the methods' own cards show them.
  const shown = changes.filter(({ path }) => !path.startsWith('methods.')).slice(0, MOST_SHOWN);
  return (
    <div className="this-experiment" data-testid="this-experiment">
      <strong className="welcome">{text.shell.subtitle}</strong>
      <div>{running}</div>
      {changes.length > 0 && (
        <ul aria-label={words.fromDefault}>
          {shown.map(({ path, field, before, after }) => (
            <li key={path}>{words.line(field, before, after)}</li>
          ))}
          {changes.length > shown.length && <li>+{changes.length - shown.length}</li>}
        </ul>
      )}
    </div>
  );
}
