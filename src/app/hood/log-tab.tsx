/** The run in plain sentences. */
import { useMemo } from 'react';
import { useAppState, useResults } from '../context';
import { readTitle } from '../charts/readings';
import { runLog } from '../charts/run-log';
import { ChartPanel } from '../parts/chart-panel';
import { currentReading } from '../store/state';
import { useText } from '../text';

export function LogTab() {
  const text = useText();
  const words = text.charts.log;
  const record = useResults();
  const reading = useAppState(currentReading);
  const definition = useAppState((state) => state.view.forgetting);
  const lines = useMemo(() => (record === null ? [] : runLog(text, record, reading, definition)), [text, record, reading, definition]);
  return (
    <ChartPanel
      bare
      testId="log-panel"
      title={readTitle(text, words.title, record, reading)}
      how={words.how}
      description=""
      table={lines.length === 0 ? null : () => ({ columns: [words.when, words.what], rows: lines.map(({ when, what }) => [when, what]) })}
      tableless
      empty={words.empty}
    >
      <div className="panel-scroll" tabIndex={0} role="group" aria-label={words.aria}>
        <ol className="run-log">
          {lines.map(({ when, what, level }, i) => (
            <li key={i} data-level={level}>
              <span className="run-log-when">{when}</span>
              <span>
                {level !== 'info' && <strong>{words.levels[level]}</strong>} {what}
              </span>
            </li>
          ))}
        </ol>
      </div>
    </ChartPanel>
  );
}
